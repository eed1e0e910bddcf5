// SPDX-License-Identifier: Apache-2.0
package io.github.stray.internal.linalg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.stray.internal.linalg.NearestRows.Measure;
import io.github.stray.internal.linalg.NearestRows.Rows;
import io.github.stray.internal.linalg.NearestRows.Sizes;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class NearestRowsTest {
    /** Some 50 rows of 7 a block, two packs a block, some 20 queries a chunk. */
    private static final Sizes SMALL = new Sizes(2000, 352, 176);

    @SuppressWarnings("ArrayRecordComponent")
    private record Result(int[][] rows, double[][] values) {}

    private static Rows rows(float[] values, int d) {
        return (from, to, target, offset) -> System.arraycopy(values, from * d, target, offset, (to - from) * d);
    }

    private static Result search(float[] gallery, float[] queries, int d, int k, Measure measure, Kernels kernels) {
        return search(gallery, queries, d, k, measure, kernels, Sizes.USUAL);
    }

    private static Result search(
            float[] gallery, float[] queries, int d, int k, Measure measure, Kernels kernels, Sizes sizes) {
        int m = queries.length / d;
        int[][] rows = new int[m][];
        double[][] values = new double[m][];
        new NearestRows(rows(gallery, d), gallery.length / d, d, measure, kernels, sizes)
                .search(rows(queries, d), m, k, (query, nearest, found) -> {
                    rows[query] = nearest;
                    values[query] = found;
                });
        return new Result(rows, values);
    }

    private static double norm(float[] x, int row, int d) {
        double sum = 0;
        for (int t = row * d; t < (row + 1) * d; t++) {
            sum += (double) x[t] * x[t];
        }
        return Math.sqrt(sum);
    }

    private static float[] unit(float[] x, int d) {
        float[] unit = new float[x.length];
        for (int i = 0; i < x.length; i++) {
            unit[i] = (float) (x[i] / norm(x, i / d, d));
        }
        return unit;
    }

    private static double value(float[] a, int i, float[] b, int j, int d, Measure measure) {
        double na = norm(a, i, d);
        double nb = norm(b, j, d);
        double dot = 0;
        double distance = 0;
        double sa = measure == Measure.SQUARED_DISTANCE || na == 0 ? 1 : na;
        double sb = measure == Measure.SQUARED_DISTANCE || nb == 0 ? 1 : nb;
        for (int t = 0; t < d; t++) {
            double x = a[i * d + t];
            double y = b[j * d + t];
            dot += x * y;
            distance += (x / sa - y / sb) * (x / sa - y / sb);
        }
        return switch (measure) {
            case COSINE -> na == 0 || nb == 0 ? 0 : dot / (na * nb);
            case INNER_PRODUCT -> dot;
            case SQUARED_DISTANCE, UNIT_SQUARED_DISTANCE -> distance;
        };
    }

    private static boolean largeIsNear(Measure measure) {
        return measure == Measure.COSINE || measure == Measure.INNER_PRODUCT;
    }

    private static void assertEqualsBruteForce(float[] gallery, float[] queries, int d, int k, Measure measure) {
        int n = gallery.length / d;
        for (Kernels kernels : List.of(new ScalarKernels(), new VectorKernels())) {
            Result found = search(gallery, queries, d, k, measure, kernels, SMALL);
            Result usual = search(gallery, queries, d, k, measure, kernels);
            assertThat(found.rows()).isDeepEqualTo(usual.rows());
            assertThat(found.values()).isDeepEqualTo(usual.values());
            for (int q = 0; q < queries.length / d; q++) {
                int query = q;
                Comparator<Integer> closer =
                        Comparator.comparingDouble(g -> value(queries, query, gallery, g, d, measure));
                List<Integer> expected = IntStream.range(0, n)
                        .boxed()
                        .sorted(largeIsNear(measure) ? closer.reversed() : closer)
                        .limit(k)
                        .toList();
                for (int i = 0; i < k; i++) {
                    double exact = value(queries, q, gallery, expected.get(i), d, measure);
                    assertThat(found.values()[q][i])
                            .as("query %d, neighbour %d, %s", q, i, kernels.name())
                            .isCloseTo(exact, within(1e-13 * Math.max(1e-3, Math.abs(exact))));
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void search_randomRows_equalsBruteForce(Measure measure) {
        int d = 19;
        assertEqualsBruteForce(KernelsTest.floats(211 * d, 1), KernelsTest.floats(23 * d, 2), d, 12, measure);
        assertEqualsBruteForce(KernelsTest.floats(5 * d, 3), KernelsTest.floats(2 * d, 4), d, 5, measure);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 3, 7, 8, 9, 15, 16, 17, 255, 512, 768, 1021})
    void search_anyDimension_equalsBruteForce(int d) {
        assertEqualsBruteForce(KernelsTest.floats(40 * d, 5), KernelsTest.floats(7 * d, 6), d, 3, Measure.COSINE);
    }

    /** Distances by |a|^2 + |b|^2 - 2ab would lose every digit here. */
    @ParameterizedTest
    @ValueSource(ints = {1, 3, 40, 200, 499, 500})
    void searchRank_anyRank_thatOfTheWholeOrder(int k) {
        int d = 5;
        int n = 500;
        float[] gallery = KernelsTest.floats(n * d, 21);
        // Every third row is there twice: of equal cosines the ranks are equal, too.
        for (int row = 0; row + 1 < n; row += 3) {
            System.arraycopy(gallery, row * d, gallery, (row + 1) * d, d);
        }
        float[] queries = KernelsTest.floats(70 * d, 22);
        System.arraycopy(gallery, 0, queries, 0, 20 * d);
        Result whole = search(gallery, queries, d, n, Measure.COSINE, Simd.kernels());
        for (Kernels kernels : List.of(Simd.kernels(), new ScalarKernels())) {
            for (Sizes sizes : List.of(Sizes.USUAL, SMALL)) {
                var asked = new AtomicInteger();
                new NearestRows(rows(gallery, d), n, d, Measure.COSINE, kernels, sizes)
                        .searchRank(rows(queries, d), 70, 4, k, (query, nearest, cosines, kth, next) -> {
                            double[] expected = whole.values()[query];
                            assertThat(nearest).containsExactly(Arrays.copyOf(whole.rows()[query], 4));
                            assertThat(cosines).containsExactly(Arrays.copyOf(expected, 4), within(1e-12));
                            assertThat(kth).isCloseTo(expected[k - 1], within(1e-12));
                            if (k < n) {
                                assertThat(next).isCloseTo(expected[k], within(1e-12));
                            } else {
                                assertThat(next).isNaN();
                            }
                            asked.incrementAndGet();
                        });
                assertThat(asked.get()).isEqualTo(70);
            }
        }
    }

    @Test
    void searchRank_whatItIsNotFor_isRefused() {
        var nearest = new NearestRows(rows(new float[8], 2), 4, 2, Measure.SQUARED_DISTANCE, Simd.kernels());
        assertThatThrownBy(() -> nearest.searchRank(rows(new float[2], 2), 1, 1, 1, (q, r, v, kth, next) -> {}))
                .hasMessageContaining("ranks of cosines, 1 .. 4, got 1 and 1 of SQUARED_DISTANCE");
        var cosines = new NearestRows(rows(new float[8], 2), 4, 2, Measure.COSINE, Simd.kernels());
        assertThatThrownBy(() -> cosines.searchRank(rows(new float[2], 2), 1, 1, 5, (q, r, v, kth, next) -> {}))
                .hasMessageContaining("got 1 and 5");
    }

    @Test
    void search_rowsFarFromTheOrigin_distancesKeepTheirDigits() {
        int d = 8;
        float[] gallery = KernelsTest.floats(100 * d, 7);
        float[] queries = KernelsTest.floats(9 * d, 8);
        for (int i = 0; i < gallery.length; i++) {
            gallery[i] = gallery[i] / 64 + 1000;
        }
        for (int i = 0; i < queries.length; i++) {
            queries[i] = queries[i] / 64 + 1000;
        }
        assertEqualsBruteForce(gallery, queries, d, 4, Measure.SQUARED_DISTANCE);
    }

    @ParameterizedTest
    @ValueSource(floats = {9.8E-45f, 1e-30f, 1e-20f, 1e20f, 1e37f})
    void search_tinyAndHugeRows_neitherVanishNorOverflow(float scale) {
        int d = 6;
        float[] gallery = KernelsTest.floats(60 * d, 9);
        float[] queries = KernelsTest.floats(6 * d, 10);
        for (int i = 0; i < gallery.length; i++) {
            gallery[i] *= scale;
        }
        for (int i = 0; i < queries.length; i++) {
            queries[i] *= scale;
        }
        for (Measure measure : Measure.values()) {
            Result found = search(gallery, queries, d, 3, measure, new VectorKernels());
            for (int q = 0; q < 6; q++) {
                int query = q;
                double best = IntStream.range(0, 60)
                        .mapToDouble(
                                g -> (largeIsNear(measure) ? 1 : -1) * value(queries, query, gallery, g, d, measure))
                        .max()
                        .orElseThrow();
                double expected = largeIsNear(measure) ? best : -best;
                assertThat(found.values()[q][0]).isCloseTo(expected, within(1e-6 * Math.abs(expected)));
            }
        }
    }

    @Test
    void search_oneHugeRowAmongSmallOnes_smallOnesStillDiffer() {
        float[] gallery = new float[40];
        for (int i = 0; i < 40; i++) {
            gallery[i] = i;
        }
        gallery[0] = 1e30f;
        Result result = search(gallery, new float[] {33, 7.2f}, 1, 2, Measure.SQUARED_DISTANCE, Simd.kernels());
        assertThat(result.rows()[0]).containsExactly(33, 32);
        assertThat(result.values()[0]).containsExactly(0, 1);
        assertThat(result.rows()[1]).containsExactly(7, 8);
    }

    @Test
    void search_oneHugeRowThatPointsAway_smallProductsStillDiffer() {
        float[] gallery = new float[40];
        for (int i = 0; i < 40; i++) {
            gallery[i] = i * 1e-20f;
        }
        gallery[0] = -1e30f;
        Result result = search(gallery, new float[] {3}, 1, 2, Measure.INNER_PRODUCT, Simd.kernels());
        assertThat(result.rows()[0]).containsExactly(39, 38);
        assertThat(result.values()[0][0]).isCloseTo(117e-20, within(1e-25));
    }

    @Test
    void search_productsBeyondFloat32_doNotOverflow() {
        float[] gallery = new float[80];
        for (int i = 0; i < 40; i++) {
            gallery[2 * i] = 3e38f;
            gallery[2 * i + 1] = i * 8e36f;
        }
        Result result = search(gallery, new float[] {1, 1}, 2, 1, Measure.INNER_PRODUCT, Simd.kernels());
        assertThat(result.rows()[0]).containsExactly(39);
    }

    @Test
    void search_equallyNearRows_lowerRowFirst() {
        float[] gallery = {0, 1, 2, 0, 1, 0, 0, 3, 4, 0};
        Result found = search(gallery, new float[] {1, 0}, 2, 4, Measure.COSINE, new VectorKernels());
        assertThat(found.rows()[0]).containsExactly(1, 2, 4, 0);
        assertThat(found.values()[0]).containsExactly(1, 1, 1, 0);
    }

    @Test
    void search_thousandTies_lowestRowsWin() {
        float[] gallery = new float[3000];
        Arrays.fill(gallery, 1);
        Result found = search(gallery, new float[] {1, 1}, 2, 5, Measure.COSINE, new VectorKernels());
        assertThat(found.rows()[0]).containsExactly(0, 1, 2, 3, 4);
    }

    @Test
    void search_zeroRows_haveCosineZeroWithEverything() {
        float[] gallery = {-1, 0, 0, 0, 1, 0};
        Result found = search(gallery, new float[] {1, 0, 0, 0}, 2, 3, Measure.COSINE, new VectorKernels());
        assertThat(found.rows()[0]).containsExactly(2, 1, 0);
        assertThat(found.values()[0]).containsExactly(1, 0, -1);
        assertThat(found.rows()[1]).containsExactly(0, 1, 2);
        assertThat(found.values()[1]).containsExactly(0, 0, 0);
    }

    @ParameterizedTest
    @EnumSource
    void search_oneThreadOrMany_oneQueryOrMany_sameBits(Measure measure) throws Exception {
        int d = 33;
        float[] gallery = KernelsTest.floats(2500 * d, 11);
        float[] queries = KernelsTest.floats(401 * d, 12);
        Result together = search(gallery, queries, d, 7, measure, new VectorKernels());
        try (ForkJoinPool one = new ForkJoinPool(1)) {
            Result alone = one.submit(() -> search(gallery, queries, d, 7, measure, new VectorKernels()))
                    .get();
            assertThat(alone.rows()).isDeepEqualTo(together.rows());
            assertThat(alone.values()).isDeepEqualTo(together.values());
        }
        for (int q = 0; q < 401; q += 80) {
            float[] query = Arrays.copyOfRange(queries, q * d, (q + 1) * d);
            Result single = search(gallery, query, d, 7, measure, new VectorKernels());
            assertThat(single.rows()[0]).containsExactly(together.rows()[q]);
            assertThat(single.values()[0]).containsExactly(together.values()[q]);
        }
    }

    @Test
    void search_largeGallery_isReadInSmallBlocks() {
        int d = 100;
        AtomicInteger largest = new AtomicInteger();
        Rows recording = (from, to, target, offset) -> {
            largest.accumulateAndGet(to - from, Math::max);
            Arrays.fill(target, offset, offset + (to - from) * d, 1);
        };
        new NearestRows(recording, 300_000, d, Measure.COSINE, new VectorKernels())
                .search(
                        recording,
                        2,
                        1,
                        (query, nearest, found) -> assertThat(nearest).containsExactly(0));
        assertThat(largest.get()).isLessThanOrEqualTo(1024);
    }

    /** Equal rows lie in every block, and the lowest rows must still win. */
    @ParameterizedTest
    @EnumSource
    void search_duplicatesInAllBlocks_lowestRowsWin(Measure measure) {
        int d = 5;
        float[] different = unit(KernelsTest.floats(50 * d, 13), d);
        float[] gallery = new float[4000 * d];
        for (int g = 0; g < 4000; g++) {
            System.arraycopy(different, g % 50 * d, gallery, g * d, d);
        }
        int[][] expected = IntStream.range(0, 50)
                .mapToObj(q -> IntStream.range(0, 9).map(i -> q + 50 * i).toArray())
                .toArray(int[][]::new);
        for (Sizes sizes : List.of(Sizes.USUAL, SMALL)) {
            assertThat(search(gallery, different, d, 9, measure, new VectorKernels(), sizes)
                            .rows())
                    .isDeepEqualTo(expected);
        }
    }

    /** Blocks, packs and chunks that do not divide each other, the last of each ragged. */
    @ParameterizedTest
    @EnumSource
    void search_manyBlocksPacksAndChunks_equalsBruteForce(Measure measure) {
        int d = 7;
        float[] gallery = KernelsTest.floats(1003 * d, 21);
        float[] queries = KernelsTest.floats(131 * d, 22);
        assertEqualsBruteForce(gallery, queries, d, 5, measure);
        assertEqualsBruteForce(gallery, queries, d, 60, measure);
    }

    @Test
    void search_cosine_readsEachGalleryRowOnceForAllQueriesAndThenCandidates() {
        int d = 7;
        float[] gallery = KernelsTest.floats(5000 * d, 14);
        float[] queries = KernelsTest.floats(600 * d, 15);
        AtomicInteger blocks = new AtomicInteger();
        AtomicInteger singles = new AtomicInteger();
        Rows counting = (from, to, target, offset) -> {
            (to - from == 1 ? singles : blocks).addAndGet(to - from);
            rows(gallery, d).copyRows(from, to, target, offset);
        };
        NearestRows nearest = new NearestRows(counting, 5000, d, Measure.COSINE, new VectorKernels());
        nearest.search(rows(queries, d), 600, 2, (query, found, values) -> {});
        assertThat(blocks).hasValue(5000);
        assertThat(singles).hasValueLessThanOrEqualTo(600 * (2 + 8));
    }

    @Test
    void search_productsWithAZeroQuery_areNotMeasuredOneByOne() {
        int d = 7;
        float[] gallery = KernelsTest.floats(1000 * d, 14);
        AtomicInteger singles = new AtomicInteger();
        Rows counting = (from, to, target, offset) -> {
            singles.addAndGet(to - from == 1 ? 1 : 0);
            rows(gallery, d).copyRows(from, to, target, offset);
        };
        new NearestRows(counting, 1000, d, Measure.INNER_PRODUCT, new VectorKernels())
                .search(rows(new float[d], d), 1, 2, (query, found, values) -> {
                    assertThat(found).containsExactly(0, 1);
                    assertThat(values).containsExactly(0, 0);
                });
        assertThat(singles).hasValueLessThanOrEqualTo(2 + 8);
    }

    @ParameterizedTest
    @EnumSource
    void search_secondTimeOnTheSameRows_sameBits(Measure measure) {
        int d = 9;
        float[] gallery = KernelsTest.floats(700 * d, 16);
        float[] queries = KernelsTest.floats(5 * d, 17);
        NearestRows nearest = new NearestRows(rows(gallery, d), 700, d, measure, new VectorKernels());
        double[][] first = new double[5][];
        double[][] second = new double[5][];
        nearest.search(rows(queries, d), 5, 4, (query, found, values) -> first[query] = values);
        nearest.search(rows(queries, d), 5, 4, (query, found, values) -> second[query] = values);
        assertThat(second).isDeepEqualTo(first);
    }

    /** Scaled for the gallery, this query exceeds float32. In double, too, its distances to all rows are the same. */
    @Test
    void search_queryFarBeyondTheGallery_lowestRowsAtTheRightDistance() {
        float[] gallery = new float[400];
        for (int i = 0; i < 400; i++) {
            gallery[i] = (i - 20) * 1e-25f;
        }
        Result found = search(gallery, new float[] {2e30f}, 1, 2, Measure.SQUARED_DISTANCE, new VectorKernels());
        assertThat(found.rows()[0]).containsExactly(0, 1);
        assertThat(found.values()[0][0]).isCloseTo(4e60, within(1e54));
        Result products = search(gallery, new float[] {2e30f}, 1, 2, Measure.INNER_PRODUCT, new VectorKernels());
        assertThat(products.rows()[0]).containsExactly(399, 398);
        assertThat(products.values()[0][0]).isCloseTo(2e30 * 379e-25, within(100.0));
    }

    @Test
    void search_kOutOfRange_isRefused() {
        float[] gallery = {1, 2, 3, 4};
        for (int k : new int[] {0, 3}) {
            assertThatThrownBy(() -> search(gallery, gallery, 2, k, Measure.COSINE, new ScalarKernels()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("k must lie in 1 .. 2, the rows there are, was " + k);
        }
    }

    @Test
    void search_noQueries_findsNothing() {
        assertThat(search(new float[] {1, 2}, new float[0], 2, 1, Measure.COSINE, new ScalarKernels())
                        .rows())
                .isEmpty();
    }

    @Test
    void constructor_rowsWithNan_isRefused() {
        assertThatThrownBy(() ->
                        search(new float[] {1, Float.NaN}, new float[2], 2, 1, Measure.COSINE, new ScalarKernels()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("finite");
    }
}
