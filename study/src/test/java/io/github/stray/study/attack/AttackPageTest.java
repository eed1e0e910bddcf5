// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.attack;

import static io.github.stray.study.Pages.elements;
import static io.github.stray.study.Pages.parsed;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.stray.metric.OodReport;
import io.github.stray.provenance.Provenance;
import io.github.stray.report.Page;
import io.github.stray.score.IdOodScores;
import io.github.stray.score.Scores;
import io.github.stray.study.attack.AttackResult.AttackedImage;
import io.github.stray.study.attack.AttackResult.Example;
import io.github.stray.vision.attack.AttackRecipe;
import io.github.stray.vision.onnx.Provider;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;

class AttackPageTest {
    /** 3 of 4 ID images score below 2.5. */
    private static final Scores ID = Scores.of(new double[] {1, 1.5, 2, 4});

    private static AttackResult saying(String text, byte[] picture) {
        var pictures = new LinkedHashMap<String, byte[]>();
        for (String kind : List.of("original", "perturbation", "attacked", "target")) {
            pictures.put(kind, picture);
        }
        var figures = new LinkedHashMap<String, Double>();
        figures.put("cosine", 0.984);
        figures.put("max", 12.0 / 255);
        Scores clean = Scores.of(new double[] {0, 1.25});
        Scores attacked = Scores.of(new double[] {3, 3});
        var scores = new AttackFigures.SetScores(ID, clean, attacked, attacked);
        OodReport before = OodReport.of(new IdOodScores(ID, clean));
        OodReport after = OodReport.of(new IdOodScores(ID, attacked));
        return new AttackResult(
                new Attack(
                        text,
                        "in",
                        Optional.empty(),
                        "out",
                        OptionalInt.empty(),
                        AttackRecipe.PAPER,
                        List.of(),
                        Optional.empty(),
                        Optional.empty(),
                        1,
                        1,
                        Provider.CPU,
                        Optional.empty()),
                Path.of("folder"),
                text,
                text,
                9,
                1,
                4,
                List.of(new AttackedImage(text, Path.of("folder", "images", "00000.png"), text, figures)),
                List.of(new AttackFigures(text, true, before, after, after, scores)),
                List.of(new Example(text, text, 0.5, 2.5, 0.25, 0.97, pictures)),
                0,
                OptionalDouble.of(1),
                List.of());
    }

    private static String page(AttackResult result, String text) {
        return AttackPage.render(result, text, new Provenance(Map.of(text, text)));
    }

    @Test
    void write_result_showsPicturesScoresAndCosines() throws IOException {
        Document document = parsed(page(saying("net", new byte[10]), "stray attack"));
        assertThat(elements(document, "img")).hasSize(4);
        String text = document.getDocumentElement().getTextContent();
        assertThat(text)
                .contains("net, attacked", "stray attack", "0.875", "0.250", "0.984", "0.970", "12.0")
                .contains("87.5\u00a0% of the time", "25\u00a0% of the time")
                .contains("net, 2 images", "net, 9 images", "250 steps of Adam at 0.001, lambda 5000 (smooth)");
    }

    @Test
    void write_scores_areBesideTheShareOfIdImagesThatScoreLower() throws IOException {
        assertThat(page(saying("net", new byte[10]), "")).contains("2.5 (75\u00a0%)", "0.5 (0\u00a0%)");
    }

    @Test
    void write_hostileText_isShownAndNeverRun() throws IOException {
        String hostile = "</title><script>alert(1)</script>\" onload='x' & \u0000";
        String page = page(saying(hostile, new byte[10]), hostile);
        assertThat(elements(parsed(page), "script")).hasSize(1);
        assertThat(page).doesNotContain("<script>alert").doesNotContain("onload='x'");
    }

    @Test
    void write_largePicture_isNamedInstead() throws IOException {
        Document document = parsed(page(saying("net", new byte[Page.LARGEST + 1]), ""));
        assertThat(elements(document, "img")).isEmpty();
        assertThat(document.getDocumentElement().getTextContent()).contains("too large to show");
    }
}
