// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import io.github.stray.detect.Suggestion;
import io.github.stray.feature.Layer;
import io.github.stray.probe.LinearProbe;
import io.github.stray.provenance.Provenance;
import io.github.stray.store.StrayHome;
import io.github.stray.vision.attack.AttackRecipe;
import io.github.stray.vision.hub.Use;
import io.github.stray.vision.model.Leftovers;
import io.github.stray.vision.onnx.Provider;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.lang.reflect.Constructor;
import java.lang.reflect.InaccessibleObjectException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The {@code stray} command. */
@Command(
        name = "stray",
        description = "Tells which images do not belong: out-of-distribution detection on frozen image networks.",
        mixinStandardHelpOptions = true,
        versionProvider = Stray.Version.class,
        footer = {
            "",
            "First steps:",
            "  stray demo                              the whole job on a built-in sample",
            "  stray fit -d knn -m stray-mini -i photos -o guard.stray",
            "  stray score -D guard.stray -i incoming  one row an image: score and verdict",
            "",
            "Exit codes: 0 done; 1 the work or some samples failed; 2 wrong usage or input;",
            "3 environment."
        })
public final class Stray implements Runnable {
    private static final List<Class<?>> COMMANDS = List.of(
            DemoCommand.class,
            ExtractCommand.class,
            TextCommand.class,
            ProbeCommand.class,
            FitCommand.class,
            ScoreCommand.class,
            CalibrateCommand.class,
            UpdateCommand.class,
            EvaluateCommand.class,
            AccuracyCommand.class,
            AttackCommand.class,
            AuditCommand.class,
            InspectCommand.class,
            BenchCommand.class,
            CacheCommand.class,
            ModelsCommand.class,
            DataCommand.class,
            PreprocessCommand.class,
            TestCommand.class);

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private final Console console;

    private Stray(Console console) {
        this.console = console;
    }

    Console console() {
        return console;
    }

    /**
     * Runs a command and ends the process with its exit code.
     *
     * @param arguments command line
     */
    public static void main(String[] arguments) {
        PrintStream out = new PrintStream(new FileOutputStream(FileDescriptor.out), false, StandardCharsets.UTF_8);
        PrintStream err = standardError();
        removeLeftovers();
        int code = run(arguments, new Console(out, err, Boolean.getBoolean("stray.terminal")));
        if (out.checkError()) {
            err.println(
                    "stray: standard output could not be written to the end (is the device full, the reader gone?)");
            code = Math.max(code, ExitCode.FAILED);
        }
        System.exit(code);
    }

    /** Beside the work, and as far as it gets: nobody waits for it. */
    private static void removeLeftovers() {
        Thread.ofPlatform().daemon().name("leftovers").start(() -> {
            try {
                Leftovers.remove(StrayHome.ofEnvironment(), Path.of(System.getProperty("java.io.tmpdir")));
            } catch (IOException | RuntimeException e) {
                System.getLogger(Stray.class.getName())
                        .log(System.Logger.Level.DEBUG, "what killed processes left stays", e);
            }
        });
    }

    /** Runs a command and returns its exit code; {@code main} without the process. */
    static int run(String[] arguments, Console console) {
        try {
            return commandLine(console, named(arguments)).execute(arguments);
        } catch (LinkageError | OutOfMemoryError error) {
            // picocli hands exceptions to the handler below, and lets errors through.
            return Failures.report(error, console, List.of(arguments).contains("--debug"));
        }
    }

    /** The command that is named first, alone, since reading what all of them take is half of a start; else all. */
    private static List<Class<?>> named(String... arguments) {
        List<Class<?>> named = COMMANDS.stream()
                .filter(command -> arguments.length > 0
                        && command.getAnnotation(Command.class).name().equals(arguments[0]))
                .toList();
        boolean version = arguments.length == 1 && arguments[0].equals("--version");
        return version || !named.isEmpty() ? named : COMMANDS;
    }

    /** With all commands. */
    static CommandLine commandLine(Console console) {
        return commandLine(console, COMMANDS);
    }

    private static CommandLine commandLine(Console console, List<Class<?>> commands) {
        CommandLine stray = new CommandLine(new Stray(console));
        commands.forEach(stray::addSubcommand);
        Optional.ofNullable(stray.getSubcommands().get("fit")).ifPresent(DetectorHelp::addTo);
        return stray.registerConverter(Path.class, Stray::path)
                .registerConverter(Layer.class, Stray::layer)
                .registerConverter(PreprocessCommand.Stage.class, new LowerCaseEnum<>(PreprocessCommand.Stage.class))
                .registerConverter(AttackRecipe.Method.class, new LowerCaseEnum<>(AttackRecipe.Method.class))
                .registerConverter(Use.class, new LowerCaseEnum<>(Use.class))
                .registerConverter(Provider.class, new LowerCaseEnum<>(Provider.class))
                .registerConverter(LinearProbe.Solver.class, new LowerCaseEnum<>(LinearProbe.Solver.class))
                .registerConverter(EvaluateCommand.Higher.class, new LowerCaseEnum<>(EvaluateCommand.Higher.class))
                .setOut(new PrintWriter(console.out(), true, StandardCharsets.UTF_8))
                .setErr(new PrintWriter(console.err(), true, StandardCharsets.UTF_8))
                .setUsageHelpAutoWidth(console.terminal())
                .setUsageHelpLongOptionsMaxWidth(30)
                .setAbbreviatedOptionsAllowed(false)
                .setColorScheme(CommandLine.Help.defaultColorScheme(console.terminal() ? Ansi.AUTO : Ansi.OFF))
                .setParameterExceptionHandler(Failures::usage)
                .setExecutionStrategy(Stray::execute)
                .setExecutionExceptionHandler((failure, commandLine, result) ->
                        Failures.report(failure, console, result.expandedArgs().contains("--debug")));
    }

    /** Help that was asked for together with a command or option that does not exist is no help. */
    private static int execute(ParseResult parsed) {
        for (ParseResult level = parsed; level != null; level = level.subcommand()) {
            if (!level.unmatched().isEmpty()) {
                throw new UnmatchedArgumentException(level.commandSpec().commandLine(), level.unmatched());
            }
        }
        return new CommandLine.RunLast().execute(parsed);
    }

    /** An empty text, as an unset variable of a shell gives, would be the current folder. */
    private static Path path(String text) {
        if (text.isBlank()) {
            throw new TypeConversionException("is empty, expected the name of a file or folder");
        }
        return Path.of(text);
    }

    private static Layer layer(String text) {
        String id = text.strip();
        List<String> ids = Stream.of(Layer.values()).map(Layer::id).toList();
        return Layer.find(id)
                .orElseThrow(() -> new TypeConversionException(
                        "there is no layer '%s'; %s".formatted(id, Suggestion.among(id, ids))));
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "No command given.");
    }

    /* The launcher keeps the JVM's own messages apart from ours: the user's standard error is descriptor 3. It cannot be
    opened again as /dev/fd/3, since a file would then be written through a second position and overwritten by whoever
    holds the first, so the descriptor itself is wrapped, which takes the launcher's --add-opens. */
    private static PrintStream standardError() {
        Integer descriptor = Integer.getInteger("stray.stderr");
        if (descriptor == null) {
            return System.err;
        }
        try {
            Constructor<FileDescriptor> constructor = FileDescriptor.class.getDeclaredConstructor(int.class);
            constructor.setAccessible(true);
            PrintStream stream = new PrintStream(
                    new FileOutputStream(constructor.newInstance(descriptor.intValue())), true, StandardCharsets.UTF_8);
            System.setErr(stream);
            return stream;
        } catch (ReflectiveOperationException | InaccessibleObjectException notOpen) {
            return System.err;
        }
    }

    /** Version of Stray and of Java. */
    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"stray " + Provenance.version(), "Java " + Runtime.version()};
        }
    }
}
