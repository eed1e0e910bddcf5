// SPDX-License-Identifier: Apache-2.0
package io.github.stray.internal.linalg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class LargestProductsTest {
    /** Blocks of the bank have 16 rows at this length, blocks of queries 192. */
    @Test
    void search_manyBlocks_findsWhatSortingFinds() {
        int d = 8192;
        Random random = new Random(5);
        double[] bank = random.doubles(37L * d, -1, 1).toArray();
        double[] queries = random.doubles(200L * d, -1, 1).toArray();
        int[] calls = new int[200];
        LargestProducts.search(
                (from, to) -> Arrays.copyOfRange(bank, from * d, to * d),
                37,
                d,
                queries,
                200,
                3,
                Simd.kernels(),
                (q, found) -> {
                    double[] all = new double[37];
                    for (int r = 0; r < 37; r++) {
                        all[r] = Simd.kernels().dot(queries, q * d, bank, r * d, d);
                    }
                    Arrays.sort(all);
                    assertThat(found).containsExactly(new double[] {all[36], all[35], all[34]}, within(1e-9));
                    calls[q]++;
                });
        assertThat(calls).containsOnly(1);
    }

    @Test
    void search_kOutOfRange_isRefused() {
        for (int k : new int[] {0, 3}) {
            assertThatThrownBy(() -> LargestProducts.search(
                            (from, to) -> new double[to - from],
                            2,
                            1,
                            new double[1],
                            1,
                            k,
                            Simd.kernels(),
                            (q, found) -> {}))
                    .hasMessage("k must lie in 1 .. 2, the rows there are, was " + k);
        }
    }
}
