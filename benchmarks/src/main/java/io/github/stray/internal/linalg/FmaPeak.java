// SPDX-License-Identifier: Apache-2.0
package io.github.stray.internal.linalg;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * What the machine can do at this moment: ten independent chains of fused multiply-adds in float32 registers, on as many
 * threads as there are processors. Measured just before and after each figure, because a shared machine changes from one
 * minute to the next.
 *
 * <pre>
 * tools/bench/java.sh io.github.stray.internal.linalg.FmaPeak
 * </pre>
 *
 * {@code tools/bench/fma_peak.c} is the same in C. The vectors are as wide as the JVM takes them: of processors with AVX-512
 * it leaves some at 256 bits unless it is told {@code -XX:UseAVX=3}.
 */
public final class FmaPeak {
    private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
    private static final int STEPS = 80_000_000;

    private static volatile int stride = 1;

    private static boolean warm;

    private FmaPeak() {}

    /**
     * Prints the peak a few times.
     *
     * @param args none
     */
    public static void main(String[] args) {
        for (int i = 0; i < 5; i++) {
            System.out.printf(
                    "FMA peak %.1f GFLOP/s on %d threads, vectors of %d bits%n",
                    gigaflops(), threads(), FLOATS.vectorBitSize());
        }
    }

    static int threads() {
        return Runtime.getRuntime().availableProcessors();
    }

    /**
     * Best of three measurements of some 100 ms, in 1e9 operations a second; a multiply-add counts as two. Each thread is
     * a thread of its own: a parallel stream may run two parts one after the other, and half of the machine then passes for
     * all of it.
     *
     * @return operations of all processors together
     */
    public static synchronized double gigaflops() {
        warmUp();
        double best = 0;
        for (int i = 0; i < 3; i++) {
            double[] sums = new double[threads()];
            Thread[] workers = new Thread[threads()];
            long start = System.nanoTime();
            for (int t = 0; t < workers.length; t++) {
                int worker = t;
                workers[t] = Thread.ofPlatform().start(() -> sums[worker] = chains(STEPS, stride));
            }
            for (Thread worker : workers) {
                join(worker);
            }
            double operations = 2.0 * 10 * FLOATS.length() * STEPS * threads();
            if (sums[0] > 0) {
                best = Math.max(best, operations / (System.nanoTime() - start));
            }
        }
        return best;
    }

    // Until the loop is compiled each operation makes objects, and a measurement would take a minute. Not in the
    // initialiser of the class: what is compiled there does not know the species for a constant, and is as slow.
    private static void warmUp() {
        long end = System.nanoTime() + 1_000_000_000L;
        while (!warm && System.nanoTime() < end) {
            chains(2_000, stride);
        }
        warm = true;
    }

    private static void join(Thread worker) {
        try {
            worker.join();
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted while measuring", e);
        }
    }

    // The sum is the third operand, which the instruction overwrites; as the first it would have to be copied at every
    // step. The stride is not a constant, so that the loop stays as it is written: unrolled, its multiply-adds are
    // ordered chain by chain, and each waits for the one before.
    private static double chains(int steps, int stride) {
        FloatVector x = FloatVector.broadcast(FLOATS, 0.999f);
        FloatVector y = FloatVector.broadcast(FLOATS, 0.001f);
        FloatVector a = y;
        FloatVector b = y;
        FloatVector c = y;
        FloatVector d = y;
        FloatVector e = y;
        FloatVector f = y;
        FloatVector g = y;
        FloatVector h = y;
        FloatVector i = y;
        FloatVector j = y;
        for (int step = 0; step < steps; step += stride) {
            a = x.fma(y, a);
            b = x.fma(y, b);
            c = x.fma(y, c);
            d = x.fma(y, d);
            e = x.fma(y, e);
            f = x.fma(y, f);
            g = x.fma(y, g);
            h = x.fma(y, h);
            i = x.fma(y, i);
            j = x.fma(y, j);
        }
        FloatVector all =
                a.add(b).add(c).add(d).add(e).add(f.add(g).add(h).add(i).add(j));
        return all.lane(0);
    }
}
