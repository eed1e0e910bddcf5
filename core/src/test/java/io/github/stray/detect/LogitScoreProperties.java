// SPDX-License-Identifier: Apache-2.0
package io.github.stray.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.stray.feature.FeatureSet;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** Logits are multiples of 1/16, so shifts are exact in float32. */
class LogitScoreProperties {
    private static final List<String> BY_SOFTMAX =
            List.of("msp", "msp:temperature=3.0", "entropy", "gen", "gen:gamma=0.5,m=2", "klm");
    private static final List<String> BY_LOGIT = List.of("maxlogit", "energy", "energy:temperature=3.0");

    @Property(tries = 200)
    void score_constantAddedToAllLogits_movesLogitScoresOnly(
            @ForAll @Size(min = 6, max = 40) List<@IntRange(min = -320, max = 320) Integer> sixteenths,
            @ForAll @IntRange(min = -1000, max = 1000) int shift) {
        FeatureSet plain = rows(sixteenths, 0);
        FeatureSet shifted = rows(sixteenths, shift);
        for (String detector : BY_SOFTMAX) {
            assertClose(scores(detector, shifted, shifted), scores(detector, plain, plain), 0);
        }
        for (String detector : BY_LOGIT) {
            assertClose(scores(detector, shifted, shifted), scores(detector, plain, plain), shift);
        }
    }

    @Property(tries = 200)
    void score_classesInOtherOrder_unchanged(
            @ForAll @Size(min = 6, max = 40) List<@IntRange(min = -320, max = 320) Integer> sixteenths,
            @ForAll Random random) {
        FeatureSet plain = rows(sixteenths, 0);
        var order = new ArrayList<>(List.of(0, 1, 2));
        Collections.shuffle(order, random);
        float[] values = new float[plain.size() * 3];
        for (int i = 0; i < values.length; i++) {
            values[i] = plain.features().row(i / 3)[order.get(i % 3)];
        }
        FeatureSet permuted = Sets.of(plain.space(), values);
        for (String detector : BY_SOFTMAX) {
            // A tie goes to the lower class, whichever that is after permuting: the means of klm differ then.
            if (!detector.equals("klm") || untied(plain)) {
                assertClose(scores(detector, permuted, permuted), scores(detector, plain, plain), 0);
            }
        }
        for (String detector : BY_LOGIT) {
            assertClose(scores(detector, permuted, permuted), scores(detector, plain, plain), 0);
        }
    }

    @Property(tries = 200)
    void score_anyLogits_liesInItsRange(
            @ForAll @Size(min = 6, max = 40) List<@IntRange(min = -32000, max = 32000) Integer> sixteenths) {
        FeatureSet rows = rows(sixteenths, 0);
        double[] max = scores("maxlogit", rows, rows);
        double[] energy = scores("energy", rows, rows);
        double[] msp = scores("msp", rows, rows);
        double[] entropy = scores("entropy", rows, rows);
        double[] gen = scores("gen", rows, rows);
        double[] klm = scores("klm", rows, rows);
        double slack = 1e-12;
        for (int i = 0; i < max.length; i++) {
            assertThat(energy[i]).isBetween(max[i], max[i] + Math.log(3) + slack);
            assertThat(msp[i]).isBetween(1 / 3.0 - slack, 1.0);
            assertThat(Math.log(msp[i])).isCloseTo(max[i] - energy[i], within(1e-9));
            assertThat(entropy[i]).isBetween(-Math.log(3) - slack, 0.0);
            assertThat(gen[i]).isBetween(-3 / Math.pow(4, 0.1), 0.0);
            assertThat(klm[i]).isLessThanOrEqualTo(0);
        }
    }

    private static boolean untied(FeatureSet rows) {
        for (int i = 0; i < rows.size(); i++) {
            float[] row = rows.features().row(i);
            if (row[0] == row[1] || row[0] == row[2] || row[1] == row[2]) {
                return false;
            }
        }
        return true;
    }

    /** Whole rows of three classes; a remainder is dropped. */
    private static FeatureSet rows(List<Integer> sixteenths, int shift) {
        float[] values = new float[sixteenths.size() / 3 * 3];
        for (int i = 0; i < values.length; i++) {
            values[i] = sixteenths.get(i) / 16f + shift;
        }
        return Sets.of(Sets.space("net-a", 3), values);
    }

    private static double[] scores(String detector, FeatureSet training, FeatureSet samples) {
        return Detectors.parse(detector).fit(training).score(samples).toArray();
    }

    private static void assertClose(double[] actual, double[] expected, double moved) {
        assertThat(actual).hasSameSizeAs(expected);
        for (int i = 0; i < expected.length; i++) {
            double value = expected[i] + moved;
            assertThat(actual[i]).isCloseTo(value, within(1e-10 * Math.max(1, Math.abs(value))));
        }
    }
}
