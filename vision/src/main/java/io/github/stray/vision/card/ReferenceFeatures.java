// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.card;

import io.github.stray.feature.Layer;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What an extractor made of one generated image when its card was written, so that a later version of a library, another
 * provider or damage shows. Immutable.
 *
 * <p>The image is the first of those that {@code ModelCheck} uses: 256 x 256, a gradient with noise for each channel, by
 * {@code SplittableRandom(0)}.
 *
 * @param origin what made the features
 * @param tolerance largest norm of the difference, as a fraction of the norm of what is kept here: above 0, at most 0.1
 * @param layers for each layer, the first values of its row or rows, at most {@value #MOST_VALUES}
 */
public record ReferenceFeatures(String origin, double tolerance, Map<Layer, List<Float>> layers) {
    /** How many values of a layer are kept. */
    public static final int MOST_VALUES = 4096;

    /** Tolerance for networks that compute in floating point. */
    public static final double ROUNDING = 1e-4;

    /**
     * Tolerance for networks that compute in integers, where rounding in front of a quantisation may move a value by a whole
     * step, or in half precision: a cosine of 0.9999.
     */
    public static final double QUANTISED = Math.sqrt(2 * (1 - 0.9999));

    /** Checks that every layer can be compared. */
    public ReferenceFeatures {
        if (!(tolerance > 0 && tolerance <= 0.1)) {
            throw new IllegalArgumentException(
                    "reference: tolerance must be above 0 and at most 0.1, was " + tolerance);
        }
        var copy = new LinkedHashMap<Layer, List<Float>>();
        layers.forEach((layer, values) -> {
            if (values.isEmpty()
                    || values.size() > MOST_VALUES
                    || !values.stream().allMatch(Float::isFinite)) {
                throw new IllegalArgumentException(
                        "reference: layer '%s' needs 1 to %d finite values".formatted(layer, MOST_VALUES));
            }
            copy.put(layer, List.copyOf(values));
        });
        layers = Collections.unmodifiableMap(copy);
    }

    /**
     * How far features are from those kept here.
     *
     * @param layer one of the layers
     * @param row what the extractor made of the image
     * @return norm of the difference as a fraction of the norm kept here; infinite if there are not as many values
     */
    public double difference(Layer layer, float[] row) {
        List<Float> expected = layers.getOrDefault(layer, List.of());
        if (Math.min(row.length, MOST_VALUES) != expected.size()) {
            return Double.POSITIVE_INFINITY;
        }
        double norm = 0;
        double difference = 0;
        for (int i = 0; i < expected.size(); i++) {
            double value = expected.get(i);
            norm += value * value;
            difference += (row[i] - value) * (row[i] - value);
        }
        return difference == 0 ? 0 : Math.sqrt(difference / norm);
    }
}
