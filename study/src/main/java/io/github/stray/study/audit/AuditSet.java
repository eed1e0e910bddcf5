// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.audit;

import io.github.stray.extract.DatasetSource;
import io.github.stray.feature.FeatureSet;
import io.github.stray.inspect.ImageMeasures;
import io.github.stray.study.review.SetSample;
import io.github.stray.vision.audit.ImageReading;
import java.util.List;

/**
 * One set of an audit, its readable samples in order.
 *
 * @param key {@code id}, {@code id-test}, {@code ood}, {@code ood-2}, ..
 * @param input what it was opened from
 * @param source the images
 * @param readings n readings
 * @param features n rows, further layers beside
 */
public record AuditSet(
        String key, String input, DatasetSource source, List<ImageReading> readings, FeatureSet features) {
    /** Copies the list. */
    public AuditSet {
        readings = List.copyOf(readings);
    }

    /** {@return number of readable samples, n} */
    public int size() {
        return readings.size();
    }

    /** {@return whether it is one of the OOD sets; false for the two ID sets} */
    public boolean ood() {
        return key.startsWith("ood");
    }

    List<ImageMeasures> measures() {
        return readings.stream().map(ImageReading::measures).toList();
    }

    SetSample sample(int row) {
        return SetSample.of(key, features, row);
    }
}
