// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import io.github.stray.metric.OodReport;
import io.github.stray.report.AttackReport;
import io.github.stray.vision.attack.AttackFigures;
import io.github.stray.vision.attack.AttackRecipe;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * What an attack did to detectors, as a table for people and as a document.
 *
 * @param figures a row a detector and gallery
 * @param gallery ID training images
 * @param targets how many of them were targets
 * @param test ID test images
 */
record AttackTable(List<AttackFigures> figures, int gallery, int targets, int test) {

    Map<String, Object> document() {
        var document = new LinkedHashMap<String, Object>();
        document.put("n_gallery", gallery);
        document.put("n_targets", targets);
        document.put("n_id_test", test);
        document.put("n_ood", figures.getFirst().clean().oodSize());
        var rows = new ArrayList<Map<String, Object>>();
        for (AttackFigures figure : figures) {
            var row = new LinkedHashMap<String, Object>();
            row.put("detector", figure.detector());
            row.put("targets_in_gallery", figure.targetsInGallery());
            row.put("clean", metrics(figure.clean()));
            row.put("attacked", metrics(figure.attacked()));
            row.put("rounded", metrics(figure.rounded()));
            rows.add(row);
        }
        document.put("results", rows);
        return document;
    }

    private static Map<String, Object> metrics(OodReport report) {
        var metrics = new LinkedHashMap<String, Object>();
        metrics.put("auroc", report.auroc());
        metrics.put(
                "auroc_ci95",
                List.of(report.aurocInterval().lower(), report.aurocInterval().upper()));
        metrics.put("fpr95", report.fprAtTpr());
        return metrics;
    }

    List<AttackReport.Result> results() {
        return figures.stream()
                .map(figure -> new AttackReport.Result(
                        figure.detector(),
                        figure.targetsInGallery(),
                        separation(figure.clean()),
                        separation(figure.attacked()),
                        separation(figure.rounded())))
                .toList();
    }

    private static AttackReport.Separation separation(OodReport report) {
        return new AttackReport.Separation(
                report.auroc(),
                report.aurocInterval().lower(),
                report.aurocInterval().upper(),
                report.fprAtTpr());
    }

    /** Scores of the first detector, the targets in its gallery. */
    AttackReport.Spread spread() {
        AttackFigures first = figures.getFirst();
        return new AttackReport.Spread(
                first.detector(),
                first.scores().id(),
                first.scores().clean(),
                first.scores().rounded());
    }

    String text(AttackRecipe recipe, Map<String, Double> means, int images) {
        var text = new StringBuilder(String.format(
                Locale.ROOT,
                "%d images attacked, %d steps of %s, lambda %.4g; mean cosine reached %.3f; perturbation mean %.4f, max %.4f, norm %.3f%n",
                images,
                recipe.steps(),
                recipe.method().name().toLowerCase(Locale.ROOT),
                recipe.lambda(),
                mean(means, "cosine"),
                mean(means, "mean"),
                mean(means, "max"),
                mean(means, "norm")));
        text.append(String.format(
                Locale.ROOT,
                "%d ID training images, %d of them targets; %d ID test images; AUROC / FPR@95%n%n",
                gallery,
                targets,
                test));
        int width = Stream.concat(Stream.of("detector"), figures.stream().map(AttackFigures::detector))
                .mapToInt(String::length)
                .max()
                .orElseThrow();
        String format = "%-" + width + "s  %-7s  %-15s  %-15s  %-15s%n";
        text.append(String.format(Locale.ROOT, format, "detector", "targets", "clean", "attacked", "8 bits"));
        for (AttackFigures figure : figures) {
            text.append(String.format(
                    Locale.ROOT,
                    format,
                    figure.detector(),
                    figure.targetsInGallery() ? "in" : "out",
                    pair(figure.clean()),
                    pair(figure.attacked()),
                    pair(figure.rounded())));
        }
        return text.toString();
    }

    private static double mean(Map<String, Double> means, String figure) {
        return Objects.requireNonNull(means.get(figure));
    }

    private static String pair(OodReport report) {
        return String.format(Locale.ROOT, "%.4f / %.4f", report.auroc(), report.fprAtTpr());
    }
}
