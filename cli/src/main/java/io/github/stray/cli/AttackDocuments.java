// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import com.grack.nanojson.JsonWriter;
import io.github.stray.feature.FeatureSet;
import io.github.stray.provenance.Provenance;
import io.github.stray.report.AttackHtml;
import io.github.stray.report.AttackReport;
import io.github.stray.store.AtomicFile;
import io.github.stray.vision.attack.AttackPart;
import io.github.stray.vision.attack.AttackRecipe;
import io.github.stray.vision.attack.AttackRun;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * What an attack leaves in its folder beside the images.
 *
 * @param target the folder
 * @param recipe how the images were attacked
 * @param run the finished attack
 * @param gallery ID training samples
 * @param table what it did to detectors
 */
record AttackDocuments(AttackFolder target, AttackRecipe recipe, AttackRun run, FeatureSet gallery, AttackTable table) {
    static final String PAGE = "report.html";

    /** Writes {@code attacked.jsonl}, a line an image. */
    void writeImages() throws IOException {
        var lines = new StringBuilder();
        int number = 0;
        for (AttackPart part : run.parts()) {
            for (int i = 0; i < part.ids().size(); i++) {
                var line = new LinkedHashMap<String, Object>();
                line.put("id", part.ids().get(i));
                line.put(
                        "image", target.path().relativize(run.picture(number++)).toString());
                line.put("target", gallery.ids().get(part.targets()[i]));
                for (String figure : AttackPart.figureNames()) {
                    line.put(figure, Objects.requireNonNull(part.figures().get(figure))[i]);
                }
                lines.append(JsonWriter.string(line)).append('\n');
            }
        }
        target.write("attacked.jsonl", lines.toString());
    }

    /** Writes {@code report.html}. */
    void writePage(AttackReport report) throws IOException {
        try (AtomicFile file = AtomicFile.create(target.path().resolve(PAGE))) {
            Writer writer = new OutputStreamWriter(file.stream(), StandardCharsets.UTF_8);
            AttackHtml.write(report, writer);
            writer.flush();
            file.commit();
        }
    }

    /** Writes {@code attack.json}, the last of all files. */
    Map<String, Object> writeResults(String model, double seconds, List<Map<String, Object>> failed, String command)
            throws IOException {
        var document = new LinkedHashMap<String, Object>();
        document.put("extractor", model);
        document.put("layer", AttackRun.LAYER);
        document.put("method", recipe.method().name().toLowerCase(Locale.ROOT));
        document.put("steps", recipe.steps());
        document.put("learning_rate", recipe.learningRate());
        document.put("lambda", recipe.lambda());
        if (recipe.method() == AttackRecipe.Method.PGD) {
            document.put("epsilon", recipe.epsilon());
        }
        document.put("seed", recipe.seed());
        document.putAll(run.means());
        if (run.reused() == 0) {
            int images =
                    run.parts().stream().mapToInt(part -> part.ids().size()).sum();
            document.put("seconds_per_image", seconds / images);
        }
        document.putAll(table.document());
        document.put("images", target.path().resolve(AttackRun.IMAGES).toString());
        document.put("report", target.path().resolve(PAGE).toString());
        document.put("failed", failed);
        document.put("provenance", Provenance.now(Map.of("command", command)).entries());
        target.write(
                "attack.json", JsonWriter.indent("  ").string().value(document).done() + "\n");
        return document;
    }
}
