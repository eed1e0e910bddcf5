// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import static io.github.stray.cli.Count.formatted;

import io.github.stray.metric.OodReport;
import io.github.stray.study.attack.AttackFigures;
import io.github.stray.study.attack.AttackResult;
import io.github.stray.vision.attack.AttackRecipe;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** What an attack did to detectors, as a table for people. */
final class AttackTable {
    private AttackTable() {}

    static String text(AttackResult result) {
        AttackRecipe recipe = result.attack().recipe();
        Map<String, Double> means = result.means();
        var text = new StringBuilder(formatted(
                "%d images attacked, %d steps of %s, lambda %.4g; mean cosine reached %.3f; perturbation mean %.4f, max %.4f, norm %.3f%n",
                result.figures().getFirst().clean().oodSize(),
                recipe.steps(),
                recipe.method().name().toLowerCase(Locale.ROOT),
                recipe.lambda(),
                means.get("cosine"),
                means.get("mean"),
                means.get("max"),
                means.get("norm")));
        text.append(formatted(
                "%d ID training images, %d of them targets; %d ID test images; AUROC / FPR@95%n%n",
                result.galleryImages(), result.targets(), result.tested()));
        int width = Stream.concat(
                        Stream.of("detector"), result.figures().stream().map(AttackFigures::detector))
                .mapToInt(String::length)
                .max()
                .orElseThrow();
        String format = "%-" + width + "s  %-7s  %-15s  %-15s  %-15s%n";
        text.append(formatted(format, "detector", "targets", "clean", "attacked", "8 bits"));
        for (AttackFigures figure : result.figures()) {
            text.append(formatted(
                    format,
                    figure.detector(),
                    figure.targetsInGallery() ? "in" : "out",
                    pair(figure.clean()),
                    pair(figure.attacked()),
                    pair(figure.rounded())));
        }
        return text.toString();
    }

    private static String pair(OodReport report) {
        return formatted("%.4f / %.4f", report.auroc(), report.fprAtTpr());
    }
}
