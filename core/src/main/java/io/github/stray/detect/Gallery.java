// SPDX-License-Identifier: Apache-2.0
package io.github.stray.detect;

import io.github.stray.feature.FeatureMatrix;
import io.github.stray.feature.FeatureSet;
import io.github.stray.feature.IdView;
import io.github.stray.internal.linalg.NearestRows;
import io.github.stray.internal.linalg.NearestRows.Measure;
import io.github.stray.internal.linalg.Simd;
import java.util.Arrays;
import java.util.List;

/** Training rows in which the nearest neighbours of a sample are looked up. Immutable and safe for concurrent use. */
public final class Gallery {
    private final FeatureMatrix rows;
    private final List<String> ids;
    private final NearestRows nearest;

    /**
     * Makes a gallery; no row is copied or read.
     *
     * @param rows {@code [n x d]} rows as they came from the extractor, not normalised
     * @param ids their sample ids; copied unless immutable, see {@link IdView#copyOf}
     * @throws IllegalArgumentException if the numbers of rows and ids differ
     */
    public Gallery(FeatureMatrix rows, List<String> ids) {
        if (rows.rows() != ids.size()) {
            throw new IllegalArgumentException("%d ids for %d gallery rows".formatted(ids.size(), rows.rows()));
        }
        this.rows = rows;
        this.ids = IdView.copyOf(ids);
        this.nearest = new NearestRows(rows::copyRows, rows.rows(), rows.dimension(), Measure.COSINE, Simd.kernels());
    }

    /** {@return the rows {@code [n x d]}, not normalised} */
    public FeatureMatrix rows() {
        return rows;
    }

    /** {@return the sample ids of the n rows} */
    public List<String> ids() {
        return ids;
    }

    /**
     * The training samples most like each query, by exact cosine. A zero row has cosine 0 with everything; of equally
     * similar rows the lower one comes first.
     *
     * @param queries {@code [m x d]} finite rows of the gallery's feature space
     * @param k neighbours per query, 1 to n
     * @return m lists of k neighbours, most similar first
     * @throws IllegalArgumentException if k exceeds the gallery, the dimensions differ or a row is not finite
     */
    public List<List<Neighbour>> nearest(FeatureMatrix queries, int k) {
        if (queries.dimension() != rows.dimension()) {
            throw new IllegalArgumentException("queries of dimension %d for a gallery of dimension %d"
                    .formatted(queries.dimension(), rows.dimension()));
        }
        if (k < 1 || k > rows.rows()) {
            throw new IllegalArgumentException("cannot give %d neighbours out of a gallery of %d rows; expected 1 to %d"
                    .formatted(k, rows.rows(), rows.rows()));
        }
        FeatureSet.of(queries, "queries").requireFinite();
        Neighbour[][] found = new Neighbour[queries.rows()][k];
        nearest.search(queries::copyRows, queries.rows(), k, (query, nearestRows, cosines) -> {
            for (int i = 0; i < k; i++) {
                found[query][i] = new Neighbour(ids.get(nearestRows[i]), nearestRows[i], cosines[i]);
            }
        });
        return Arrays.stream(found).map(List::of).toList();
    }

    @Override
    public String toString() {
        return "Gallery[" + rows + "]";
    }
}
