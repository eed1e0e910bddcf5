// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** ONNX Runtime looks through the command line when it is loaded, deeper with every character. */
class LongCommandLineTest {
    @TempDir
    Path folder;

    @Test
    void extract_longClassPath_isRunLikeAnyOther() throws Exception {
        Path images = Images.signs(folder.resolve("signs"), 1);
        Path target = folder.resolve("f.safetensors");
        String classPath = System.getProperty("java.class.path") + File.pathSeparator + "x".repeat(30_000);
        Path log = folder.resolve("log.txt");
        int code = Cli.process(classPath, "extract", "-m", "stray-mini", "-i", images, "-o", target)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start()
                .waitFor();
        assertThat(code).as(Files.readString(log)).isZero();
        assertThat(target).exists();
    }
}
