// SPDX-License-Identifier: Apache-2.0
package io.github.stray.detect;

import io.github.stray.feature.FeatureSet;
import io.github.stray.internal.linalg.Norms;
import io.github.stray.internal.linalg.Parallel;
import java.util.Objects;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;

/** The rows of a set in double, block by block, scaled to unit length if wanted; a zero row stays zero. */
record DoubleRows(FeatureSet samples, boolean normalize) {
    private static final int BLOCK_ROWS = 480;
    private static final int BLOCK_VALUES = 1 << 20;
    private static final int READ_VALUES = 1 << 15;
    private static final int STRIPE = 128;

    @FunctionalInterface
    interface Block {
        /**
         * Takes {@code [count x d]} rows, the first of them being row {@code from}. They are the taker's to change but not to
         * keep: further rows come in the same array.
         */
        void accept(int from, double[] rows, int count);
    }

    /** The option {@code normalize} of methods that take rows as they are by default. */
    static <D> Option<D, Boolean> normalize(Function<D, Boolean> value) {
        return Option.flag("normalize", false, "scale rows to unit length first", value);
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
        double[] rows = new double[step * dimension()];
        for (int from = 0; from < size(); from += step) {
            int first = from;
            int count = Math.min(size() - from, step);
            int part = Math.max(1, READ_VALUES / dimension());
            Parallel.blocks(count, part, true, (low, high) -> read(first + low, first + high, rows, low * dimension()));
            block.accept(from, rows, count);
        }
    }

    /** Hands over all rows, in any order and from several threads at once. */
    void forEachBlockInParallel(Block block) {
        int step = Math.max(1, blockRows() / 10);
        var spare = new ConcurrentLinkedQueue<double[]>();
        Parallel.blocks(size(), step, true, (from, to) -> {
            double[] rows = Objects.requireNonNullElseGet(spare.poll(), () -> new double[step * dimension()]);
            read(from, to, rows, 0);
            block.accept(from, rows, to - from);
            spare.add(rows);
        });
    }

    /** Sums of the rows of each class, {@code [classes x d]}, each in the order of its rows. */
    double[] sums(int[] classOf, int classes) {
        int d = dimension();
        double[] sums = new double[classes * d];
        forEachBlock((from, block, count) -> Parallel.blocks(d, STRIPE, true, (low, high) -> {
            for (int i = 0; i < count; i++) {
                int sum = classOf[from + i] * d;
                for (int t = low; t < high; t++) {
                    sums[sum + t] += block[i * d + t];
                }
            }
        }));
        return sums;
    }

    double[] read(int from, int to) {
        double[] rows = new double[(to - from) * dimension()];
        read(from, to, rows, 0);
        return rows;
    }

    private void read(int from, int to, double[] rows, int offset) {
        int d = dimension();
        float[] floats = new float[d];
        for (int i = from; i < to; i++) {
            samples.features().copyRows(i, i + 1, floats, 0);
            double norm = normalize ? Norms.norm(floats, 0, d) : 1;
            double divisor = norm == 0 ? 1 : norm;
            int at = offset + (i - from) * d;
            for (int t = 0; t < d; t++) {
                rows[at + t] = normalize ? floats[t] / divisor : floats[t];
            }
        }
    }
}
