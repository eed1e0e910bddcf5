// SPDX-License-Identifier: Apache-2.0
package io.github.stray.internal.linalg;

import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/** Work whose parts do not touch each other's results, on the threads of the common pool where that pays. */
@SuppressWarnings("doclint:missing")
public final class Parallel {
    private Parallel() {}

    /** Takes rows {@code from} (inclusive) to {@code to} (exclusive). */
    @FunctionalInterface
    public interface Block {
        /** Takes a block, which is not empty. */
        void accept(int from, int to);
    }

    /** Does the tasks {@code from} (inclusive) to {@code to} (exclusive), in their order and on this thread if they are small. */
    public static void each(int from, int to, boolean large, IntConsumer task) {
        IntStream tasks = IntStream.range(from, to);
        if (large) {
            tasks.parallel().forEach(task);
        } else {
            tasks.forEach(task);
        }
    }

    /** Hands over {@code count} rows in blocks of {@code step}, in their order and on this thread if they are small. */
    public static void blocks(int count, int step, boolean large, Block block) {
        each(0, Math.ceilDiv(count, step), large, b -> {
            int from = b * step;
            block.accept(from, from + Math.min(step, count - from));
        });
    }
}
