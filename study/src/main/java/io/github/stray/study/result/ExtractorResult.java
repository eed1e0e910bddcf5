// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.result;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * An extractor of a study.
 *
 * @param name as in the suite
 * @param weights SHA-256 of its network; empty for files of features that name none
 * @param preprocessing one line; empty for files of features
 * @param dimension of its features
 * @param head where logits and heads come from
 * @param bytes size of its network, where known
 * @param imagesPerSecond while its features were extracted, where they were
 * @param accuracy k-NN accuracy by pair, where the sets have labels
 */
public record ExtractorResult(
        String name,
        String weights,
        String preprocessing,
        int dimension,
        HeadSource head,
        OptionalLong bytes,
        OptionalDouble imagesPerSecond,
        Map<String, Double> accuracy) {
    /** Keeps the order. */
    public ExtractorResult {
        accuracy = Collections.unmodifiableMap(new LinkedHashMap<>(accuracy));
    }
}
