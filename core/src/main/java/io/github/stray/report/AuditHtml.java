// SPDX-License-Identifier: Apache-2.0
package io.github.stray.report;

import static io.github.stray.report.Numbers.count;

import io.github.stray.report.AuditReport.Finding;
import io.github.stray.report.AuditReport.Group;
import io.github.stray.report.AuditReport.Listed;
import io.github.stray.report.AuditReport.Sample;
import io.github.stray.report.AuditReport.Table;
import java.io.IOException;
import java.io.Writer;
import java.util.List;
import java.util.Map;

/**
 * Writes an {@link AuditReport} as one HTML file in UTF-8 in which each finding can be accepted or rejected, with the limits
 * of {@link HtmlReport}: it needs no network and no other file, and pictures over 256 KiB, or beyond 16 MiB together, are
 * named instead of shown. What is decided there is saved as files by the browser: the cleaned lists, and the decisions.
 */
public final class AuditHtml {
    private final AuditReport report;
    private final Thumbnails thumbnails;
    private final Html html;
    private final Page page;

    private AuditHtml(AuditReport report, Thumbnails thumbnails, Appendable out) {
        this.report = report;
        this.thumbnails = thumbnails;
        this.html = new Html(out);
        this.page = new Page(html, AuditHtml.class, "audit");
    }

    /**
     * Writes the page.
     *
     * @param report what to tell
     * @param thumbnails pictures by key of the set and id
     * @param out receives the page, to be encoded as UTF-8; neither flushed nor closed
     * @throws IOException if it cannot be written
     */
    public static void write(AuditReport report, Thumbnails thumbnails, Writer out) throws IOException {
        new AuditHtml(report, thumbnails, out).page();
    }

    private void page() throws IOException {
        page.begin(report.title());
        header();
        html.open("main");
        decisions();
        for (Group group : report.groups()) {
            group(group);
        }
        for (Table table : report.tables()) {
            table(table);
        }
        page.provenance(report.command(), report.provenance());
        html.close("main");
        page.end();
    }

    private void header() throws IOException {
        html.open("header");
        html.leaf("p", "Audit of a benchmark", "class", "kicker");
        html.leaf("h1", report.title());
        html.leaf("p", report.lead(), "class", "lead");
        html.open("dl", "class", "tiles");
        for (AuditReport.Tile tile : report.tiles()) {
            page.tile(tile.name(), tile.value(), tile.detail());
        }
        html.close("dl");
        page.setup(report.setup());
        html.close("header");
    }

    private void decisions() throws IOException {
        page.section("decisions", "What is taken out");
        html.leaf(
                "p",
                "Each finding below proposes to take one image out of its set, or to keep it. Tick to take it out. On the keyboard: j and k go to the next and previous finding, x changes it. Then save the lists; each is an INPUT for any command. A page that is opened again starts with the proposals; saved decisions go back with stray audit --decisions.",
                "class",
                "soft");
        html.leaf("p", "", "id", "marked", "role", "status");
        html.open("div", "class", "saves");
        for (Listed listed : report.lists()) {
            html.leaf(
                    "button",
                    "Save " + listed.file(),
                    "type",
                    "button",
                    "class",
                    "save",
                    "data-set",
                    listed.set(),
                    "data-file",
                    listed.file(),
                    "data-first",
                    listed.first());
        }
        html.leaf("button", "Save decisions.tsv", "type", "button", "id", "save-decisions");
        html.close("div");
        for (Listed listed : report.lists()) {
            html.leaf(
                    "pre",
                    String.join("\n", listed.lines()),
                    "hidden",
                    "hidden",
                    "class",
                    "samples",
                    "data-set",
                    listed.set());
        }
        html.close("section");
    }

    private void group(Group group) throws IOException {
        page.section(
                group.id(),
                "%s: %s".formatted(group.title(), group.missing().isPresent() ? "n/a" : count(group.total())));
        html.leaf("p", group.explanation(), "class", "soft");
        if (group.missing().isPresent()) {
            html.leaf("p", "Not looked for: " + group.missing().get() + ".", "class", "none");
        } else if (group.findings().isEmpty()) {
            html.leaf("p", "None.", "class", "none");
        } else {
            if (group.total() > group.findings().size()) {
                html.leaf(
                        "p",
                        "The first %s are shown; audit.json has all, and the proposals for those not shown are carried out."
                                .formatted(count(group.findings().size())),
                        "class",
                        "soft");
            }
            html.open("ul", "class", "findings");
            for (Finding finding : group.findings()) {
                finding(group, finding);
            }
            html.close("ul");
        }
        html.close("section");
    }

    private void finding(Group group, Finding finding) throws IOException {
        Sample subject = finding.subject();
        html.open("li", "class", "finding", "tabindex", "-1");
        html.open("div", "class", "pair");
        picture(subject, "subject");
        html.open("div", "class", "besides");
        html.leaf("div", finding.caption(), "class", "beside-caption");
        html.open("div", "class", finding.besides().size() > 1 ? "many" : "one");
        for (Sample beside : finding.besides()) {
            picture(beside, finding.besides().size() > 1 ? "small" : "subject");
        }
        html.close("div");
        html.close("div");
        html.close("div");
        name(subject);
        if (finding.besides().size() == 1) {
            name(finding.besides().getFirst());
        }
        html.open("dl", "class", "finding-facts");
        for (Map.Entry<String, String> fact : finding.facts().entrySet()) {
            page.entry(fact.getKey(), fact.getValue());
        }
        html.close("dl");
        html.open("label");
        String[] attributes = {
            "type",
            "checkbox",
            "class",
            "take",
            "data-kind",
            group.id(),
            "data-set",
            subject.set(),
            "data-id",
            subject.id()
        };
        html.empty("input", finding.remove() ? with(attributes, "checked", "checked") : attributes);
        html.text(" take out of " + subject.set());
        html.close("label");
        html.close("li");
    }

    private static String[] with(String[] attributes, String name, String value) {
        String[] more = java.util.Arrays.copyOf(attributes, attributes.length + 2);
        more[attributes.length] = name;
        more[attributes.length + 1] = value;
        return more;
    }

    private void name(Sample sample) throws IOException {
        html.open("div", "class", "sample", "title", sample.id());
        html.leaf("span", sample.set(), "class", "chip " + (sample.set().startsWith("id") ? "id" : "ood"));
        html.text(" " + sample.id() + (sample.label().isEmpty() ? "" : ", " + sample.label()));
        html.close("div");
    }

    private void picture(Sample sample, String size) throws IOException {
        page.picture(
                thumbnails.png(sample.set(), sample.id()),
                "image %s of set %s".formatted(sample.id(), sample.set()),
                size);
    }

    private void table(Table table) throws IOException {
        page.section(table.id(), table.title());
        html.leaf("p", table.explanation(), "class", "soft");
        if (table.rows().isEmpty()) {
            html.leaf("p", "None.", "class", "none");
        } else {
            page.table(table.title());
            html.open("thead").open("tr");
            for (int column = 0; column < table.head().size(); column++) {
                boolean number = number(table.rows().getFirst().get(column));
                html.leaf("th", table.head().get(column), "scope", "col", "class", number ? "number" : "text");
            }
            html.close("tr").close("thead").open("tbody");
            for (List<String> row : table.rows()) {
                html.open("tr");
                for (String cell : row) {
                    html.leaf("td", cell, "class", number(cell) ? "number" : "text");
                }
                html.close("tr");
            }
            html.close("tbody");
            page.endTable();
        }
        html.close("section");
    }

    private static boolean number(String cell) {
        return !cell.isEmpty() && "0123456789<>\u2212".indexOf(cell.charAt(0)) >= 0;
    }
}
