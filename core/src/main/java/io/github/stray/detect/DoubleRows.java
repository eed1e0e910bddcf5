// SPDX-License-Identifier: Apache-2.0
package io.github.stray.detect;

import io.github.stray.feature.FeatureSet;
import io.github.stray.internal.linalg.Norms;
import java.util.stream.IntStream;

/** The rows of a set in double, block by block, scaled to unit length if wanted; a zero row stays zero. */
record DoubleRows(FeatureSet samples, boolean normalize) {
    private static final int BLOCK_ROWS = 480;
    private static final int BLOCK_VALUES = 1 << 20;
    private static final int READ_VALUES = 1 << 15;

    @FunctionalInterface
    interface Block {
        /** Takes {@code [count x d]} rows, the first of them being row {@code from}; they are the taker's to change. */
        void accept(int from, double[] rows, int count);
    }

    int size() {
        return samples.size();
    }

    int dimension() {
        return samples.space().dimension();
    }

    private int blockRows() {
        return Math.max(1, Math.min(size(), Math.min(BLOCK_ROWS, BLOCK_VALUES / dimension())));
    }

    /** Hands over all rows, in their order. */
    void forEachBlock(Block block) {
        int step = blockRows();
        for (int from = 0; from < size(); from += step) {
            int to = Math.min(size(), from + step);
            block.accept(from, read(from, to), to - from);
        }
    }

    /** Hands over all rows, in any order and from several threads at once. */
    void forEachBlockInParallel(Block block) {
        int step = Math.max(1, blockRows() / 10);
        IntStream.range(0, Math.ceilDiv(size(), step)).parallel().forEach(b -> {
            int from = b * step;
            int to = Math.min(size(), from + step);
            block.accept(from, read(from, to), to - from);
        });
    }

    double[] read(int from, int to) {
        int d = dimension();
        double[] rows = new double[(to - from) * d];
        int step = Math.max(1, READ_VALUES / d);
        IntStream.range(0, Math.ceilDiv(to - from, step)).parallel().forEach(b -> {
            int first = from + b * step;
            read(first, Math.min(to, first + step), rows, (first - from) * d);
        });
        return rows;
    }

    private void read(int from, int to, double[] rows, int offset) {
        int d = dimension();
        float[] floats = new float[(to - from) * d];
        samples.features().copyRows(from, to, floats, 0);
        for (int t = 0; t < floats.length; t++) {
            rows[offset + t] = floats[t];
        }
        if (!normalize) {
            return;
        }
        for (int i = 0; i < to - from; i++) {
            double norm = Norms.norm(floats, i * d, d);
            double divisor = norm == 0 ? 1 : norm;
            for (int t = offset + i * d; t < offset + (i + 1) * d; t++) {
                rows[t] /= divisor;
            }
        }
    }
}
