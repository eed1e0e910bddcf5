// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FailuresTest {
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final PrintStream err = new PrintStream(printed, true, StandardCharsets.UTF_8);

    private int code(Throwable failure) {
        return Failures.report(failure, new Console(err, err, false), false);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"No space left on device", "Disk quota exceeded", "Read-only file system", "File too large"})
    void report_placeThatTakesNothing_isTheEnvironmentsFault(String reason) {
        var plain = new FileSystemException("scores.csv", null, reason);
        var written = new FileSystemException("scores.csv", null, "cannot write: " + reason);
        assertThat(code(plain)).isEqualTo(ExitCode.ENVIRONMENT);
        assertThat(code(new UncheckedIOException(written))).isEqualTo(ExitCode.ENVIRONMENT);
        assertThat(code(new IOException("the cache cannot be written", plain))).isEqualTo(ExitCode.ENVIRONMENT);
        assertThat(printed.toString(StandardCharsets.UTF_8))
                .isEqualTo(
                        "stray: scores.csv: %1$s%nstray: scores.csv: cannot write: %1$s%nstray: the cache cannot be written%n"
                                .formatted(reason));
    }

    @Test
    void report_failureToRead_isNoFaultOfTheEnvironment() {
        assertThat(code(new FileSystemException("f", null, "cannot be read: Input/output error")))
                .isEqualTo(ExitCode.FAILED);
    }
}
