// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.image.heif;

import io.github.stray.extract.ImageContent.Pixels;
import java.util.Optional;

/**
 * Turns, mirrors and cuts as a file's {@code irot}, {@code imir} and {@code clap} properties say. HEIC as libheif does it:
 * the coded planes, in the order in which the file names the properties, chroma interpolated before in the cases in which
 * libheif does so. AVIF as Pillow does it: the pixels, first turned,
 * then mirrored, never cut.
 */
final class Shape {
    private Shape() {}

    /** Whether an item is turned, mirrored or cut. */
    static boolean changes(HeifItem item) {
        return item.properties().stream().anyMatch(box -> switch (box.type()) {
            case "irot", "imir", "clap" -> true;
            default -> false;
        });
    }

    /** Whether an item is turned or mirrored, rather than said to be as it lies. */
    static boolean turns(HeifItem item) throws DamagedHeifException {
        Optional<Box> turn = Box.find(item.properties(), "irot");
        return (turn.isPresent() && quarters(turn.get()) != 0)
                || Box.find(item.properties(), "imir").isPresent();
    }

    static Planes planes(HeifItem item, Planes coded) throws DamagedHeifException {
        Planes planes = coded;
        for (Box property : item.properties()) {
            planes = switch (property.type()) {
                case "irot" -> turned(planes, quarters(property));
                case "imir" -> mirrored(planes, leftRight(property));
                case "clap" -> cut(planes, property.fields());
                default -> planes;
            };
        }
        return planes;
    }

    static Pixels pixels(HeifItem item, Pixels decoded) throws DamagedHeifException {
        Pixels pixels = decoded;
        Optional<Box> turn = Box.find(item.properties(), "irot");
        if (turn.isPresent()) {
            pixels = moved(pixels, Move.turn(pixels.width(), pixels.height(), quarters(turn.get())));
        }
        Optional<Box> mirror = Box.find(item.properties(), "imir");
        if (mirror.isPresent()) {
            pixels = moved(pixels, Move.mirror(pixels.width(), pixels.height(), leftRight(mirror.get())));
        }
        return pixels;
    }

    private static int quarters(Box irot) throws DamagedHeifException {
        return irot.fields().u8() & 3;
    }

    private static boolean leftRight(Box imir) throws DamagedHeifException {
        return (imir.fields().u8() & 1) == 1;
    }

    private static Pixels moved(Pixels from, Move move) {
        return new Pixels(move.width(), move.height(), move.ofRgb(from.rgb()));
    }

    private static Planes turned(Planes from, int quarters) {
        boolean oddWidth = (from.width() & 1) == 1;
        boolean oddHeight = (from.height() & 1) == 1;
        Planes all = spreadIf(
                from,
                switch (from.subsampling()) {
                    case CHROMA_420 ->
                        switch (quarters) {
                            case 1 -> oddWidth;
                            case 2 -> oddWidth || oddHeight;
                            case 3 -> oddHeight;
                            default -> false;
                        };
                    case CHROMA_422 -> (quarters & 1) == 1 || (quarters == 2 && oddHeight);
                    case GREY, CHROMA_444 -> false;
                });
        return moved(
                all,
                Move.turn(all.width(), all.height(), quarters),
                Move.turn(all.chromaWidth(), all.chromaHeight(), quarters));
    }

    private static Planes mirrored(Planes from, boolean leftRight) {
        boolean oddWidth = (from.width() & 1) == 1;
        boolean oddHeight = (from.height() & 1) == 1;
        Planes all = spreadIf(
                from,
                switch (from.subsampling()) {
                    case CHROMA_420 -> oddWidth || oddHeight;
                    case CHROMA_422 -> leftRight && oddWidth;
                    case GREY, CHROMA_444 -> false;
                });
        return moved(
                all,
                Move.mirror(all.width(), all.height(), leftRight),
                Move.mirror(all.chromaWidth(), all.chromaHeight(), leftRight));
    }

    /** Where samples of chroma would come to lie beside the pixels that share them, every pixel gets its own. */
    private static Planes spreadIf(Planes planes, boolean apart) {
        return apart ? planes.spread() : planes;
    }

    private static Planes moved(Planes from, Move luma, Move chroma) {
        boolean grey = from.subsampling() == Subsampling.GREY;
        return new Planes(
                luma.width(),
                luma.height(),
                from.subsampling(),
                from.bits(),
                luma.of(from.luma()),
                grey ? from.blue() : chroma.of(from.blue()),
                grey ? from.red() : chroma.of(from.red()));
    }

    /** ISO/IEC 14496-12, 12.1.4: width, height and the distance of the middle from the picture's, as fractions. */
    private static Planes cut(Planes coded, Fields in) throws DamagedHeifException {
        double width = fraction(in, false);
        double height = fraction(in, false);
        double fromMiddle = fraction(in, true);
        double belowMiddle = fraction(in, true);
        long left = Math.max(0, (long) Math.floor(fromMiddle + (coded.width() - 1) / 2.0 - (width - 1) / 2));
        long top = Math.max(0, Math.round(belowMiddle + (coded.height() - 1) / 2.0 - (height - 1) / 2));
        int columns = (int) Math.min(Math.round(width), coded.width() - left);
        int rows = (int) Math.min(Math.round(height), coded.height() - top);
        if (columns < 1 || rows < 1) {
            throw new DamagedHeifException("it is cut to nothing (its 'clap' box)");
        }
        Subsampling subsampling = coded.subsampling();
        Planes from = spreadIf(coded, (left & subsampling.right) == 1 || (top & subsampling.down) == 1);
        int across = from.subsampling().right;
        int down = from.subsampling().down;
        return moved(
                from,
                Move.cut(from.width(), (int) left, (int) top, columns, rows),
                Move.cut(
                        from.chromaWidth(),
                        (int) left >> across,
                        (int) top >> down,
                        Subsampling.samples(columns, across),
                        Subsampling.samples(rows, down)));
    }

    private static double fraction(Fields in, boolean signed) throws DamagedHeifException {
        long numerator = in.u32();
        long denominator = in.u32();
        if (denominator == 0) {
            throw new DamagedHeifException("its 'clap' box divides by 0");
        }
        return (signed ? (int) numerator : numerator) / (double) denominator;
    }
}
