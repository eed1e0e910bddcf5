// SPDX-License-Identifier: Apache-2.0
package io.github.stray.detect;

import io.github.stray.feature.FeatureSpace;
import io.github.stray.internal.linalg.NearestMeans;
import io.github.stray.internal.linalg.Simd;
import io.github.stray.internal.linalg.Whitening;
import io.github.stray.score.Scores;
import io.github.stray.tensor.Tensor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Means under one covariance, ready to measure squared Mahalanobis distances to. A row is centred, whitened, and compared
 * with the whitened means by differences; no squares are subtracted from each other.
 *
 * @param center what is subtracted from rows first, {@code [d]}
 * @param whitening of the covariance, rank r
 * @param means whitened differences of the means and the center, {@code [C x r]}
 */
@SuppressWarnings("ArrayRecordComponent")
record WhitenedMeans(double[] center, Whitening whitening, double[] means) {
    static final String CENTER = "center";
    static final String WHITENING = "whitening";
    private static final String MEANS = "whitened_means";

    /** Some classes' means. */
    static WhitenedMeans of(ClassStatistics classes, int[] measured, Whitening whitening) {
        int d = classes.rows().dimension();
        double[] differences = new double[measured.length * d];
        for (int c = 0; c < measured.length; c++) {
            for (int t = 0; t < d; t++) {
                differences[c * d + t] = classes.means()[measured[c] * d + t] - classes.center()[t];
            }
        }
        return new WhitenedMeans(
                classes.center(), whitening, whitening.apply(differences, measured.length, Simd.kernels()));
    }

    /** The center as the only mean. */
    static WhitenedMeans ofCenter(double[] center, Whitening whitening) {
        return new WhitenedMeans(center, whitening, new double[whitening.rank()]);
    }

    /** From {@link #state}. */
    static WhitenedMeans restore(FeatureSpace space, Map<String, Tensor> state, String id) {
        double[] center = Inputs.require(state, CENTER, id, space.dimension()).toDoubles();
        Whitening whitening = whitening(space, state, WHITENING, id);
        Tensor means = Inputs.require(state, MEANS, id, -1, whitening.rank());
        if (means.shape()[0] == 0) {
            throw new IllegalArgumentException("the state of %s has no class means, expected some".formatted(id));
        }
        return new WhitenedMeans(center, whitening, means.toDoubles());
    }

    /** A stored whitening, of at least one direction. */
    static Whitening whitening(FeatureSpace space, Map<String, Tensor> state, String name, String id) {
        Tensor map = Inputs.require(state, name, id, -1, space.dimension());
        int rank = Math.toIntExact(map.shape()[0]);
        if (rank == 0 || rank > space.dimension()) {
            throw new IllegalArgumentException("tensor '%s' of %s has %d directions, expected 1 to %d"
                    .formatted(name, id, rank, space.dimension()));
        }
        return new Whitening(map.toDoubles(), rank, space.dimension());
    }

    /** {@code center} {@code [d]}, {@code whitening} {@code [r x d]}, {@code whitened_means} {@code [C x r]}, F64. */
    Map<String, Tensor> state() {
        var state = new LinkedHashMap<>(centerState());
        state.put(MEANS, Tensor.ofDoubles(means, means.length / whitening.rank(), whitening.rank()));
        return state;
    }

    /** The state where the center is the only mean. */
    Map<String, Tensor> centerState() {
        return Map.of(CENTER, Tensor.ofDoubles(center, center.length), WHITENING, whiteningTensor());
    }

    /** The whitening {@code [r x d]}, F64, to be read by {@link #whitening}. */
    Tensor whiteningTensor() {
        return Tensor.ofDoubles(whitening.map(), whitening.rank(), whitening.dimension());
    }

    /** Squared distance of each row to its nearest mean; a row's is the same bits whatever stands beside it. */
    double[] nearest(DoubleRows rows) {
        double[] distances = new double[rows.size()];
        NearestMeans search = new NearestMeans(center, whitening, means, Simd.kernels());
        rows.forEachBlockInParallel((from, block, count) -> search.measure(block, count, distances, from));
        return distances;
    }

    /** A detector of the distance to the nearest mean, rows taken as they are. */
    Fitted fitted(Detector detector, FeatureSpace space, Supplier<Map<String, Tensor>> state) {
        return new Fitted(
                detector,
                space,
                notes("the covariance"),
                state,
                samples -> Scores.fromOutlierScores(nearest(new DoubleRows(samples, false))));
    }

    /** What to say of a singular covariance. */
    List<String> notes(String covariance) {
        return whitening.dropped() == 0
                ? List.of()
                : List.of("%s is singular: %d of %d directions were dropped, and differences along them do not count"
                        .formatted(covariance, whitening.dropped(), whitening.dimension()));
    }
}
