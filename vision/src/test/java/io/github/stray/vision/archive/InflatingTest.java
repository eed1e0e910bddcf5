// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.junit.jupiter.api.Test;

class InflatingTest {
    /** Zeros without end, whatever they are made of. */
    private static final class Endless extends InputStream {
        private final InputStream compressed;

        Endless(InputStream compressed) {
            this.compressed = compressed;
        }

        @Override
        public int read() throws IOException {
            return Math.min(0, compressed.read());
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            compressed.read(into, offset, Math.min(length, 100));
            return length;
        }
    }

    @Test
    void read_growthOutOfProportion_endsOneGibibyteIn() throws IOException {
        try (InputStream in = Inflating.of(new ByteArrayInputStream(new byte[5000]), Endless::new)) {
            in.skipNBytes(ArchiveLimits.UNSUSPICIOUS);
            assertThatThrownBy(() -> in.transferTo(OutputStream.nullOutputStream()))
                    .isInstanceOf(IOException.class)
                    .hasMessage("it inflates to more than 200 times its size and is taken for a bomb");
        }
    }

    @Test
    void of_streamThatIsNone_closesIt() {
        var closed = new boolean[1];
        var bytes = new ByteArrayInputStream(new byte[1]) {
            @Override
            public void close() {
                closed[0] = true;
            }
        };
        assertThatThrownBy(() -> Inflating.of(bytes, in -> {
                    throw new IOException("none");
                }))
                .hasMessage("none");
        assertThat(closed[0]).isTrue();
    }
}
