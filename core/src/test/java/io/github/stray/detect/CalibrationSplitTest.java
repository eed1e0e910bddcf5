// SPDX-License-Identifier: Apache-2.0
package io.github.stray.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.stray.feature.FeatureMatrix;
import io.github.stray.feature.FeatureSet;
import io.github.stray.feature.FeatureSpace;
import io.github.stray.feature.Labels;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CalibrationSplitTest {
    private static FeatureSet set(List<String> ids, int... labels) {
        int n = ids.size();
        float[] values = new float[n];
        for (int i = 0; i < n; i++) {
            values[i] = i;
        }
        Optional<Labels> known = labels.length == 0 ? Optional.empty() : Optional.of(Labels.of(labels));
        return new FeatureSet(FeatureMatrix.copyOf(values, n, 1), ids, known, FeatureSpace.unknown(1), "set");
    }

    private static List<String> ids(int n) {
        return IntStream.range(0, n).mapToObj("sample-%03d.png"::formatted).toList();
    }

    private static FeatureSet shuffled(FeatureSet set, long seed) {
        var order = new ArrayList<>(IntStream.range(0, set.size()).boxed().toList());
        Collections.shuffle(order, new Random(seed));
        return set.select(order.stream().mapToInt(Integer::intValue).toArray());
    }

    /** The order of these ids by SHA-256 was computed with Python's hashlib: a split made today is the split of any release. */
    @Test
    void of_knownIds_holdsOutThoseOfSmallestHash() {
        List<String> ids = List.of(
                "cat/00.png",
                "cat/01.png",
                "cat/02.png",
                "cat/03.png",
                "cat/04.png",
                "cat/05.png",
                "cat/06.png",
                "cat/07.png",
                "cat/08.png",
                "cat/09.png",
                "größe.jpg",
                "猫.webp");
        assertThat(CalibrationSplit.of(set(ids), 0.25).calibration().ids())
                .containsExactlyInAnyOrder("cat/09.png", "größe.jpg", "cat/06.png");
    }

    @Test
    void of_otherOrder_samePartsInTheirOrder() {
        FeatureSet samples =
                set(ids(200), IntStream.range(0, 200).map(i -> i * i % 7).toArray());
        CalibrationSplit split = CalibrationSplit.of(samples, 0.2);
        CalibrationSplit other = CalibrationSplit.of(shuffled(samples, 5), 0.2);
        assertThat(new HashSet<>(other.calibration().ids()))
                .isEqualTo(new HashSet<>(split.calibration().ids()));
        assertThat(new HashSet<>(other.fitting().ids()))
                .isEqualTo(new HashSet<>(split.fitting().ids()));
        assertThat(split.calibration().ids()).isSorted();
        assertThat(split.fitting().ids()).isSorted();
    }

    @Test
    void of_anyInput_partsAreDisjointAndComplete() {
        FeatureSet samples = set(ids(101));
        CalibrationSplit split = CalibrationSplit.of(samples, 0.2);
        assertThat(split.calibration().size()).isEqualTo(20);
        assertThat(split.fitting().ids())
                .doesNotContainAnyElementsOf(split.calibration().ids());
        assertThat(split.fitting().size()).isEqualTo(81);
    }

    @Test
    void of_labelled_everyClassGivesItsShare() {
        int[] labels =
                IntStream.range(0, 130).map(i -> i < 10 ? 0 : i < 30 ? 1 : 2).toArray();
        Labels held = CalibrationSplit.of(set(ids(130), labels), 0.2)
                .calibration()
                .labels()
                .orElseThrow();
        int[] counts = new int[3];
        for (int label : held.toArray()) {
            counts[label]++;
        }
        assertThat(counts).containsExactly(2, 4, 20);
    }

    @Test
    void of_manySmallClasses_totalIsTheShareAndEveryClassKeepsOne() {
        int[] labels = IntStream.range(0, 200).map(i -> i / 2).toArray();
        CalibrationSplit split = CalibrationSplit.of(set(ids(200), labels), 0.2);
        assertThat(split.calibration().size()).isEqualTo(40);
        assertThat(split.fitting().labels().orElseThrow().toArray())
                .contains(IntStream.range(0, 100).toArray());
        CalibrationSplit greedy = CalibrationSplit.of(set(ids(200), labels), 0.99);
        assertThat(greedy.fitting().size()).isEqualTo(100);
        assertThat(greedy.fitting().labels().orElseThrow().toArray())
                .contains(IntStream.range(0, 100).toArray());
    }

    @Test
    void of_oneOrNoRow_holdsOutNone() {
        assertThat(CalibrationSplit.of(set(ids(1)), 0.9).fitting().size()).isEqualTo(1);
        assertThat(CalibrationSplit.of(set(List.of()), 0.2).fitting().size()).isZero();
    }

    @Test
    void of_equalIds_orderedByTheirValues() {
        FeatureSet samples = set(Collections.nCopies(10, "same"));
        float[] held = held(CalibrationSplit.of(samples, 0.3));
        assertThat(held(CalibrationSplit.of(shuffled(samples, 8), 0.3))).containsExactlyInAnyOrder(held);
        assertThat(held).hasSize(3);
    }

    private static float[] held(CalibrationSplit split) {
        float[] values = new float[split.calibration().size()];
        split.calibration().features().copyRows(0, values.length, values, 0);
        return values;
    }

    @Test
    void of_fractionOutOfRange_isRefused() {
        for (double fraction : new double[] {0, 1, -0.1, 1.1, Double.NaN}) {
            assertThatThrownBy(() -> CalibrationSplit.of(set(ids(5)), fraction))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("strictly between 0 and 1, was " + fraction);
        }
    }
}
