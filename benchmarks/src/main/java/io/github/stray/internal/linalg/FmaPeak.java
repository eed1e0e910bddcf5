// SPDX-License-Identifier: Apache-2.0
package io.github.stray.internal.linalg;

import java.util.stream.IntStream;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * What the machine can do at this moment: ten independent chains of fused multiply-adds in float32 registers, on as many
 * threads as the common pool has. Measured just before and after each figure, because a shared machine changes from one
 * minute to the next.
 */
public final class FmaPeak {
    private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_PREFERRED;
    private static final int STEPS = 30_000_000;

    private FmaPeak() {}

    /**
     * Prints the peak a few times.
     *
     * @param args none
     */
    public static void main(String[] args) {
        for (int i = 0; i < 5; i++) {
            System.out.printf("FMA peak %.1f GFLOP/s on %d threads%n", gigaflops(), threads());
        }
    }

    static int threads() {
        return Runtime.getRuntime().availableProcessors();
    }

    /** Best of three short measurements, in 1e9 operations a second; a multiply-add counts as two. */
    static double gigaflops() {
        double best = 0;
        for (int i = 0; i < 3; i++) {
            long start = System.nanoTime();
            double sum = IntStream.range(0, threads())
                    .parallel()
                    .mapToDouble(thread -> chains(STEPS))
                    .sum();
            double operations = 2.0 * 10 * FLOATS.length() * STEPS * threads();
            if (sum > 0) {
                best = Math.max(best, operations / (System.nanoTime() - start));
            }
        }
        return best;
    }

    private static double chains(int steps) {
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
        for (int step = 0; step < steps; step++) {
            a = a.fma(x, y);
            b = b.fma(x, y);
            c = c.fma(x, y);
            d = d.fma(x, y);
            e = e.fma(x, y);
            f = f.fma(x, y);
            g = g.fma(x, y);
            h = h.fma(x, y);
            i = i.fma(x, y);
            j = j.fma(x, y);
        }
        FloatVector all =
                a.add(b).add(c).add(d).add(e).add(f.add(g).add(h).add(i).add(j));
        return all.lane(0);
    }
}
