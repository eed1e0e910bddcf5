// SPDX-License-Identifier: Apache-2.0
package io.github.stray.detect;

import io.github.stray.feature.FeatureMatrix;
import io.github.stray.feature.FeatureSet;
import io.github.stray.feature.FeatureSpace;
import io.github.stray.internal.linalg.NearestRows;
import io.github.stray.score.Scores;
import io.github.stray.tensor.Tensor;
import java.util.List;
import java.util.Map;

/**
 * A {@link Knn} with its training rows.
 *
 * @param detector its options
 * @param space where the rows live
 * @param gallery the training rows, as they came
 * @param search among them, as the options say
 */
record FittedKnn(Knn detector, FeatureSpace space, FeatureMatrix gallery, NearestRows search)
        implements FittedDetector {
    static final String GALLERY = "gallery";

    @Override
    public Scores score(FeatureSet samples) {
        Inputs.requireSamples(samples, space, detector.id());
        double[] values = new double[samples.size()];
        search.search(
                samples.features()::copyRows,
                values.length,
                detector.k(),
                (query, rows, found) -> values[query] = detector.value(found));
        return detector.scores(values);
    }

    /** Whether the neighbours in a gallery say all that the scores are made of: the cosines to the same rows. */
    boolean isMadeOfNeighboursIn(Gallery other) {
        return detector.distance() == Knn.Distance.COSINE
                && gallery.toTensor().sharesMemoryWith(other.rows().toTensor());
    }

    /**
     * The scores of samples whose neighbours are known, the same as {@link #score} finds.
     *
     * @param neighbours of each sample at least k
     */
    Scores score(List<List<Neighbour>> neighbours) {
        return detector.scores(neighbours.stream()
                .mapToDouble(nearest -> detector.value(
                        nearest.stream().mapToDouble(Neighbour::similarity).toArray()))
                .toArray());
    }

    @Override
    public List<String> notes() {
        return List.of();
    }

    @Override
    public Map<String, Tensor> state() {
        return Map.of(GALLERY, gallery.toTensor());
    }
}
