// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What a command gave.
 *
 * @param code exit code
 * @param out standard output
 * @param err standard error
 */
record Cli(int code, String out, String err) {

    /** Runs a command in this process. */
    static Cli run(Object... arguments) {
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        var console = new Console(
                new PrintStream(out, false, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                false);
        int code = Stray.run(Arrays.stream(arguments).map(Object::toString).toArray(String[]::new), console);
        console.out().flush();
        return new Cli(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    /** Runs a command that must succeed without a word on standard error. */
    static Cli done(Object... arguments) {
        Cli result = run(arguments);
        assertThat(result.err).as("standard error of %s", List.of(arguments)).isEmpty();
        assertThat(result.code).as("exit code of %s", List.of(arguments)).isZero();
        return result;
    }

    /** Runs a command that must be refused with exit code 2, one message and nothing on standard output. */
    static String refused(Object... arguments) {
        Cli result = run(arguments);
        assertThat(result.code).as("%s: %s", List.of(arguments), result.err).isEqualTo(ExitCode.USAGE);
        assertThat(result.out).isEmpty();
        assertThat(result.err).startsWith("stray: ").doesNotContain("Exception", "\tat ");
        return result.err;
    }

    JsonObject json() {
        try {
            return JsonParser.object().from(out);
        } catch (JsonParserException e) {
            throw new AssertionError("not one JSON document: " + out, e);
        }
    }

    /** A process of its own that runs the command with a class path. */
    static ProcessBuilder process(String classPath, Object... arguments) {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules",
                "jdk.incubator.vector",
                "--enable-native-access=ALL-UNNAMED",
                "-Djava.awt.headless=true",
                "-Dstray.home=" + System.getProperty("stray.home"),
                "-cp",
                classPath,
                "io.github.stray.cli.Stray"));
        for (Object argument : arguments) {
            command.add(argument.toString());
        }
        return new ProcessBuilder(command);
    }
}
