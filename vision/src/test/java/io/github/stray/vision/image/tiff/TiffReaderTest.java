// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.image.tiff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Strips that do not lie where a file says they do. */
class TiffReaderTest {
    private static final int PIXELS_AT = 200;

    /** 4 x 3 pixels of grey, not compressed, in strips of this many rows that start at these places. */
    private static byte[] file(int rows, int... offsets) {
        return coded(rows, 1, 1, offsets);
    }

    private static byte[] coded(int rows, int compression, int photometric, int... offsets) {
        ByteBuffer file = ByteBuffer.allocate(PIXELS_AT + 12).order(ByteOrder.LITTLE_ENDIAN);
        file.put((byte) 'I').put((byte) 'I').putShort((short) 42).putInt(8).putShort((short) 8);
        int[][] fields = {
            {256, 4},
            {257, 3},
            {258, 8},
            {259, compression},
            {262, photometric},
            {266, 1 + compression / 7},
            {278, rows}
        };
        for (int[] field : fields) {
            file.putShort((short) field[0]).putShort((short) 4).putInt(1).putInt(field[1]);
        }
        boolean one = offsets.length == 1;
        file.putShort((short) 273).putShort((short) 4).putInt(offsets.length).putInt(one ? offsets[0] : 140);
        for (int i = 0; i < offsets.length && !one; i++) {
            file.putInt(140 + 4 * i, offsets[i]);
        }
        for (int i = 0; i < 12; i++) {
            file.put(PIXELS_AT + i, (byte) (10 * i));
        }
        return file.array();
    }

    private static byte[] samples(byte[] file) throws IOException {
        return TiffReader.read(file, jpeg -> {
                    throw new AssertionError("there is no JPEG inside");
                })
                .samples();
    }

    @Test
    void read_stripsInAnyOrder_areTakenFromTheirPlaces() throws IOException {
        assertThat(samples(file(3, PIXELS_AT))).containsExactly(0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 110);
        assertThat(samples(file(1, PIXELS_AT + 8, PIXELS_AT, PIXELS_AT + 4)))
                .containsExactly(80, 90, 100, 110, 0, 10, 20, 30, 40, 50, 60, 70);
    }

    /** As Pillow: of several strips that each cover the page, the last. */
    @Test
    void read_severalStripsOfTheWholePage_takesTheLast() throws IOException {
        assertThat(samples(file(3, 0, PIXELS_AT))).containsExactly(0, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 110);
    }

    @Test
    void read_stripThatEndsEarly_isRefused() {
        assertThatThrownBy(() -> samples(file(3, PIXELS_AT + 1)))
                .isInstanceOf(TiffDamage.class)
                .hasMessage("strip 1 of 1: data end early (11 of 12 bytes)");
    }

    @Test
    void read_stripBeyondTheFile_isRefused() {
        assertThatThrownBy(() -> samples(file(1, PIXELS_AT, PIXELS_AT + 13, PIXELS_AT)))
                .hasMessage("strip 2 of 3: it starts at byte 213 of a file of 212");
    }

    @Test
    void read_stripsThatAreMissing_isRefused() {
        assertThatThrownBy(() -> samples(file(1, PIXELS_AT, PIXELS_AT)))
                .hasMessage("it says where 2 of its 3 strips are");
    }

    @Test
    void read_stripsOfNoRows_isRefused() {
        assertThatThrownBy(() -> samples(file(0, PIXELS_AT))).hasMessage("it states strips of 0 rows");
    }

    @Test
    void read_noPalette_isRefused() {
        assertThatThrownBy(() -> samples(coded(3, 1, 3, PIXELS_AT))).hasMessage("it has no palette");
    }

    @Test
    void read_jpegOfAnotherSize_isRefused() {
        for (TiffImage inside : List.of(
                new TiffImage(5, 3, 1, new byte[15]),
                new TiffImage(4, 2, 1, new byte[8]),
                new TiffImage(4, 3, 3, new byte[36]))) {
            assertThatThrownBy(() -> TiffReader.read(coded(3, 7, 1, PIXELS_AT), jpeg -> inside))
                    .hasMessage(
                            "strip 1 of 1: its JPEG image has %d x %d pixels of %d components, not 4 x 3 of 1",
                            inside.width(), inside.height(), inside.channels());
        }
    }
}
