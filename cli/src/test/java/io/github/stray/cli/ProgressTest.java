// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ProgressTest {
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private long nanos = 7_000_000_000L;

    private Progress progress(boolean terminal, boolean quiet, String task, long total) {
        PrintStream err = new PrintStream(written, true, StandardCharsets.UTF_8);
        return Progress.ofBytes(new Console(err, err, terminal), quiet, task, total, () -> nanos);
    }

    private void pass(int millis) {
        nanos += Duration.ofMillis(millis).toNanos();
    }

    private String shown() {
        return written.toString(StandardCharsets.UTF_8);
    }

    @Test
    void bytes_areShownAsMegabytesWithRateAndTimeLeft() {
        try (Progress progress = progress(true, false, "onnx/model.onnx", 400_000_000)) {
            pass(150);
            progress.reach(100_000_000);
            pass(350);
            progress.reach(200_000_000);
        }
        assertThat(shown())
                .isEqualTo("\ronnx/model.onnx: [######------------------] 100.0 of 400.0 MB (25 %), 0.0 MB/s\u001b[K"
                        + "\ronnx/model.onnx: [############------------] 200.0 of 400.0 MB (50 %), 200.0 MB/s, 1.0 s left\u001b[K"
                        + "\r\u001b[Konnx/model.onnx: 200.0 MB in 0.5 s, 200.0 MB/s"
                        + System.lineSeparator());
    }

    @Test
    void bytes_startingOver_countFromThere() {
        try (Progress progress = progress(true, false, "f", 400_000_000)) {
            progress.reach(300_000_000);
            progress.reach(0);
            pass(150);
            progress.reach(0);
        }
        assertThat(shown()).contains("] 0.0 of 400.0 MB (0 %), 0.0 MB/s\u001b");
    }

    @Test
    void terminal_isDrawnTenTimesASecondAtMost() {
        try (Progress progress = progress(true, false, "f", 400_000_000)) {
            pass(99);
            progress.reach(100_000_000);
            assertThat(shown()).isEmpty();
            pass(1);
            progress.reach(200_000_000);
            assertThat(shown()).contains("200.0 of 400.0 MB");
        }
    }

    @Test
    void elsewhere_isALineEveryFiveSeconds() {
        try (Progress progress = progress(false, false, "f", 400_000_000)) {
            pass(4_999);
            progress.reach(100_000_000);
            assertThat(shown()).isEmpty();
            pass(1);
            progress.reach(200_000_000);
        }
        assertThat(shown().lines())
                .containsExactly(
                        "f: 200.0 of 400.0 MB (50 %), 20.0 MB/s, 10.0 s left", "f: 200.0 MB in 5.0 s, 20.0 MB/s");
    }

    @Test
    void quiet_showsNothing() {
        try (Progress progress = progress(true, true, "f", 10)) {
            pass(150);
            progress.reach(5);
        }
        assertThat(shown()).isEmpty();
    }
}
