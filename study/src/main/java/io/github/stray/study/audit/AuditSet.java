// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.audit;

import io.github.stray.audit.ImageSignature;
import io.github.stray.extract.DatasetSource;
import io.github.stray.feature.FeatureSet;
import java.util.List;

/**
 * One set of an audit, its readable samples in order.
 *
 * @param key {@code id}, {@code id-test}, {@code ood}, {@code ood-2}, ..
 * @param input what it was opened from
 * @param source the images
 * @param signatures n signatures
 * @param features n rows, further layers beside
 */
public record AuditSet(
        String key, String input, DatasetSource source, List<ImageSignature> signatures, FeatureSet features) {
    /** Copies the list. */
    public AuditSet {
        signatures = List.copyOf(signatures);
    }

    /** {@return number of readable samples, n} */
    public int size() {
        return signatures.size();
    }

    /** {@return whether it is one of the OOD sets; false for the two ID sets} */
    public boolean ood() {
        return key.startsWith("ood");
    }

    Finding.Sample sample(int row) {
        return Finding.Sample.of(key, features, row);
    }
}
