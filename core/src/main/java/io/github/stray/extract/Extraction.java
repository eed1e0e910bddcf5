// SPDX-License-Identifier: Apache-2.0
package io.github.stray.extract;

import io.github.stray.feature.FeatureSet;
import java.util.List;

/**
 * Features in memory, and the samples that have none.
 *
 * @param features rows of the readable samples
 * @param failed the unreadable ones, in order
 */
public record Extraction(FeatureSet features, List<FailedSample> failed) {}
