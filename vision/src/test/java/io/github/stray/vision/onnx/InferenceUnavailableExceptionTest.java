// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class InferenceUnavailableExceptionTest {
    @Test
    void message_noTemporaryFolder_namesTheFolderAndTheReason() {
        Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
        var refused = new FileSystemException(
                temporary.resolve("onnxruntime-java1").toString(), null, "Read-only file system");
        assertThat(new InferenceUnavailableException(new RuntimeException("load", refused)))
                .hasMessage("ONNX Runtime needs a folder of temporary files, and cannot use '%s' (java.io.tmpdir):"
                                .formatted(temporary)
                        + " Read-only file system");
    }

    @Test
    void message_otherwise_namesTheRootCause() {
        var cause = new RuntimeException("load", new IOException("no space", new UnsatisfiedLinkError("libx.so")));
        assertThat(new InferenceUnavailableException(cause))
                .hasMessageContaining("cannot be loaded on")
                .hasMessageContaining("UnsatisfiedLinkError: libx.so. Its library exists for Linux");
    }
}
