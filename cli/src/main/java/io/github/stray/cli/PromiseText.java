// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import static io.github.stray.cli.Count.formatted;
import static io.github.stray.cli.UsageException.require;
import static io.github.stray.store.JsonRow.row;

import io.github.stray.detect.CalibratedDetector;
import io.github.stray.threshold.Calibration;
import io.github.stray.threshold.FalseDiscoveries;
import io.github.stray.threshold.KeepRate;
import io.github.stray.threshold.Promise;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a threshold keeps, as options say it and as users read it. */
final class PromiseText {
    static final String CONFIDENCE_HELP =
            "Keep at least the share of --tpr with this confidence, such as 0.95, rather than on average; takes more calibration images (59 for 0.95 with 0.95).";

    private PromiseText() {}

    /** The promise of {@code --tpr} and {@code --confidence}. */
    static Promise promise(@Nullable Double tpr, @Nullable Double confidence) {
        require(tpr == null || (tpr > 0 && tpr < 1), "--tpr must lie strictly between 0 and 1, was %s", tpr);
        require(
                confidence == null || (confidence > 0 && confidence < 1),
                "--confidence must lie strictly between 0 and 1, was %s",
                confidence);
        double share = tpr == null ? CalibratedDetector.DEFAULT_TPR : tpr;
        return confidence == null ? Promise.onAverage(share) : Promise.withConfidence(share, confidence);
    }

    /** The end of a sentence about a detector. */
    static String cut(Calibration calibration) {
        if (calibration.rank() == 0) {
            return formatted(
                    "; no threshold (too few calibration samples: %,d, at least %,d are needed)",
                    calibration.size(), calibration.promise().smallestSize());
        }
        Promise promise = calibration.promise();
        KeepRate rate = calibration.keepRate();
        String share = formatted(
                promise.confidence().isPresent()
                        ? "at least %.4g %% of ID with confidence %.4g %%"
                        : "%.4g %% of ID on average",
                100 * promise.tpr(),
                100 * promise.confidence().orElse(0));
        return formatted(
                "; threshold %.6g keeps %s (%s to %s, 9 times in 10), from %s",
                calibration.threshold(),
                share,
                percent(rate.low()),
                percent(rate.high()),
                Count.of(calibration.size(), "calibration sample", "calibration samples"));
    }

    /** Three digits, and as many as it takes to tell it from 100. */
    private static String percent(double share) {
        String text = formatted("%.3g", 100 * share);
        return (text.equals("100") && share < 1 ? formatted("%.6g", 100 * share) : text) + " %";
    }

    /** What a user should know of a batch that is judged together. */
    static List<String> discoveries(long samples, Calibration calibration, double q) {
        long fewest = FalseDiscoveries.fewest(samples, calibration.size(), q);
        if (fewest <= 1) {
            return List.of();
        }
        String smallest = formatted(
                "with %s the smallest p-value is %.3g, above %s / %,d",
                Count.of(calibration.size(), "calibration sample", "calibration samples"),
                1 / (calibration.size() + 1.0),
                q,
                samples);
        return List.of(
                fewest > samples
                        ? smallest + ": none of them can be called out; calibrate on more, or allow a larger --fdr"
                        : smallest
                                + formatted(
                                        ": no sample can be called out alone, only %,d or more together that are as strange",
                                        fewest));
    }

    /** What a threshold keeps, for a JSON document. */
    static Map<String, Object> document(Calibration calibration) {
        KeepRate rate = calibration.keepRate();
        var document = row(
                "tpr", calibration.tpr(),
                "threshold", Console.finiteOrText(calibration.threshold()));
        calibration.promise().confidence().ifPresent(confidence -> document.put("confidence", confidence));
        document.put("keep_rate", row("mean", rate.mean(), "low", rate.low(), "high", rate.high()));
        return document;
    }
}
