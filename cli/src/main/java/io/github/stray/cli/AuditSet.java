// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import io.github.stray.audit.ImageSignature;
import io.github.stray.extract.DatasetSource;
import io.github.stray.feature.FeatureSet;
import io.github.stray.report.AuditReport.Sample;
import java.util.List;

/**
 * One set of an audit, its readable samples in order.
 *
 * @param key {@code id}, {@code id-test}, {@code ood} or {@code ood-2}
 * @param input what the user wrote
 * @param source the images
 * @param signatures n signatures
 * @param features n rows, further layers beside
 */
record AuditSet(String key, String input, DatasetSource source, List<ImageSignature> signatures, FeatureSet features) {

    int size() {
        return signatures.size();
    }

    String id(int row) {
        return features.ids().get(row);
    }

    /** Name of a sample's class, empty where it has none. */
    String label(int row) {
        return features.labels().map(labels -> labels.nameOf(labels.get(row))).orElse("");
    }

    Sample sample(int row) {
        return new Sample(key, id(row), label(row));
    }

    boolean ood() {
        return key.startsWith("ood");
    }
}
