// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ProgressTest {
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();

    private Console terminal() {
        PrintStream err = new PrintStream(written, true, StandardCharsets.UTF_8);
        return new Console(err, err, true);
    }

    private String shown() {
        return written.toString(StandardCharsets.UTF_8);
    }

    @Test
    void bytes_areShownAsMegabytesWithRateAndTimeLeft() throws InterruptedException {
        try (Progress progress = Progress.ofBytes(terminal(), false, "onnx/model.onnx", 400_000_000)) {
            Thread.sleep(150);
            progress.reach(100_000_000);
            Thread.sleep(150);
            progress.reach(200_000_000);
        }
        assertThat(shown())
                .contains("onnx/model.onnx: [######------------------] 100.0 of 400.0 MB (25 %), 0.0 MB/s\u001b")
                .containsPattern(
                        "\\[#{12}-{12}] 200\\.0 of 400\\.0 MB \\(50 %\\), [0-9,]+\\.[0-9] MB/s, [0-9.]+ s left")
                .containsPattern("onnx/model.onnx: 200\\.0 MB in 0\\.[0-9] s, [0-9,]+\\.[0-9] MB/s");
    }

    @Test
    void bytes_startingOver_countFromThere() throws InterruptedException {
        try (Progress progress = Progress.ofBytes(terminal(), false, "f", 400_000_000)) {
            progress.reach(300_000_000);
            progress.reach(0);
            Thread.sleep(150);
            progress.reach(0);
        }
        assertThat(shown()).contains("] 0.0 of 400.0 MB (0 %), 0.0 MB/s\u001b");
    }

    @Test
    void quiet_showsNothing() throws InterruptedException {
        try (Progress progress = Progress.ofBytes(terminal(), true, "f", 10)) {
            Thread.sleep(150);
            progress.reach(5);
        }
        assertThat(shown()).isEmpty();
    }
}
