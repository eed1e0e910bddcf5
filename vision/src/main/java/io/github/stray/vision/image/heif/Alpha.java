// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.image.heif;

import io.github.stray.extract.ImageContent.Pixels;

/** Colours that a file holds multiplied with their alpha; others need no alpha, for it is dropped. */
final class Alpha {
    private static final int OPAQUE = 255;

    private Alpha() {}

    /**
     * The colours as they were before: of HEIC as Pillow divides them, left alone where alpha is 0; of AVIF as libyuv does,
     * with the inverse in fixed point, black there.
     */
    static Pixels divided(Pixels image, Planes alpha, Codec codec) throws DamagedHeifException {
        if (alpha.width() != image.width() || alpha.height() != image.height()) {
            throw new DamagedHeifException("its alpha has %d x %d pixels, its image %d x %d"
                    .formatted(alpha.width(), alpha.height(), image.width(), image.height()));
        }
        byte[] rgb = image.rgb();
        for (int i = 0, at = 0; i < alpha.luma().length; i++) {
            int opacity = (alpha.luma()[i] & 0xFFFF) >> (alpha.bits() - 8);
            for (int channel = 0; channel < 3; channel++, at++) {
                int before = rgb[at] & 0xFF;
                int value = switch (codec) {
                    case HEVC -> opacity == 0 ? before : OPAQUE * before / opacity;
                    case AV1 -> opacity == 0 ? 0 : (before * (65_536 / opacity) + 128) >> 8;
                };
                rgb[at] = (byte) (opacity == OPAQUE ? before : Math.min(OPAQUE, value));
            }
        }
        return image;
    }
}
