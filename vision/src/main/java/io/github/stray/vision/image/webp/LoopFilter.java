// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.image.webp;

/** Smooths the edges between blocks, macroblock by macroblock, once all are decoded (RFC 6386, section 15). */
final class LoopFilter {
    private final FilterStrengths strengths;
    private final Plane[] planes;

    /** Planes: luma, and both chromas. */
    LoopFilter(FilterStrengths strengths, Plane... planes) {
        this.strengths = strengths;
        this.planes = planes;
    }

    /**
     * Smooths the left and upper edge of a macroblock and those within it.
     *
     * @param level 1 to 63
     * @param within whether the edges within are smoothed too
     */
    void macroblock(int column, int row, int level, boolean within) {
        int interior = strengths.interior(level);
        int inside = 2 * level + interior;
        int outside = inside + 4;
        int variance = FilterStrengths.highVariance(level);
        int filtered = strengths.simple() ? 1 : planes.length;
        for (int i = 0; i < filtered; i++) {
            Plane plane = planes[i];
            int size = i == 0 ? 16 : 8;
            int first = plane.at(size * column, size * row);
            if (column > 0) {
                edge(plane.samples, first, 1, plane.stride, size, outside, interior, variance, true);
            }
            for (int x = 4; within && x < size; x += 4) {
                edge(plane.samples, first + x, 1, plane.stride, size, inside, interior, variance, false);
            }
            if (row > 0) {
                edge(plane.samples, first, plane.stride, 1, size, outside, interior, variance, true);
            }
            for (int y = 4; within && y < size; y += 4) {
                edge(plane.samples, first + y * plane.stride, plane.stride, 1, size, inside, interior, variance, false);
            }
        }
    }

    /**
     * One edge.
     *
     * @param from index of the first sample behind it
     * @param across from a sample to the next one across the edge
     * @param along from a sample to the next one along it
     */
    private void edge(
            byte[] samples,
            int from,
            int across,
            int along,
            int length,
            int limit,
            int interior,
            int variance,
            boolean between) {
        boolean simple = strengths.simple();
        for (int i = 0, at = from; i < length; i++, at += along) {
            int p1 = samples[at - 2 * across] & 0xFF;
            int p0 = samples[at - across] & 0xFF;
            int q0 = samples[at] & 0xFF;
            int q1 = samples[at + across] & 0xFF;
            if (4 * Math.abs(p0 - q0) + Math.abs(p1 - q1) > 2 * limit + 1) {
                continue;
            }
            if (simple) {
                two(samples, at, across, p1, p0, q0, q1);
                continue;
            }
            int p2 = samples[at - 3 * across] & 0xFF;
            int q2 = samples[at + 2 * across] & 0xFF;
            if (Math.abs(p1 - p0) > interior
                    || Math.abs(q1 - q0) > interior
                    || Math.abs(p2 - p1) > interior
                    || Math.abs(q2 - q1) > interior
                    || Math.abs((samples[at - 4 * across] & 0xFF) - p2) > interior
                    || Math.abs((samples[at + 3 * across] & 0xFF) - q2) > interior) {
                continue;
            }
            if (Math.abs(p1 - p0) > variance || Math.abs(q1 - q0) > variance) {
                two(samples, at, across, p1, p0, q0, q1);
            } else if (between) {
                six(samples, at, across, p2, p1, p0, q0, q1, q2);
            } else {
                four(samples, at, across, p1, p0, q0, q1);
            }
        }
    }

    private static void two(byte[] samples, int at, int across, int p1, int p0, int q0, int q1) {
        int step = signed(3 * (q0 - p0) + signed(p1 - q1));
        samples[at - across] = InverseTransform.clamp(p0 + (Math.min(127, step + 3) >> 3));
        samples[at] = InverseTransform.clamp(q0 - (Math.min(127, step + 4) >> 3));
    }

    private static void four(byte[] samples, int at, int across, int p1, int p0, int q0, int q1) {
        int step = signed(3 * (q0 - p0));
        int back = Math.min(127, step + 4) >> 3;
        int half = (back + 1) >> 1;
        samples[at - 2 * across] = InverseTransform.clamp(p1 + half);
        samples[at - across] = InverseTransform.clamp(p0 + (Math.min(127, step + 3) >> 3));
        samples[at] = InverseTransform.clamp(q0 - back);
        samples[at + across] = InverseTransform.clamp(q1 - half);
    }

    private static void six(byte[] samples, int at, int across, int p2, int p1, int p0, int q0, int q1, int q2) {
        int step = signed(3 * (q0 - p0) + signed(p1 - q1));
        int near = (27 * step + 63) >> 7;
        int next = (18 * step + 63) >> 7;
        int far = (9 * step + 63) >> 7;
        samples[at - 3 * across] = InverseTransform.clamp(p2 + far);
        samples[at - 2 * across] = InverseTransform.clamp(p1 + next);
        samples[at - across] = InverseTransform.clamp(p0 + near);
        samples[at] = InverseTransform.clamp(q0 - near);
        samples[at + across] = InverseTransform.clamp(q1 - next);
        samples[at + 2 * across] = InverseTransform.clamp(q2 - far);
    }

    private static int signed(int value) {
        return Math.clamp(value, -128, 127);
    }
}
