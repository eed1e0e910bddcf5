// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.image.tiff;

import java.io.IOException;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What the samples of a pixel are and what they mean, by the rules of Pillow: what it does not read is refused by name.
 *
 * @param colours what the first samples mean
 * @param perPixel how many samples a pixel has, extra ones and all
 * @param bits of a sample: 1, 2, 4, 8, 12, 16 or 32, the same for all
 * @param number how bits make a number
 * @param inverted whether grey counts from white
 * @param associated whether the first extra sample is an alpha that the colours were multiplied by
 */
record Samples(Colours colours, int perPixel, int bits, Numbers number, boolean inverted, boolean associated) {
    private static final int BITS = 258;
    private static final int COMPRESSION = 259;
    private static final int PHOTOMETRIC = 262;
    private static final int PER_PIXEL = 277;
    private static final int PLANAR = 284;
    private static final int EXTRA = 338;
    private static final int FORMAT = 339;
    private static final int ASSOCIATED_ALPHA = 1;
    private static final int OLD_JPEG = 6;

    /** The colours of TIFF 6.0 that are read. */
    enum Colours {
        GREY(1),
        RGB(3),
        PALETTE(1),
        CMYK(4),
        YCBCR(3);

        private final int count;

        Colours(int count) {
            this.count = count;
        }

        /** How many samples a colour has. */
        int count() {
            return count;
        }
    }

    /** Kinds of numbers. */
    enum Numbers {
        UNSIGNED,
        SIGNED,
        FLOAT
    }

    /** How many samples of a pixel are looked at: its colours and an alpha that they were multiplied by. */
    int kept() {
        return colours.count() + (associated ? 1 : 0);
    }

    static Samples of(TiffFields fields) throws IOException {
        if (fields.number(COMPRESSION).orElse(1) == OLD_JPEG) {
            throw notRead("old-style JPEG compression");
        }
        // TIFF 6.0 asks for the tag; without it Pillow takes the samples for grey that counts from white.
        int photometric = (int) fields.number(PHOTOMETRIC).orElse(0);
        Colours colours = colours(photometric);
        long perPixel = fields.number(PER_PIXEL).orElse(1);
        int[] extra = Arrays.stream(fields.numbers(EXTRA))
                .mapToInt(kind -> (int) kind)
                .toArray();
        // Planes of samples that mean nothing are passed over, whatever they hold.
        if (fields.number(PLANAR).orElse(1) == 2 && Arrays.stream(extra).allMatch(kind -> kind == 0)) {
            perPixel -= extra.length;
            extra = new int[0];
        }
        int[] bits = bits(fields, perPixel);
        long[] formats = Arrays.stream(fields.numbers(FORMAT)).distinct().toArray();
        long format = formats.length == 0 ? 1 : formats.length == 1 ? formats[0] : 0;
        boolean same = Arrays.stream(bits).distinct().count() == 1;
        Numbers number = format == 3 ? Numbers.FLOAT : format == 2 ? Numbers.SIGNED : Numbers.UNSIGNED;
        if (colours == Colours.YCBCR && bits.length == 1) {
            colours = Colours.GREY;
        }
        // Pillow shows 16 bits that count from white as if they counted from black, but only of one byte order.
        boolean readable = photometric != 0
                || bits[0] <= 8
                || number == Numbers.FLOAT
                || (bits[0] == 16 && number == Numbers.UNSIGNED && fields.order() == ByteOrder.LITTLE_ENDIAN);
        if (!readable || !same || format < 1 || format > 3 || !known(colours, bits[0], number, bits.length, extra)) {
            throw notRead(describe(photometric, bits, format, extra));
        }
        return new Samples(
                colours,
                bits.length,
                bits[0],
                number,
                photometric == 0 && bits[0] <= 8,
                extra.length > 0 && extra[0] == ASSOCIATED_ALPHA);
    }

    private static Colours colours(int photometric) throws IOException {
        return switch (photometric) {
            case 0, 1 -> Colours.GREY;
            case 2 -> Colours.RGB;
            case 3 -> Colours.PALETTE;
            case 5 -> Colours.CMYK;
            case 6 -> Colours.YCBCR;
            default -> throw notRead(name(photometric) + " (photometric interpretation %d)".formatted(photometric));
        };
    }

    private static String name(int photometric) {
        return switch (photometric) {
            case 0 -> "grey that counts from white";
            case 1 -> "grey";
            case 2 -> "RGB";
            case 3 -> "a palette";
            case 4 -> "a transparency mask";
            case 5 -> "CMYK";
            case 6 -> "YCbCr";
            case 8, 9, 10 -> "CIE L*a*b*";
            case 32803 -> "a camera's colour filter array";
            case 32844, 32845 -> "logarithmic luminance";
            case 34892 -> "a camera's linear raw data";
            default -> "an unknown kind of colours";
        };
    }

    /** Bits of every sample. */
    private static int[] bits(TiffFields fields, long perPixel) throws IOException {
        long[] stated = fields.numbers(BITS);
        if (stated.length == 0) {
            stated = new long[] {1};
        }
        if (perPixel < 1 || perPixel > 64 || (stated.length > 1 && stated.length < perPixel)) {
            throw new TiffDamage("it states %d samples a pixel and the bits of %d".formatted(perPixel, stated.length));
        }
        int[] bits = new int[(int) perPixel];
        for (int i = 0; i < bits.length; i++) {
            bits[i] = (int) stated[stated.length == 1 ? 0 : i];
        }
        return bits;
    }

    private static boolean known(Colours colours, int bits, Numbers number, int perPixel, int[] extra) {
        boolean eight = bits == 8 && number == Numbers.UNSIGNED;
        boolean sixteen = bits == 16 && number == Numbers.UNSIGNED;
        int beyond = perPixel - colours.count();
        boolean counted = extra.length == beyond || (extra.length == 0 && beyond == 1);
        boolean associated = extra.length > 0 && extra[0] == ASSOCIATED_ALPHA;
        return switch (colours) {
            case GREY ->
                (beyond == 0 && extra.length == 0)
                        ? knownGrey(bits, number)
                        : eight && counted && beyond == 1 && !associated;
            case RGB -> (eight || sixteen) && counted && beyond <= 3;
            case PALETTE ->
                (beyond == 0 && extra.length == 0)
                        ? bits <= 8 && Integer.bitCount(bits) == 1 && number == Numbers.UNSIGNED
                        : eight && extra.length == 1 && beyond == 1 && !associated;
            case CMYK -> (eight || sixteen) && extra.length == beyond && beyond <= 2 && !associated;
            case YCBCR -> eight && beyond == 0 && extra.length == 0;
        };
    }

    private static boolean knownGrey(int bits, Numbers number) {
        return switch (bits) {
            case 1, 2, 4, 12 -> number == Numbers.UNSIGNED;
            case 8, 16 -> number != Numbers.FLOAT;
            case 32 -> true;
            default -> false;
        };
    }

    private static String describe(int photometric, int[] bits, long format, int[] extra) {
        String sizes =
                Arrays.stream(bits).distinct().mapToObj(Integer::toString).collect(Collectors.joining(" and "));
        String number = switch ((int) format) {
            case 1 -> "unsigned";
            case 2 -> "signed";
            case 3 -> "floating-point";
            case 5, 6 -> "complex";
            default -> "untold";
        };
        String alpha = extra.length > 0 && extra[0] == ASSOCIATED_ALPHA ? " and associated alpha" : "";
        return "%s with %d %s samples of %s bits%s"
                .formatted(name(photometric), bits.length, number, sizes, alpha)
                .replace("1 %s samples".formatted(number), "1 %s sample".formatted(number));
    }

    /** What is right in itself but not read. */
    static IOException notRead(String kind) {
        return new IOException(
                String.format(Locale.ROOT, "TIFF files of %s are not read; convert them to 8-bit RGB first", kind));
    }
}
