// SPDX-License-Identifier: Apache-2.0
package io.github.stray.report;

import static io.github.stray.report.Reports.elements;
import static io.github.stray.report.Reports.normal;
import static io.github.stray.report.Reports.parsed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.stray.provenance.Provenance;
import io.github.stray.report.AttackReport.Example;
import io.github.stray.report.AttackReport.Result;
import io.github.stray.report.AttackReport.Separation;
import io.github.stray.report.AttackReport.Spread;
import java.io.IOException;
import java.io.StringWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;

class AttackHtmlTest {
    private static AttackReport saying(String text, byte[] picture) {
        var pictures = new LinkedHashMap<String, byte[]>();
        for (String kind : List.of("original", "perturbation", "attacked", "target")) {
            pictures.put(kind, picture);
        }
        var setup = new LinkedHashMap<String, String>();
        setup.put(text, text);
        var clean = new Separation(0.875, 0.8, 0.95, 0.25);
        var attacked = new Separation(0.125, 0.1, 0.15, 1);
        return new AttackReport(
                text,
                text,
                new Provenance(Map.of(text, text)),
                setup,
                0.984,
                12.0 / 255,
                List.of(new Result(text, true, clean, attacked, attacked)),
                new Spread(text, normal(1, 2, 100), normal(2, 0, 40), normal(3, 3, 40)),
                List.of(new Example(text, text, 0.5, 2.5, 0.25, 0.97, pictures)));
    }

    private static String page(AttackReport report) throws IOException {
        var out = new StringWriter();
        AttackHtml.write(report, out);
        return out.toString();
    }

    @Test
    void write_report_showsPicturesScoresAndCosines() throws IOException {
        Document document = parsed(page(saying("net", new byte[10])));
        assertThat(elements(document, "img")).hasSize(4);
        String text = document.getDocumentElement().getTextContent();
        assertThat(text).contains("0.875", "0.125", "0.984", "0.250", "0.970", "12.0");
        assertThat(text).contains("87.5\u00a0% of the time", "12.5\u00a0% of the time");
    }

    @Test
    void write_scores_areBesideTheShareOfIdImagesThatScoreLower() throws IOException {
        double[] id = normal(1, 2, 100).toArray();
        int lower = 0;
        for (double score : id) {
            lower += score < 2.5 ? 1 : 0;
        }
        assertThat(lower).isBetween(1, 99);
        assertThat(page(saying("net", new byte[10]))).contains("2.5 (%d\u00a0%%)".formatted(lower));
    }

    @Test
    void write_hostileText_isShownAndNeverRun() throws IOException {
        String hostile = "</title><script>alert(1)</script>\" onload='x' & \u0000";
        String page = page(saying(hostile, new byte[10]));
        assertThat(elements(parsed(page), "script")).hasSize(1);
        assertThat(page).doesNotContain("<script>alert").doesNotContain("onload='x'");
    }

    @Test
    void write_largePicture_isNamedInstead() throws IOException {
        Document document = parsed(page(saying("net", new byte[Page.LARGEST + 1])));
        assertThat(elements(document, "img")).isEmpty();
        assertThat(document.getDocumentElement().getTextContent()).contains("too large to show");
    }

    @Test
    void report_withoutResults_isRefused() {
        AttackReport whole = saying("net", new byte[1]);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new AttackReport(
                        whole.title(),
                        whole.command(),
                        whole.provenance(),
                        whole.setup(),
                        0,
                        0,
                        List.of(),
                        whole.scores(),
                        List.of()))
                .withMessageContaining("at least one result");
    }
}
