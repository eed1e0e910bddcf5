// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.image.heif;

import java.io.IOException;
import java.util.Optional;

/**
 * The sequence header of an AV1 picture (AV1 Bitstream and Decoding Process, 5.5): the largest size of its frames, before
 * anything is allocated for them, and what their colours mean.
 */
final class Av1Header {
    private static final String NAME = "AV1 header";
    private static final int SEQUENCE_HEADER = 1;

    private Av1Header() {}

    /** The picture that an item's data describes; the largest, should there be several sequence headers. */
    static CodedPicture of(byte[] data) throws IOException {
        Optional<CodedPicture> picture = Optional.empty();
        var in = new Fields("AV1 data", data, 0, data.length);
        while (in.left() > 0) {
            int header = in.u8();
            if ((header & 4) != 0) {
                in.skip(1);
            }
            long length = (header & 2) != 0 ? leb128(in) : in.left();
            if (length > in.left()) {
                throw new DamagedHeifException("its AV1 data ends inside a unit");
            }
            if (((header >> 3) & 15) == SEQUENCE_HEADER) {
                CodedPicture next = sequence(new Bits(NAME, data, in.at(), in.at() + (int) length));
                if (picture.isEmpty() || next.pixels() > picture.get().pixels()) {
                    picture = Optional.of(next);
                }
            }
            in.skip((int) length);
        }
        if (picture.isEmpty()) {
            throw new DamagedHeifException("its AV1 data has no sequence header");
        }
        return picture.get();
    }

    private static long leb128(Fields in) throws DamagedHeifException {
        long value = 0;
        for (int i = 0; i < 8; i++) {
            int next = in.u8();
            value |= (long) (next & 0x7F) << (7 * i);
            if (next < 0x80) {
                return value;
            }
        }
        throw new DamagedHeifException("its AV1 data holds an impossible length");
    }

    private static CodedPicture sequence(Bits in) throws IOException {
        int profile = in.u(3);
        in.skip(1);
        boolean reduced = in.flag();
        if (reduced) {
            in.skip(5);
        } else {
            operatingPoints(in);
        }
        int widthBits = 1 + in.u(4);
        int heightBits = 1 + in.u(4);
        int width = 1 + in.u(widthBits);
        int height = 1 + in.u(heightBits);
        if (!reduced && in.flag()) {
            in.skip(7);
        }
        in.skip(3);
        if (!reduced) {
            tools(in);
        }
        in.skip(3);
        return picture(in, profile, width, height);
    }

    private static void operatingPoints(Bits in) throws DamagedHeifException {
        int delayBits = 0;
        if (in.flag()) {
            in.skip(64);
            if (in.flag()) {
                in.ue();
            }
            if (in.flag()) {
                delayBits = 1 + in.u(5);
                in.skip(42);
            }
        }
        boolean displayDelay = in.flag();
        for (int points = 1 + in.u(5); points > 0; points--) {
            in.skip(12);
            if (in.u(5) > 7) {
                in.skip(1);
            }
            if (delayBits > 0 && in.flag()) {
                in.skip(2 * delayBits + 1);
            }
            if (displayDelay && in.flag()) {
                in.skip(4);
            }
        }
    }

    private static void tools(Bits in) throws DamagedHeifException {
        in.skip(4);
        boolean order = in.flag();
        if (order) {
            in.skip(2);
        }
        boolean chosenByFrame = in.flag();
        boolean screenContent = chosenByFrame || in.flag();
        if (screenContent && !in.flag()) {
            in.skip(1);
        }
        if (order) {
            in.skip(3);
        }
    }

    private static CodedPicture picture(Bits in, int profile, int width, int height) throws IOException {
        boolean high = in.flag();
        boolean twelve = profile == 2 && high && in.flag();
        boolean grey = profile != 1 && in.flag();
        Colours colours = new Colours(2, 2, false);
        int transfer = 2;
        if (in.flag()) {
            int primaries = in.u(8);
            transfer = in.u(8);
            colours = new Colours(primaries, in.u(8), false);
        }
        boolean srgb = !grey && colours.primaries() == 1 && transfer == 13 && colours.matrix() == 0;
        boolean fullRange = srgb || in.flag();
        Subsampling subsampling = Subsampling.CHROMA_444;
        if (grey) {
            subsampling = Subsampling.GREY;
        } else if (!srgb && profile == 0) {
            subsampling = Subsampling.CHROMA_420;
        } else if (!srgb && profile == 2 && !twelve) {
            subsampling = Subsampling.CHROMA_422;
        } else if (!srgb && profile == 2 && in.flag()) {
            subsampling = in.flag() ? Subsampling.CHROMA_420 : Subsampling.CHROMA_422;
        }
        int bits = twelve ? 12 : high ? 10 : 8;
        return new CodedPicture(
                width,
                height,
                subsampling,
                bits,
                Optional.of(new Colours(colours.primaries(), colours.matrix(), fullRange)));
    }
}
