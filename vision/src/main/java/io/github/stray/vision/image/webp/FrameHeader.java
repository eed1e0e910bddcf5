// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.image.webp;

import java.io.IOException;

/**
 * What a lossy frame says before its macroblocks (RFC 6386, section 9).
 *
 * @param modes where the prediction of macroblocks is read from, right behind the header
 * @param segmentProbabilities of the three branches of a macroblock's segment; none where all lie in the first
 * @param quantisers by segment
 * @param filter how edges between blocks are smoothed
 * @param partitions where coefficients are read from: rows of macroblocks take turns
 * @param coefficientProbabilities for {@link Coefficients}
 * @param skipProbability that a macroblock has coefficients, -1 where all have
 */
@SuppressWarnings("ArrayRecordComponent") // carried from reading to decoding, compared by nobody
record FrameHeader(
        int width,
        int height,
        BoolDecoder modes,
        int[] segmentProbabilities,
        Quantiser[] quantisers,
        FilterStrengths filter,
        BoolDecoder[] partitions,
        int[] coefficientProbabilities,
        int skipProbability) {
    static final int SEGMENTS = 4;
    private static final int START = 10;
    private static final int NEVER = 255;

    /** Width and height of a frame, from its first ten bytes. */
    static int[] size(Part frame, long statedLength) throws IOException {
        if (frame.length() < START || frame.unsigned24(3) != 0x2A019D) {
            throw new IOException("its lossy image has no beginning");
        }
        int bits = frame.unsigned24(0);
        boolean key = (bits & 1) == 0;
        int profile = bits >> 1 & 7;
        boolean shown = (bits >> 4 & 1) != 0;
        if (!key || profile > 3 || !shown || bits >> 5 >= statedLength) {
            throw new IOException("its lossy image cannot be shown alone (it begins with 0x%06x)".formatted(bits));
        }
        int width = frame.unsigned16(6) & 0x3FFF;
        int height = frame.unsigned16(8) & 0x3FFF;
        if (width == 0 || height == 0) {
            throw new IOException("its lossy image is %d x %d".formatted(width, height));
        }
        return new int[] {width, height};
    }

    static FrameHeader read(Part frame) throws IOException {
        int[] size = size(frame, frame.length());
        int firstLength = frame.unsigned24(0) >> 5;
        if (firstLength > frame.length() - START) {
            throw ended();
        }
        var in = new BoolDecoder(new Part(frame.file(), frame.from() + START, frame.from() + START + firstLength));
        in.flag(); // colour space: there is one
        in.flag(); // whether samples need clamping: they are clamped
        boolean segmented = in.flag();
        boolean segmentsStated = segmented && in.flag();
        boolean absolute = true;
        int[] indices = new int[SEGMENTS];
        int[] levels = new int[SEGMENTS];
        if (segmented && in.flag()) {
            absolute = in.flag();
            for (int i = 0; i < SEGMENTS; i++) {
                indices[i] = in.optional(7);
            }
            for (int i = 0; i < SEGMENTS; i++) {
                levels[i] = in.optional(6);
            }
        }
        int[] segmentProbabilities = new int[segmentsStated ? SEGMENTS - 1 : 0];
        for (int i = 0; i < segmentProbabilities.length; i++) {
            segmentProbabilities[i] = in.flag() ? in.number(8) : NEVER;
        }
        FilterStrengths filter = FilterStrengths.read(in, segmented, absolute, levels);
        int partitionBits = in.number(2);
        var base = Quantiser.Indices.read(in);
        var quantisers = new Quantiser[SEGMENTS];
        for (int i = 0; i < SEGMENTS; i++) {
            quantisers[i] = base.at(!segmented ? base.base() : absolute ? indices[i] : base.base() + indices[i]);
        }
        in.flag(); // whether a next frame keeps the probabilities: there is none
        int[] probabilities = CoefficientProbabilities.read(in);
        int skipProbability = in.flag() ? in.number(8) : -1;
        int rows = (size[1] + 15) / 16;
        BoolDecoder[] partitions = partitions(frame.after(START + firstLength), 1 << partitionBits, rows);
        return new FrameHeader(
                size[0],
                size[1],
                in,
                segmentProbabilities,
                quantisers,
                filter,
                partitions,
                probabilities,
                skipProbability);
    }

    /** The lengths of all partitions but the last stand before them. None reaches beyond the frame, the last is not empty. */
    private static BoolDecoder[] partitions(Part rest, int count, int rows) throws IOException {
        int at = 3 * (count - 1);
        int[] starts = new int[count + 1];
        for (int i = 0; i < count; i++) {
            if (at >= rest.length()) {
                throw ended();
            }
            starts[i] = at;
            at = i == count - 1 ? rest.length() : Math.min(rest.length(), at + rest.unsigned24(3 * i));
        }
        starts[count] = at;
        var partitions = new BoolDecoder[Math.min(count, rows)];
        for (int i = 0; i < partitions.length; i++) {
            partitions[i] =
                    new BoolDecoder(new Part(rest.file(), rest.from() + starts[i], rest.from() + starts[i + 1]));
        }
        return partitions;
    }

    private static IOException ended() {
        return new IOException("its pixels end early");
    }
}
