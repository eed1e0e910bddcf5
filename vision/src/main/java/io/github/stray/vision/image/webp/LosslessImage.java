// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.image.webp;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** A lossless image (RFC 9649, section 3). Its pixels are alpha, red, green and blue, 8 bits each, alpha uppermost. */
final class LosslessImage {
    private static final int HEADER = 5;

    private LosslessImage() {}

    /** Width and height of an image, from its header. */
    static int[] size(Part image) throws IOException {
        if (image.length() < HEADER || image.unsigned8(0) != 0x2F || image.unsigned8(4) >> 5 != 0) {
            throw new IOException("its lossless image has no beginning");
        }
        int sizes = (int) image.unsigned32(1);
        return new int[] {1 + (sizes & 0x3FFF), 1 + (sizes >> 14 & 0x3FFF)};
    }

    /** The pixels of an image that begins with its header. */
    static int[] decode(Part image) throws IOException {
        int[] size = size(image);
        var in = new LosslessBits(image);
        for (int i = 0; i < HEADER; i++) {
            in.number(Byte.SIZE);
        }
        return decode(in, size[0], size[1]);
    }

    /** The pixels of an image of known size that has no header. */
    static int[] decode(LosslessBits in, int width, int height) throws IOException {
        List<LosslessTransform> transforms = new ArrayList<>();
        int seen = 0;
        int columns = width;
        while (in.flag()) {
            int kind = in.number(2);
            if ((seen >> kind & 1) != 0) {
                throw new IOException("its lossless image transforms its colours the same way twice");
            }
            seen |= 1 << kind;
            switch (kind) {
                case 0 -> transforms.add(new PredictorTransform(columns, LosslessTiles.read(in, columns, height)));
                case 1 -> transforms.add(new CrossColourTransform(columns, LosslessTiles.read(in, columns, height)));
                case 2 -> transforms.add(new GreenTransform());
                default -> {
                    var palette = PaletteTransform.read(in, columns, height);
                    columns = palette.packedWidth();
                    transforms.add(palette);
                }
            }
        }
        int[] pixels = LosslessPixels.read(in, columns, height, true);
        for (LosslessTransform transform : transforms.reversed()) {
            pixels = transform.undo(pixels);
        }
        return pixels;
    }
}
