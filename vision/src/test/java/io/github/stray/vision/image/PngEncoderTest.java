// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.stray.extract.ImageContent.Pixels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PngEncoderTest {
    /** A killed process would leave it, and a full disk stop it. */
    @Test
    void encode_needsNoTemporaryFile(@TempDir Path folder) throws IOException {
        byte[] rgb = new byte[3 * 7 * 5];
        new Random(1).nextBytes(rgb);
        Path gone = Files.createDirectory(folder.resolve("gone"));
        ImageIO.setCacheDirectory(gone.toFile());
        Files.delete(gone);
        try {
            Pixels read = ImageDecoder.decode(PngEncoder.encode(new Pixels(7, 5, rgb)));
            assertThat(read.width()).isEqualTo(7);
            assertThat(read.rgb()).isEqualTo(rgb);
        } finally {
            ImageIO.setCacheDirectory(null);
        }
    }
}
