// SPDX-License-Identifier: Apache-2.0
package io.github.stray.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.stray.feature.FeatureMatrix;
import io.github.stray.feature.FeatureSet;
import io.github.stray.threshold.Promise;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SharedRowsTest {
    private static FeatureSet rows(int n, long seed) {
        var random = new SplittableRandom(seed);
        float[] values = new float[n * 4];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextDouble();
        }
        return FeatureSet.of(FeatureMatrix.copyOf(values, n, 4), "rows" + seed);
    }

    private static int[] first(int n) {
        return IntStream.range(0, n).toArray();
    }

    @Test
    void others_someRowsInAnotherOrder_areLeftOut() {
        FeatureSet training = rows(50, 1);
        FeatureMatrix some = training.features().select(new int[] {7, 3, 49});
        assertThat(SharedRows.others(some, training.features())).isEmpty();
        assertThat(SharedRows.others(training.features(), some)).hasSize(47).doesNotContain(7, 3, 49);
        assertThat(SharedRows.others(rows(50, 2).features(), training.features()))
                .hasSize(50);
    }

    @Test
    void fit_calibratedOnItsTrainingRows_isRefused() {
        FeatureSet training = rows(50, 1);
        assertThatThrownBy(() -> CalibratedDetector.fit(
                        new Knn(1), Training.of(training), training.select(first(30)), Promise.onAverage(0.95)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "30 of the 30 calibration rows of 'rows1' are among the training rows of 'rows1'; a threshold from samples that were fitted on rejects too much: calibrate on others, or on a share held out");
    }

    @Test
    void fit_aFewSharedRows_areLeftOutAndNoted() {
        FeatureSet training = rows(50, 1);
        float[] values = new float[40 * 4];
        rows(40, 2).features().copyRows(0, 40, values, 0);
        training.features().copyRows(0, 2, values, 0);
        FeatureSet mostlyNew = FeatureSet.of(FeatureMatrix.copyOf(values, 40, 4), "new");
        CalibratedDetector fitted =
                CalibratedDetector.fit(new Knn(1), Training.of(training), mostlyNew, Promise.onAverage(0.95));
        assertThat(fitted.notes())
                .containsExactly(
                        "2 calibration rows are among the training rows too, as duplicate images are, and were left out");
        assertThat(fitted.calibration().orElseThrow().size()).isEqualTo(38);
        assertThat(CalibratedDetector.fit(new Knn(1), Training.of(training), rows(40, 3), Promise.onAverage(0.95))
                        .notes())
                .isEmpty();
    }
}
