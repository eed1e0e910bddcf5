// SPDX-License-Identifier: Apache-2.0
package io.github.stray.detect;

import io.github.stray.feature.FeatureMatrix;
import io.github.stray.internal.linalg.Parallel;
import io.github.stray.probe.LinearHead;
import java.util.Arrays;
import java.util.Optional;

/** Rows in double, block by block: as a head takes them, or as they came where there is none. */
record HeadInputs(FeatureMatrix rows, Optional<LinearHead> head) {
    private static final int BLOCK_VALUES = 1 << 18;

    /** Takes a block: rows {@code from .. from + count - 1}, {@code [count x d]}. */
    @FunctionalInterface
    interface Block {
        void accept(int from, double[] inputs, int count);
    }

    HeadInputs(FeatureMatrix rows, LinearHead head) {
        this(rows, Optional.of(head));
    }

    int dimension() {
        return rows.dimension();
    }

    int size() {
        return rows.rows();
    }

    /** Rows {@code from} to {@code to} (exclusive). */
    double[] block(int from, int to) {
        float[] floats = new float[(to - from) * dimension()];
        rows.copyRows(from, to, floats, 0);
        if (head.isPresent()) {
            return head.get().inputs(floats, to - from);
        }
        double[] inputs = new double[floats.length];
        for (int i = 0; i < inputs.length; i++) {
            inputs[i] = floats[i];
        }
        return inputs;
    }

    /** One block after the other on this thread. */
    void inOrder(Block block) {
        give(false, block);
    }

    /** Blocks on many threads, in no order. */
    void concurrently(Block block) {
        give(true, block);
    }

    /** The mean of all rows, of which there must be one. */
    double[] mean() {
        double[] mean = new double[dimension()];
        inOrder((from, inputs, count) -> {
            for (int i = 0; i < count; i++) {
                for (int t = 0; t < mean.length; t++) {
                    mean[t] += inputs[i * mean.length + t];
                }
            }
        });
        for (int t = 0; t < mean.length; t++) {
            mean[t] /= size();
        }
        return mean;
    }

    /** The logits {@code [C]} of each of some inputs {@code [count x d]}. */
    static double[][] logits(LinearHead head, double[] inputs, int count) {
        double[] flat = head.logits(inputs, count);
        double[][] logits = new double[count][];
        for (int i = 0; i < count; i++) {
            logits[i] = Arrays.copyOfRange(flat, i * head.classes(), (i + 1) * head.classes());
        }
        return logits;
    }

    /** The energy of the head on each of some inputs {@code [count x d]}. */
    static double[] energies(LinearHead head, double[] inputs, int count) {
        return Arrays.stream(logits(head, inputs, count))
                .mapToDouble(logits -> Softmax.energy(logits, 1))
                .toArray();
    }

    private void give(boolean parallel, Block block) {
        int longest = Math.max(dimension(), head.map(LinearHead::classes).orElse(1));
        Parallel.blocks(
                size(),
                Math.max(1, BLOCK_VALUES / longest),
                parallel,
                (from, to) -> block.accept(from, block(from, to), to - from));
    }
}
