// SPDX-License-Identifier: Apache-2.0
package io.github.stray.report;

import static io.github.stray.report.Numbers.count;
import static io.github.stray.report.Numbers.metric;

import io.github.stray.report.StudyCells.Entry;
import io.github.stray.report.StudyCells.Group;
import io.github.stray.report.StudyReport.Failed;
import io.github.stray.report.StudyReport.Figures;
import io.github.stray.report.StudyReport.NotApplicable;
import io.github.stray.report.StudyReport.Pair;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.SequencedSet;

/**
 * Writes a {@link StudyReport} as one HTML file in UTF-8 that is also well-formed XML. It needs no network and no other
 * file, and can be read without its script, which lets the reader choose pairs, detectors and extractors and sort.
 */
public final class StudyHtml {
    private final StudyReport report;
    private final Html html;
    private final Page page;
    private final StudyCells cells;
    private final StudyFailures failures;

    private StudyHtml(StudyReport report, Appendable out) {
        this.report = report;
        this.html = new Html(out);
        this.page = new Page(html, StudyHtml.class, "study");
        this.cells = new StudyCells(report);
        this.failures = new StudyFailures(report, html, page);
    }

    /**
     * Writes the page.
     *
     * @param report what to tell
     * @param out receives the page, to be encoded as UTF-8; neither flushed nor closed
     * @throws IOException if it cannot be written
     */
    public static void write(StudyReport report, Writer out) throws IOException {
        new StudyHtml(report, out).page();
    }

    private void page() throws IOException {
        var text = new StringBuilder();
        SequencedMap<String, String> contents = body(new Html(text));
        page.begin(report.title());
        header(contents);
        html.verbatim(text.toString());
        page.end();
    }

    /** Writes the sections and returns their headings by their ids. */
    private SequencedMap<String, String> body(Html body) throws IOException {
        var sections = new Page(body);
        body.open("main");
        var matrix = new StudyMatrix(report, cells, body, sections);
        if (cells.size() > 0) {
            matrix.write();
        }
        new StudyRanking(report, cells, body, sections, matrix).write();
        var scatters = new StudyScatters(report, cells, body, sections);
        scatters.accuracy();
        scatters.cost();
        new StudyHeads(report, body, sections).write();
        new StudyCurves(report, cells, body, sections).write();
        new StudyMaps(report, body, sections).write();
        var tables = new StudyTables(report, cells, body, sections);
        tables.published();
        tables.write();
        new StudyFailures(report, body, sections).write();
        sections.provenance(report.command(), report.provenance());
        body.close("main");
        if (cells.size() > 0) {
            body.open("script", "type", "application/json", "id", "study-data");
            body.verbatim(new StudyData(report, cells).json(matrix.allViews()));
            body.close("script");
        }
        return sections.sections();
    }

    private void header(SequencedMap<String, String> contents) throws IOException {
        html.open("header");
        html.leaf("p", "Study: " + report.suite(), "class", "kicker");
        html.leaf("h1", report.title());
        html.leaf("p", headline(), "class", "lead");
        for (String note : notes()) {
            html.leaf("p", note, "class", "note");
        }
        tiles();
        page.setup(report.setup());
        if (!report.files().isEmpty()) {
            html.open("p", "class", "files").text("The same figures for programs: ");
            for (int i = 0; i < report.files().size(); i++) {
                String name = report.files().get(i);
                html.text(i == 0 ? "" : ", ").leaf("a", name, "href", "./" + encoded(name));
            }
            html.text(".").close("p");
        }
        html.open("nav", "class", "contents", "aria-label", "Sections");
        for (Map.Entry<String, String> section : contents.entrySet()) {
            html.leaf("a", section.getValue(), "href", "#" + section.getKey());
        }
        html.close("nav").close("header");
    }

    /** A file's name as a relative address. */
    private static String encoded(String name) {
        var address = new StringBuilder();
        for (byte each : name.getBytes(StandardCharsets.UTF_8)) {
            boolean plain = each > 0 && (Character.isLetterOrDigit(each) || "-_./".indexOf(each) >= 0);
            address.append(plain ? String.valueOf((char) each) : "%%%02X".formatted(each & 0xff));
        }
        return address.toString();
    }

    private String headline() {
        if (cells.count(Figures.class) == 0) {
            return cells.size() == 0 ? "Nothing was run." : "No cell of this study has figures.";
        }
        List<Pair> pairs = report.pairs();
        String over = pairs.size() == 1 ? "on " + pairs.getFirst().name() : "over %d pairs".formatted(pairs.size());
        String mean = pairs.size() == 1 ? "an AUROC" : "a mean AUROC";
        var text = new StringBuilder();
        Optional<Entry> best = cells.best(pairs);
        if (best.isEmpty()) {
            text.append("No extractor and detector have figures on all %d pairs.".formatted(pairs.size()));
        } else {
            text.append("%s on %s reaches %s of %s %s, the highest of %s."
                    .formatted(
                            best.get().detector(),
                            best.get().extractor(),
                            mean,
                            metric(best.get().auroc()),
                            over,
                            ran()));
        }
        Optional<Entry> detector = cells.bestDetector(pairs);
        if (detector.isPresent()
                && report.extractors().size() > 1
                && report.detectors().size() > 1) {
            long everywhere = cells.everywhere(pairs);
            text.append(" Averaged over all %d extractors, %s is the best %s, with %s."
                    .formatted(
                            report.extractors().size(),
                            detector.get().detector(),
                            everywhere == report.detectors().size()
                                    ? "detector"
                                    : "of the %s with figures on each".formatted(count(everywhere, "detector")),
                            metric(detector.get().auroc())));
        }
        return text.toString();
    }

    private String ran() {
        return "%s on %s"
                .formatted(
                        count(report.detectors().size(), "detector"),
                        count(report.extractors().size(), "extractor"));
    }

    /** What failed, what is missing, then the notes given. */
    private List<String> notes() {
        var notes = new ArrayList<String>();
        List<StudyFailures.Group> failed = failures.groups(Failed.class);
        if (!failed.isEmpty()) {
            var names = new ArrayList<String>();
            for (StudyFailures.Group group : failed.subList(0, Math.min(3, failed.size()))) {
                names.add(
                        "%s with %s (%s)".formatted(some(group.extractors()), some(group.detectors()), group.reason()));
            }
            notes.add("%s failed: %s%s."
                    .formatted(
                            count(cells.count(Failed.class), "cell"),
                            String.join("; ", names),
                            failed.size() > 3 ? "; and others, listed under Failures" : ""));
        }
        if (!report.failed().isEmpty()) {
            notes.add("%s could not be read and took no part; listed under Failed samples."
                    .formatted(count(report.failed().size(), "sample")));
        }
        int absent = cells.size() - report.cells().size();
        if (absent > 0) {
            notes.add("%s of %s %s not run."
                    .formatted(count(absent, "cell"), count(cells.size()), absent == 1 ? "was" : "were"));
        }
        notes.addAll(report.notes());
        return notes;
    }

    private static String some(SequencedSet<String> names) {
        return names.size() <= 2
                ? String.join(" and ", names)
                : "%s and %d others".formatted(names.getFirst(), names.size() - 1);
    }

    private void tiles() throws IOException {
        html.open("dl", "class", "tiles");
        if (!report.pairs().isEmpty()) {
            best(report.pairs().size() == 1 ? "Best AUROC" : "Best mean AUROC", report.pairs());
        }
        for (Group group : cells.groups().stream().skip(1).toList()) {
            best("Best on " + group.name(), group.pairs());
        }
        page.tile(
                "Cells with figures",
                count(cells.count(Figures.class)),
                "of %s; %s n/a, %s failed"
                        .formatted(
                                count(cells.size()),
                                count(cells.count(NotApplicable.class)),
                                count(cells.count(Failed.class))));
        html.close("dl");
    }

    private void best(String name, List<Pair> pairs) throws IOException {
        Optional<Entry> best = cells.best(pairs);
        page.tile(
                name,
                best.map(entry -> metric(entry.auroc())).orElse("\u2013"),
                best.map(entry -> entry.detector() + " on " + entry.extractor()).orElse("none is complete"));
    }
}
