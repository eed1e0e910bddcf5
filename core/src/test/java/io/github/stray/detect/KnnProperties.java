// SPDX-License-Identifier: Apache-2.0
package io.github.stray.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.stray.feature.FeatureSet;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class KnnProperties {
    private static final int D = 3;

    /** Small integers: ties, duplicates and zero rows are common. */
    private static FeatureSet set(List<Integer> values) {
        float[] floats = new float[values.size() / D * D];
        for (int i = 0; i < floats.length; i++) {
            floats[i] = values.get(i);
        }
        return Sets.of(Sets.space("net-a", D), floats);
    }

    private static double[] sorted(FeatureSet gallery, float[] query, boolean cosine, boolean unit) {
        double[] values = new double[gallery.size()];
        for (int g = 0; g < values.length; g++) {
            float[] row = gallery.features().row(g);
            double dot = 0;
            double nq = 0;
            double ng = 0;
            for (int t = 0; t < D; t++) {
                dot += query[t] * row[t];
                nq += query[t] * query[t];
                ng += row[t] * row[t];
            }
            double product = Math.sqrt(nq) * Math.sqrt(ng);
            if (cosine) {
                values[g] = product == 0 ? 0 : -dot / product;
            } else if (unit) {
                values[g] = (nq == 0 ? 0 : 1) + (ng == 0 ? 0 : 1) - (product == 0 ? 0 : 2 * dot / product);
            } else {
                values[g] = nq + ng - 2 * dot;
            }
        }
        Arrays.sort(values);
        return values;
    }

    @Property(tries = 300)
    void score_anyRows_equalsBruteForce(
            @ForAll @Size(min = 15, max = 120) List<@IntRange(min = -3, max = 3) Integer> gallery,
            @ForAll @Size(15) List<@IntRange(min = -3, max = 3) Integer> queries,
            @ForAll @IntRange(min = 1, max = 5) int k) {
        FeatureSet training = set(gallery);
        FeatureSet samples = set(queries);
        double[] cosine = scores("knn:aggregate=mean,k=" + k, training, samples);
        double[] raw = scores("knn:aggregate=kth,distance=euclidean,normalize=false,k=" + k, training, samples);
        double[] unit = scores("knn:variant=openood,k=" + k, training, samples);
        for (int q = 0; q < samples.size(); q++) {
            float[] query = samples.features().row(q);
            double mean = 0;
            for (int i = 0; i < k; i++) {
                mean -= sorted(training, query, true, true)[i] / k;
            }
            assertThat(cosine[q]).isCloseTo(mean, within(1e-12));
            assertThat(raw[q]).isCloseTo(-Math.sqrt(sorted(training, query, false, false)[k - 1]), within(1e-12));
            assertThat(unit[q]).isCloseTo(-sorted(training, query, false, true)[k - 1], within(1e-12));
        }
    }

    @Property(tries = 200)
    void score_trainingRow_isItsOwnNeighbour(
            @ForAll @Size(min = 3, max = 60) List<@IntRange(min = -1000, max = 1000) Integer> gallery) {
        FeatureSet training = set(gallery);
        double[] distances = scores("knn:distance=euclidean,normalize=false", training, training);
        assertThat(distances).containsOnly(0);
        double[] cosines = scores("knn", training, training);
        for (int i = 0; i < cosines.length; i++) {
            boolean zero = Arrays.equals(training.features().row(i), new float[D]);
            assertThat(cosines[i]).isEqualTo(zero ? 0 : 1);
        }
    }

    @Property(tries = 200)
    void score_unitRows_squaredDistanceRanksLikeCosine(
            @ForAll @Size(min = 15, max = 60) List<@IntRange(min = 1, max = 100) Integer> gallery,
            @ForAll @Size(15) List<@IntRange(min = 1, max = 100) Integer> queries) {
        double[] cosine = scores("knn", set(gallery), set(queries));
        double[] squared = scores("knn:variant=openood,k=1", set(gallery), set(queries));
        for (int i = 0; i < cosine.length; i++) {
            assertThat(squared[i]).isCloseTo(2 * cosine[i] - 2, within(1e-12));
        }
    }

    private static double[] scores(String detector, FeatureSet training, FeatureSet samples) {
        return Detectors.parse(detector).fit(training).score(samples).toArray();
    }
}
