// SPDX-License-Identifier: Apache-2.0
package io.github.stray.feature;

import io.github.stray.tensor.Tensor;

/**
 * A further layer of the samples of a {@link FeatureSet}, row for row: image embeddings beside features, patch embeddings
 * beside an image's embedding. Immutable.
 *
 * @param rows floating point {@code [n x d]}, or {@code [n x P x d]} for patches; not yet checked to be finite
 * @param space where its rows live, of dimension d
 */
public record FeatureLayer(Tensor rows, FeatureSpace space) {
    /** Checks that the parts agree. */
    public FeatureLayer {
        long[] shape = rows.shape();
        if (!rows.type().isFloat() || shape.length < 2 || shape.length > 3) {
            throw new IllegalArgumentException("a layer must be floating point [n, d] or [n, patches, d], got " + rows);
        }
        if (shape[shape.length - 1] != space.dimension()) {
            throw new IllegalArgumentException(
                    "a layer of shape %s for a space of %d dimensions".formatted(rows, space.dimension()));
        }
    }
}
