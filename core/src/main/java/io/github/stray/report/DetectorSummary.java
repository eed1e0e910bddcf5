// SPDX-License-Identifier: Apache-2.0
package io.github.stray.report;

import io.github.stray.threshold.Calibration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The detector of a report in words.
 *
 * @param id id of the method
 * @param options its options, in the order to show
 * @param extractor id of the network its features come from
 * @param trainingName name of the set it was fitted on, where its neighbours lie
 * @param calibration the scores that its threshold comes from; absent without calibration
 * @param notes what a reader should know about the fit, such as dropped directions
 */
public record DetectorSummary(
        String id,
        Map<String, String> options,
        String extractor,
        String trainingName,
        Optional<Calibration> calibration,
        List<String> notes) {
    /** Keeps the order of the options. */
    public DetectorSummary {
        options = Collections.unmodifiableMap(new LinkedHashMap<>(options));
        notes = List.copyOf(notes);
    }
}
