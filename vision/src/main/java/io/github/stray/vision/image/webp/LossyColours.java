// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.image.webp;

/**
 * From the planes of a lossy frame to RGB. Chroma has half the rows and columns; between its samples it is interpolated, the
 * nearest of the four around a pixel weighing 9/16, those beside and above or below 3/16, the far one 1/16. Then the
 * integers of libwebp: BT.601 of limited range, scaled by 2^14, rounded where they end.
 */
final class LossyColours {
    private LossyColours() {}

    /**
     * Writes a frame.
     *
     * @param to index of the first byte of its first pixel
     * @param stride bytes from a row to the next
     */
    static void write(LossyFrame frame, byte[] rgb, int to, int stride) {
        int width = frame.width();
        int[] blue = new int[width];
        int[] red = new int[width];
        for (int y = 0; y < frame.height(); y++) {
            interpolate(frame.blue, y, frame.height(), blue);
            interpolate(frame.red, y, frame.height(), red);
            int from = frame.luma.at(0, y);
            for (int x = 0, at = to + y * stride; x < width; x++, at += 3) {
                int light = ((frame.luma.samples[from + x] & 0xFF) * 19077) >> 8;
                int u = blue[x];
                int v = red[x];
                rgb[at] = level(light + ((v * 26149) >> 8) - 14234);
                rgb[at + 1] = level(light - ((u * 6419) >> 8) - ((v * 13320) >> 8) + 8708);
                rgb[at + 2] = level(light + ((u * 33050) >> 8) - 17685);
            }
        }
    }

    private static byte level(int scaled) {
        return InverseTransform.clamp(scaled >> 6);
    }

    /** The chroma of a row of pixels. At the border of the image the nearest sample stands for the one beyond. */
    private static void interpolate(Plane plane, int y, int height, int[] row) {
        byte[] samples = plane.samples;
        int lastRow = (height - 1) / 2;
        int lastColumn = (row.length - 1) / 2;
        int near = plane.at(0, y / 2);
        int far = plane.at(0, Math.clamp(y / 2 + (y % 2 == 0 ? -1 : 1), 0, lastRow));
        int before = 3 * (samples[near] & 0xFF) + (samples[far] & 0xFF);
        int here = before;
        for (int i = 0; i <= lastColumn; i++) {
            int next = Math.min(i + 1, lastColumn);
            int after = 3 * (samples[near + next] & 0xFF) + (samples[far + next] & 0xFF);
            row[2 * i] = (3 * here + before + 8) >> 4;
            if (2 * i + 1 < row.length) {
                row[2 * i + 1] = (3 * here + after + 8) >> 4;
            }
            before = here;
            here = after;
        }
    }
}
