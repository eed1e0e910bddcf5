// SPDX-License-Identifier: Apache-2.0
package io.github.stray.extract;

import io.github.stray.feature.Layer;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * Features of a few consecutive samples.
 *
 * @param ids n sample ids
 * @param labels n labels, each empty where unknown
 * @param layers for each layer asked for: {@code n * length} floats, row-major
 */
public record FeatureBatch(List<String> ids, List<OptionalInt> labels, Map<Layer, float[]> layers) {}
