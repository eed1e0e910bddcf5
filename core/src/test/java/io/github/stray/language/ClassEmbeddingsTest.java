// SPDX-License-Identifier: Apache-2.0
package io.github.stray.language;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.stray.feature.FeatureMatrix;
import io.github.stray.feature.FeatureSpace;
import io.github.stray.tensor.ElementType;
import io.github.stray.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class ClassEmbeddingsTest {
    private static ClassEmbeddings of(List<String> names, int e, float... values) {
        return new ClassEmbeddings(FeatureMatrix.copyOf(values, values.length / e, e), names, FeatureSpace.unknown(e));
    }

    @Test
    void cosines_byHand_whateverTheLengths() {
        ClassEmbeddings classes = of(List.of("a", "b"), 2, 3, 4, 0, -2);
        assertThat(classes.cosines(new float[] {1, 0, 0, 0, -30, -40}, 3))
                .containsExactly(new double[] {0.6, 0, 0, 0, -1, 0.8}, within(1e-15));
    }

    @Test
    void cosines_smallestAndLargestFloats_areExact() {
        ClassEmbeddings classes = of(List.of(), 2, Float.MIN_VALUE, 0, Float.MAX_VALUE, Float.MAX_VALUE);
        assertThat(classes.cosines(new float[] {Float.MAX_VALUE, 0, 0, Float.MIN_VALUE}, 2))
                .containsExactly(new double[] {1, Math.sqrt(0.5), 0, Math.sqrt(0.5)}, within(1e-15));
    }

    @Test
    void cosines_rowsOfTheClassesThemselves_neverExceedOne() {
        Random random = new Random(3);
        float[] values = new float[200 * 7];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        double[] cosines = of(List.of(), 7, values).cosines(values, 200);
        for (int i = 0; i < 200; i++) {
            assertThat(cosines[i * 200 + i]).isBetween(1 - 1e-15, 1.0);
        }
        assertThat(DoubleStream.of(cosines)).allMatch(cosine -> Math.abs(cosine) <= 1);
    }

    @Test
    void cosines_ofOneRow_sameBitsAsAmongOthers() {
        Random random = new Random(4);
        float[] values = new float[50 * 9];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        ClassEmbeddings classes = of(List.of(), 9, values);
        double[] all = classes.cosines(values, 50);
        for (int i = 0; i < 50; i++) {
            float[] row = new float[9];
            System.arraycopy(values, i * 9, row, 0, 9);
            double[] expected = new double[50];
            System.arraycopy(all, i * 50, expected, 0, 50);
            assertThat(classes.cosines(row, 1)).isEqualTo(expected);
        }
        assertThat(classes.cosines(new float[0], 0)).isEmpty();
    }

    @Test
    void cosines_firstAskedForByManyThreads_areTheSame() throws Exception {
        ClassEmbeddings classes = of(List.of(), 3, 1, 2, 3, -1, 0, 5);
        double[] expected = of(List.of(), 3, 1, 2, 3, -1, 0, 5).cosines(new float[] {4, 5, 6}, 1);
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            List<Callable<double[]>> tasks = Collections.nCopies(32, () -> classes.cosines(new float[] {4, 5, 6}, 1));
            for (Future<double[]> cosines : threads.invokeAll(tasks)) {
                assertThat(cosines.get()).isEqualTo(expected);
            }
        }
    }

    @Test
    void parts_areAsGiven() {
        var names = new ArrayList<>(List.of("cat", "dog"));
        ClassEmbeddings classes = of(names, 2, 3, 4, 0, -2);
        names.clear();
        assertThat(classes.names()).containsExactly("cat", "dog");
        assertThat(classes.classes()).isEqualTo(2);
        assertThat(classes.dimension()).isEqualTo(2);
        assertThat(classes.rows().row(0)).containsExactly(3, 4);
        assertThat(classes.space()).isEqualTo(FeatureSpace.unknown(2));
        assertThat(classes).hasToString("ClassEmbeddings[2 x 2]");
    }

    @Test
    void new_halfPrecision_isRead() {
        short[] halves = {Float.floatToFloat16(0.6f), Float.floatToFloat16(0.8f)};
        Tensor rows = Tensor.of(ElementType.F16, new long[] {1, 2}, MemorySegment.ofArray(halves));
        assertThat(new ClassEmbeddings(FeatureMatrix.of(rows), List.of(), FeatureSpace.unknown(2))
                        .cosines(new float[] {0.6f, 0.8f}, 1)[0])
                .isCloseTo(1, within(1e-6));
    }

    @Test
    void new_whatIsNoEmbeddings_isRefused() {
        assertThatThrownBy(() -> of(List.of(), 2))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("class embeddings need at least one class, got none");
        assertThatThrownBy(() -> of(List.of("cat"), 2, 1, 2, 3, 4))
                .hasMessage("1 names for the embeddings of 2 classes");
        assertThatThrownBy(() -> new ClassEmbeddings(
                        FeatureMatrix.copyOf(new float[] {1, 2}, 1, 2), List.of(), FeatureSpace.unknown(3)))
                .hasMessage("class embeddings of dimension 2 are for a space of 3 dimensions");
        for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
            assertThatThrownBy(() -> of(List.of(), 2, 1, 2, 3, bad))
                    .hasMessageContaining("row 1 of 'class embeddings'")
                    .hasMessageContaining("holds " + bad + " at dimension 1");
        }
        assertThatThrownBy(() -> of(List.of(), 2, 1, 2, 0, -0f))
                .hasMessage("embedding 1 is zero; a text embedding has a direction");
        assertThatThrownBy(() -> of(List.of("cat", "dog"), 2, 1, 2, 0, 0))
                .hasMessageContaining("the embedding of 'dog' is zero");
    }

    @Test
    void new_moreThanAnArrayHolds_isRefused() {
        FeatureMatrix one = FeatureMatrix.copyOf(new float[1 << 20], 1, 1 << 20);
        FeatureSpace space = new FeatureSpace(
                Optional.empty(), Optional.empty(), 1 << 20, Optional.empty(), Optional.empty(), Optional.empty());
        assertThatThrownBy(() -> new ClassEmbeddings(one.select(new int[2048]), List.of(), space))
                .hasMessage("2048 class embeddings of dimension 1048576 do not fit one array");
    }
}
