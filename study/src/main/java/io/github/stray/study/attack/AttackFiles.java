// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.attack;

import static io.github.stray.store.JsonRow.row;
import static io.github.stray.store.JsonRow.rows;

import com.grack.nanojson.JsonWriter;
import io.github.stray.metric.OodReport;
import io.github.stray.provenance.Provenance;
import io.github.stray.store.AtomicFile;
import io.github.stray.vision.attack.AttackRecipe;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What an attack leaves in its folder beside the images. */
public final class AttackFiles {
    /** The page to look at. */
    public static final String PAGE = "report.html";

    private AttackFiles() {}

    /**
     * Writes {@code attacked.jsonl}, a line an image; {@code report.html}; last {@code attack.json}.
     *
     * @param result what the attack did
     * @param command the command line that asked for it, empty if there was none
     * @return the document, as {@code attack.json} holds it
     * @throws IOException if a file cannot be written
     */
    public static Map<String, Object> write(AttackResult result, String command) throws IOException {
        Path folder = result.folder();
        var lines = new StringBuilder();
        for (AttackResult.AttackedImage image : result.images()) {
            String file = folder.relativize(image.file()).toString();
            var line = row("id", image.id(), "image", file, "target", image.target());
            line.putAll(image.figures());
            lines.append(JsonWriter.string(line)).append('\n');
        }
        AtomicFile.write(folder.resolve("attacked.jsonl"), lines.toString());
        AtomicFile.write(folder.resolve(PAGE), AttackPage.render(result, command, Provenance.now(Map.of())));
        Map<String, Object> document = document(result, command);
        AtomicFile.write(
                folder.resolve("attack.json"),
                JsonWriter.indent("  ").string().value(document).done() + "\n");
        return document;
    }

    private static Map<String, Object> document(AttackResult result, String command) {
        Attack attack = result.attack();
        AttackRecipe recipe = attack.recipe();
        var document = row(
                "extractor", attack.extractor(),
                "layer", AttackRun.LAYER.id(),
                "method", recipe.method().name().toLowerCase(Locale.ROOT),
                "steps", recipe.steps(),
                "learning_rate", recipe.learningRate(),
                "lambda", recipe.lambda());
        if (recipe.method() == AttackRecipe.Method.PGD) {
            document.put("epsilon", recipe.epsilon());
        }
        document.put("seed", recipe.seed());
        document.putAll(result.means());
        result.secondsPerImage().ifPresent(seconds -> document.put("seconds_per_image", seconds));
        document.put("n_gallery", result.galleryImages());
        document.put("n_targets", result.targets());
        document.put("n_id_test", result.tested());
        document.put("n_ood", result.figures().getFirst().clean().oodSize());
        document.put("results", rows(result.figures(), AttackFiles::figures));
        document.put("images", result.folder().resolve(AttackRun.IMAGES).toString());
        document.put("report", result.folder().resolve(PAGE).toString());
        document.put(
                "failed",
                rows(
                        result.failedSamples(),
                        failed -> row(
                                "id",
                                failed.id(),
                                "reason",
                                failed.reason(),
                                "kind",
                                failed.kind().name())));
        document.put("provenance", Provenance.now(Map.of("command", command)).entries());
        return document;
    }

    private static Map<String, Object> figures(AttackFigures figures) {
        return row(
                "detector", figures.detector(),
                "targets_in_gallery", figures.targetsInGallery(),
                "clean", metrics(figures.clean()),
                "attacked", metrics(figures.attacked()),
                "rounded", metrics(figures.rounded()));
    }

    private static Map<String, Object> metrics(OodReport report) {
        List<Double> interval =
                List.of(report.aurocInterval().lower(), report.aurocInterval().upper());
        return row("auroc", report.auroc(), "auroc_ci95", interval, "fpr95", report.fprAtTpr());
    }
}
