// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import io.github.stray.audit.Saturation;
import io.github.stray.detect.Detector;
import io.github.stray.detect.Detectors;
import io.github.stray.detect.FittedDetector;
import io.github.stray.detect.Training;
import io.github.stray.feature.FeatureSet;
import io.github.stray.feature.Labels;
import io.github.stray.metric.Auroc;
import io.github.stray.report.AuditReport.Table;
import io.github.stray.score.IdOodScores;
import io.github.stray.score.Scores;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/** What a few detectors leave to win on each pair. A detector that cannot be fitted is named, and the others go on. */
final class AuditSaturation {
    private final Map<String, FittedDetector> fitted = new LinkedHashMap<>();
    private final Map<String, String> failed = new LinkedHashMap<>();
    private final Map<String, Scores> id = new LinkedHashMap<>();
    private final Map<String, Saturation> pairs = new LinkedHashMap<>();
    private final Map<String, Map<String, Double>> aurocs = new LinkedHashMap<>();
    private final int tested;

    AuditSaturation(FeatureSet training, FeatureSet test) {
        tested = test.size();
        var texts = new ArrayList<>(List.of("knn"));
        if (training.labels().map(Labels::classCount).orElse(0) > 1) {
            texts.add("mahalanobis");
        }
        for (String text : texts) {
            Detector detector = Detectors.parse(text);
            try {
                FittedDetector one = detector.fit(Training.of(training));
                id.put(text, one.score(test));
                fitted.put(text, one);
            } catch (IllegalArgumentException e) {
                failed.put(text, String.valueOf(e.getMessage()));
            }
        }
    }

    Map<String, String> failed() {
        return failed;
    }

    void add(AuditSet ood) {
        var scores = new LinkedHashMap<String, IdOodScores>();
        var all = new LinkedHashMap<String, Double>();
        fitted.forEach((name, detector) -> {
            var both = new IdOodScores(Objects.requireNonNull(id.get(name)), detector.score(ood.features()));
            scores.put(name, both);
            all.put(name, Auroc.of(both));
        });
        if (!scores.isEmpty()) {
            pairs.put(ood.key(), Saturation.of(scores));
            aurocs.put(ood.key(), all);
        }
    }

    Map<String, Saturation> pairs() {
        return pairs;
    }

    Map<String, Object> document() {
        var document = new LinkedHashMap<String, Object>();
        pairs.forEach((ood, pair) -> {
            var row = new LinkedHashMap<String, Object>();
            row.put("detector", pair.detector());
            row.put("n_id", tested);
            row.put("auroc", pair.auroc());
            row.put(
                    "auroc_ci95",
                    List.of(pair.interval().lower(), pair.interval().upper()));
            row.put("all_auroc", aurocs.get(ood));
            row.put("lost_images", pair.lost());
            row.put("ood_above_threshold", pair.above());
            row.put("saturated", pair.saturated());
            row.put("smallest_difference", pair.resolvable());
            document.put(ood, row);
        });
        return document;
    }

    Table table() {
        var rows = new ArrayList<List<String>>();
        pairs.forEach((ood, pair) -> rows.add(List.of(
                ood,
                pair.detector(),
                "%s (%s to %s)"
                        .formatted(
                                AuditDuplicates.decimal(pair.auroc()),
                                AuditDuplicates.decimal(pair.interval().lower()),
                                AuditDuplicates.decimal(pair.interval().upper())),
                String.format(Locale.ROOT, "%.1f", pair.lost()),
                Long.toString(pair.above()),
                String.format(Locale.ROOT, "%.4f", pair.resolvable()),
                pair.saturated() ? "yes" : "no")));
        return new Table(
                "saturation",
                "What is left to win",
                "The better of two detectors, with the 95 % interval of its AUROC. Lost images: 1 - AUROC in whole OOD images. Above: OOD images kept by the threshold that keeps 95 % of the ID test images. Smallest difference: of two AUROCs that this pair can tell apart. Saturated: a detector without any mistake would not be significantly better.",
                List.of("OOD set", "Best", "AUROC", "Lost images", "Above", "Smallest difference", "Saturated"),
                rows);
    }
}
