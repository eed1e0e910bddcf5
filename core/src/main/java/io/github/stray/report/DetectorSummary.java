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
 * @param cut the threshold; absent without calibration
 * @param notes what a reader should know about the fit, such as dropped directions
 */
public record DetectorSummary(
        String id,
        Map<String, String> options,
        String extractor,
        String trainingName,
        Optional<Cut> cut,
        List<String> notes) {
    /** Keeps the order of the options. */
    public DetectorSummary {
        options = Collections.unmodifiableMap(new LinkedHashMap<>(options));
        notes = List.copyOf(notes);
    }

    /**
     * A threshold and where it comes from.
     *
     * @param threshold samples scoring at least this are ID; minus infinity keeps all
     * @param tpr share of ID samples it was to keep, strictly between 0 and 1
     * @param calibrationSize number of calibration scores
     */
    public record Cut(double threshold, double tpr, int calibrationSize) {
        /** Checks the ranges. */
        public Cut {
            if (Double.isNaN(threshold) || !(tpr > 0 && tpr < 1) || calibrationSize < 0) {
                throw new IllegalArgumentException(
                        "threshold must be a number, TPR strictly between 0 and 1 and the calibration size at least 0, were %s, %s and %d"
                                .formatted(threshold, tpr, calibrationSize));
            }
        }

        /**
         * The cut of a calibration.
         *
         * @param calibration the calibration
         * @return its threshold, target and size
         */
        public static Cut of(Calibration calibration) {
            return new Cut(calibration.threshold(), calibration.tpr(), calibration.size());
        }
    }
}
