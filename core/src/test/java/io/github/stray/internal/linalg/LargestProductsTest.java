// SPDX-License-Identifier: Apache-2.0
package io.github.stray.internal.linalg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LargestProductsTest {
    /** At 8192 entries a row blocks of the bank have 32 rows; at 3 they have 128, and blocks of queries 1024. */
    @ParameterizedTest
    @CsvSource({"8192, 77, 20", "3, 300, 2100"})
    void search_manyBlocks_findsWhatSortingFinds(int d, int rows, int count) {
        Random random = new Random(5);
        double[] bank = random.doubles((long) rows * d, -1, 1).toArray();
        double[] queries = random.doubles((long) count * d, -1, 1).toArray();
        int[] calls = new int[count];
        LargestProducts.search(
                (from, to) -> Arrays.copyOfRange(bank, from * d, to * d),
                rows,
                d,
                queries,
                count,
                3,
                Simd.kernels(),
                (q, found) -> {
                    double[] all = new double[rows];
                    for (int r = 0; r < rows; r++) {
                        all[r] = Simd.kernels().dot(queries, q * d, bank, r * d, d);
                    }
                    Arrays.sort(all);
                    assertThat(found)
                            .containsExactly(new double[] {all[rows - 1], all[rows - 2], all[rows - 3]}, within(1e-9));
                    calls[q]++;
                });
        assertThat(calls).containsOnly(1);
    }

    @Test
    void search_noQueries_findsNothing() {
        LargestProducts.search(
                (from, to) -> new double[to - from],
                2,
                1,
                new double[0],
                0,
                1,
                Simd.kernels(),
                (q, found) -> fail("there is no query " + q));
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
