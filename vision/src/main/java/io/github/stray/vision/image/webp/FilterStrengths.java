// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.image.webp;

import java.io.IOException;

/**
 * How strongly edges are smoothed (RFC 6386, 9.3, 9.6 and section 15).
 *
 * @param simple whether the filter for luma only is used
 * @param levels 0 (not at all) to 63: by segment, and whether the macroblock is predicted in blocks of 4 x 4
 * @param sharpness 0 to 7: the more, the fewer edges are smoothed
 */
@SuppressWarnings("ArrayRecordComponent") // carried from reading to filtering, compared by nobody
record FilterStrengths(boolean simple, int[] levels, int sharpness) {
    private static final int LAST = 63;

    static int index(int segment, boolean subblocks) {
        return 2 * segment + (subblocks ? 1 : 0);
    }

    static FilterStrengths read(BoolDecoder header, boolean segmented, boolean absolute, int[] segmentLevels)
            throws IOException {
        boolean simple = header.flag();
        int base = header.number(6);
        int sharpness = header.number(3);
        int all = 0;
        int subblocks = 0;
        boolean varied = header.flag();
        if (varied && header.flag()) {
            int[] steps = new int[8];
            for (int i = 0; i < steps.length; i++) {
                steps[i] = header.optional(6);
            }
            all = steps[0];
            subblocks = steps[4];
        }
        int[] levels = new int[2 * FrameHeader.SEGMENTS];
        for (int segment = 0; base > 0 && segment < FrameHeader.SEGMENTS; segment++) {
            int level = !segmented ? base : absolute ? segmentLevels[segment] : base + segmentLevels[segment];
            levels[index(segment, false)] = Math.clamp(level + all, 0, LAST);
            levels[index(segment, true)] = Math.clamp(level + all + subblocks, 0, LAST);
        }
        return new FilterStrengths(simple, levels, sharpness);
    }

    /** The largest step within the samples beside an edge that is still smoothed. */
    int interior(int level) {
        int limit = sharpness > 4 ? level >> 2 : sharpness > 0 ? level >> 1 : level;
        return Math.max(1, sharpness > 0 ? Math.min(limit, 9 - sharpness) : limit);
    }

    /** The step beside an edge from which on only the two samples at it are changed. */
    static int highVariance(int level) {
        return level >= 40 ? 2 : level >= 15 ? 1 : 0;
    }
}
