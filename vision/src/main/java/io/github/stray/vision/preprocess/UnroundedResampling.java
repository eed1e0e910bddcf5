// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.preprocess;

import io.github.stray.extract.ImageContent.Pixels;

/**
 * {@link Resampling} without its rounding and clamping, for networks whose processor resizes floating-point images:
 * {@code torchvision.transforms.v2.functional.resize} of a float tensor with antialiasing.
 */
final class UnroundedResampling {
    private UnroundedResampling() {}

    /** The part of a resized image that a crop keeps, R G B interleaved; only what it needs is computed. */
    static float[] window(Pixels image, int width, int height, Interpolation interpolation, Span columns, Span rows) {
        float[] target = new float[Resampling.bytes(columns.size(), rows.size())];
        Kernel across = kernel(image.width(), width, columns, interpolation);
        Kernel down = kernel(image.height(), height, rows, interpolation);
        int stride = 3 * columns.size();
        int first = down.start(0);
        float[][] strips = new float[down.end(rows.size() - 1) - first][];
        for (int y = 0; y < strips.length; y++) {
            strips[y] = row(image, first + y, across);
        }
        for (int y = 0; y < rows.size(); y++) {
            for (int x = 0; x < stride; x++) {
                double sum = 0;
                for (int j = 0; j < down.count(y); j++) {
                    sum += down.weights()[down.offset(y) + j] * strips[down.start(y) - first + j][x];
                }
                target[y * stride + x] = (float) sum;
            }
        }
        return target;
    }

    private static Kernel kernel(int from, int to, Span span, Interpolation interpolation) {
        return from == to
                ? Kernel.copy(span.first(), span.size())
                : Kernel.of(from, to, span.first(), span.size(), interpolation);
    }

    private static float[] row(Pixels image, int y, Kernel across) {
        float[] row = new float[3 * across.size()];
        for (int x = 0; x < row.length; x++) {
            int pixel = x / 3;
            int at = 3 * (y * image.width() + across.start(pixel)) + x % 3;
            double sum = 0;
            for (int j = 0; j < across.count(pixel); j++) {
                sum += across.weights()[across.offset(pixel) + j] * (image.rgb()[at + 3 * j] & 0xff);
            }
            row[x] = (float) sum;
        }
        return row;
    }
}
