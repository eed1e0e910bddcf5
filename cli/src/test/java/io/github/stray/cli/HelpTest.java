// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.stray.detect.DetectorOption;
import io.github.stray.detect.Detectors;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

class HelpTest {
    private static Stream<CommandSpec> commands() {
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
        return all(Stray.commandLine(new Console(nowhere, nowhere, false)));
    }

    private static Stream<CommandSpec> all(CommandLine command) {
        return Stream.concat(
                Stream.of(command.getCommandSpec()),
                command.getSubcommands().values().stream().flatMap(HelpTest::all));
    }

    private static Object[] words(CommandSpec command, String... more) {
        var words = new ArrayList<Object>(List.of(command.qualifiedName().split(" "))
                .subList(1, command.qualifiedName().split(" ").length));
        words.addAll(List.of(more));
        return words.toArray();
    }

    @ParameterizedTest
    @CsvSource({"nonsense --help, 'nonsense'", "extract --nonsense --help, '--nonsense'", "bench rnu --help, 'rnu'"})
    void help_ofWhatDoesNotExist_isAMistake(String line, String unknown) {
        Cli run = Cli.run((Object[]) line.split(" "));
        assertThat(run.code()).isEqualTo(ExitCode.USAGE);
        assertThat(run.out()).isEmpty();
        assertThat(run.err()).startsWith("stray: ").contains(unknown);
    }

    @Test
    void commands_areThoseOfTheContract() {
        assertThat(commands().map(CommandSpec::qualifiedName))
                .containsExactlyInAnyOrder(
                        "stray",
                        "stray demo",
                        "stray extract",
                        "stray text",
                        "stray probe",
                        "stray fit",
                        "stray score",
                        "stray calibrate",
                        "stray update",
                        "stray evaluate",
                        "stray accuracy",
                        "stray attack",
                        "stray audit",
                        "stray inspect",
                        "stray bench",
                        "stray bench run",
                        "stray bench list",
                        "stray bench show",
                        "stray cache",
                        "stray cache list",
                        "stray cache verify",
                        "stray cache clean",
                        "stray preprocess",
                        "stray test",
                        "stray data",
                        "stray data list",
                        "stray data show",
                        "stray data pull",
                        "stray data remove",
                        "stray models",
                        "stray models list",
                        "stray models show",
                        "stray models add",
                        "stray models remove",
                        "stray models head",
                        "stray models check");
    }

    @ParameterizedTest
    @MethodSource("commands")
    void help_everyCommand_isOnStandardOutputAndNarrow(CommandSpec command) {
        for (String option : List.of("--help", "-h")) {
            Cli help = Cli.done(words(command, option));
            assertThat(help.out()).startsWith("Usage: " + command.qualifiedName());
            assertThat(help.out().lines()).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
        }
    }

    @ParameterizedTest
    @MethodSource("commands")
    void help_descriptions_areSentences(CommandSpec command) {
        for (OptionSpec option : command.options()) {
            assertThat(String.join(" ", option.description()))
                    .as("%s %s", command.qualifiedName(), option.longestName())
                    .endsWith(".");
        }
        for (PositionalParamSpec parameter : command.positionalParameters()) {
            assertThat(String.join(" ", parameter.description())).endsWith(".");
        }
        assertThat(String.join(" ", command.usageMessage().description())).isNotBlank();
    }

    @ParameterizedTest
    @MethodSource("commands")
    void help_examples_areNotTornApart(CommandSpec command) {
        assertThat(command.usageMessage().footer())
                .allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
    }

    @ParameterizedTest
    @MethodSource("commands")
    void options_everyCommandOfTheContract_hasTheCommonOnes(CommandSpec command) {
        if (command.parent() != null) {
            assertThat(command.optionsMap()).containsKeys("--help", "--json", "--quiet", "--debug");
        }
    }

    @Test
    void help_fit_listsDetectorsAndTheirOptions() {
        String help = Cli.done("fit", "--help").out().replaceAll("\\s+", " ");
        for (String id : Detectors.ids()) {
            assertThat(help).contains(" " + id + ": " + Detectors.describe(id).summary());
            for (DetectorOption option : Detectors.describe(id).options()) {
                assertThat(help)
                        .contains("%s=%s (default: %s): %s"
                                .formatted(option.name(), option.values(), option.defaultValue(), option.meaning()));
            }
        }
    }

    @Test
    void version_isOnStandardOutput() {
        assertThat(Cli.done("--version").out()).startsWith("stray ").contains("Java " + Runtime.version());
    }

    @Test
    void stray_alone_pointsToHelp() {
        assertThat(Cli.refused()).contains("No command given", "stray --help");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
                    scor | stray score
                    models lst | models list
                    evaluate --id a.csv --ood b.csv --bootstrp 5 | --bootstrap
                    fit -d knm -f a.npy -o a.stray | did you mean 'knn'?
                    fit -d knn:agregate=kth -f a.npy -o a.stray | did you mean 'aggregate'?
                    fit -d knn:aggregate=kht -f a.npy -o a.stray | 'kth'
                    fit -d mahalanobis:varient=plp -f a.npy -o a.stray | did you mean 'variant'?
                    evaluate --id a.csv --ood b.csv --convention openod | did you mean 'openood'?
                    models show stray-mni | did you mean 'stray-mini'?
                    preprocess -m stray-mini -i a.png -o a.npy --stage resize | there is no 'resize'; did you mean 'resized'? Valid are: resized, tensor
                    evaluate --id a.csv --ood b.csv --higher-is in | id
                    probe -f a.npy -o a.safetensors --solver lbfg | there is no 'lbfg'; did you mean 'lbfgs'?
                    """)
    void unknownWord_isRefusedWithTheNearest(String line, String nearest) {
        assertThat(Cli.refused((Object[]) line.split(" "))).containsIgnoringCase(nearest);
    }

    @Test
    void debug_showsTheStackTrace() {
        Cli failed = Cli.run("fit", "-d", "knm", "-f", "a.npy", "-o", "a.stray", "--debug");
        assertThat(failed.code()).isEqualTo(ExitCode.USAGE);
        assertThat(failed.err()).contains("IllegalArgumentException", "\tat ").contains("stray: no detector 'knm'");
    }
}
