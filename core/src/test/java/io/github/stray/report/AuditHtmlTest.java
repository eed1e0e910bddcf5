// SPDX-License-Identifier: Apache-2.0
package io.github.stray.report;

import static io.github.stray.report.Reports.elements;
import static io.github.stray.report.Reports.parsed;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.stray.provenance.Provenance;
import io.github.stray.report.AuditReport.Finding;
import io.github.stray.report.AuditReport.Group;
import io.github.stray.report.AuditReport.Listed;
import io.github.stray.report.AuditReport.Sample;
import io.github.stray.report.AuditReport.Table;
import io.github.stray.report.AuditReport.Tile;
import java.io.IOException;
import java.io.StringWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

class AuditHtmlTest {
    private static AuditReport saying(String text) {
        var facts = new LinkedHashMap<String, String>();
        facts.put("detail", text);
        var subject = new Sample("ood", text, text);
        var beside = new Sample("id", "original", "");
        return new AuditReport(
                text,
                text,
                text,
                new Provenance(Map.of(text, text)),
                facts,
                List.of(new Tile(text, "12", text)),
                List.of(
                        new Group(
                                "near-duplicates",
                                text,
                                text,
                                7,
                                Optional.empty(),
                                List.of(
                                        new Finding(subject, text, List.of(beside), facts, true),
                                        new Finding(beside, text, List.of(), facts, false))),
                        new Group("label-noise", text, text, 0, Optional.of("there are no labels"), List.of())),
                List.of(new Table("saturation", text, text, List.of(text, "AUROC"), List.of(List.of(text, "0.75")))),
                List.of(new Listed("ood", "clean-ood.tsv", "#input\t/x", List.of(text + "\tclass", "other"))));
    }

    private static String page(AuditReport report) throws IOException {
        var out = new StringWriter();
        AuditHtml.write(report, (set, id) -> Optional.of(new byte[] {1, 2, 3}), out);
        return out.toString();
    }

    @Test
    void write_findings_canBeTickedAndSaved() throws IOException {
        Document document = parsed(page(saying("picture 1")));
        List<Element> boxes = elements(document, "input");
        assertThat(boxes).hasSize(2);
        assertThat(boxes.getFirst().getAttribute("checked")).isEqualTo("checked");
        assertThat(boxes.getFirst().getAttribute("data-set")).isEqualTo("ood");
        assertThat(boxes.getFirst().getAttribute("data-id")).isEqualTo("picture 1");
        assertThat(boxes.getFirst().getAttribute("data-kind")).isEqualTo("near-duplicates");
        assertThat(boxes.getLast().hasAttribute("checked")).isFalse();
        assertThat(elements(document, "button").stream().map(Element::getTextContent))
                .contains("Save clean-ood.tsv", "Save decisions.tsv");
        assertThat(elements(document, "pre").stream().map(Element::getTextContent))
                .contains("picture 1\tclass\nother");
        assertThat(elements(document, "img")).hasSize(3);
        String text = document.getDocumentElement().getTextContent();
        assertThat(text).contains("Not looked for: there are no labels.", "The first 2 are shown", "0.75");
    }

    @Test
    void write_policy_allowsItsScriptAlone() throws IOException {
        String page = page(saying("x"));
        assertThat(elements(parsed(page), "script")).hasSize(1);
        assertThat(page.split("sha256-", -1)).hasSize(2);
        assertThat(page).doesNotContain("http://www.w3.org/2000/svg\" src", "https://");
    }

    @Test
    void write_hostileText_isShownAndNeverRun() throws IOException {
        String hostile = "</pre></title><script>alert(1)</script>\" onload='x' & \u0000";
        String page = page(saying(hostile));
        assertThat(elements(parsed(page), "script")).hasSize(1);
        assertThat(page).doesNotContain("<script>alert").doesNotContain("onload='x'");
    }
}
