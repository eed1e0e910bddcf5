// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.page;

import static io.github.stray.report.Numbers.count;
import static io.github.stray.report.Numbers.metric;

import io.github.stray.provenance.Provenance;
import io.github.stray.report.Html;
import io.github.stray.report.Page;
import io.github.stray.study.page.Cells.Group;
import io.github.stray.study.page.Cells.Mean;
import io.github.stray.study.result.Outcome.Failed;
import io.github.stray.study.result.Outcome.Measured;
import io.github.stray.study.result.Outcome.NotApplicable;
import io.github.stray.study.result.ResultFiles;
import io.github.stray.study.result.StudyResults;
import io.github.stray.study.result.UnitStore;
import io.github.stray.study.suite.PublishedFigure;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * What a study found, as one HTML file in UTF-8 that is also well-formed XML. It needs no network and no other file, and can
 * be read without its script, which lets the reader choose pairs, detectors and extractors and sort.
 */
public final class StudyPage {
    private final StudyResults results;
    private final UnitStore store;
    private final Html html = new Html();
    private final Page page = new Page(html, StudyPage.class, "study");
    private final Cells cells;

    private StudyPage(StudyResults results, UnitStore store) {
        this.results = results;
        this.store = store;
        this.cells = new Cells(results);
    }

    /**
     * {@return the page, to be encoded as UTF-8}
     *
     * @param results what a study found
     * @param store where its scores lie
     * @throws IOException if scores cannot be read
     */
    public static String render(StudyResults results, UnitStore store) throws IOException {
        var made = new StudyPage(results, store);
        made.page();
        return made.html.toString();
    }

    private void page() throws IOException {
        var sections = new Html();
        SequencedMap<String, String> contents = body(sections);
        page.begin(results.suite().title());
        header(contents);
        html.verbatim(sections.toString());
        page.end();
    }

    /** Writes the sections and returns their headings by their ids. */
    private SequencedMap<String, String> body(Html body) throws IOException {
        var sections = new Page(body);
        body.open("main");
        var matrix = new Matrix(cells, body, sections);
        if (cells.size() > 0) {
            matrix.write();
        }
        new Ranking(cells, body, sections, matrix).write();
        var scatters = new Scatters(results.correlations(), cells, body, sections);
        scatters.accuracy();
        scatters.cost();
        new Heads(cells, body, sections).write();
        new Curves(results, store, body, sections).write();
        new Maps(results.maps(), body, sections).write();
        var tables = new Tables(results, cells, body, sections, matrix);
        tables.published();
        tables.write();
        new Failures(results, cells, body, sections).write();
        sections.provenance(results.provenance().getOrDefault("command", ""), new Provenance(results.provenance()));
        body.close("main");
        if (cells.size() > 0) {
            body.open("script", "type", "application/json", "id", "study-data");
            body.verbatim(new ScriptData(cells).json(matrix.allViews()));
            body.close("script");
        }
        return sections.sections();
    }

    private void header(SequencedMap<String, String> contents) {
        page.header("Study: " + results.suite().name(), results.suite().title(), headline());
        for (String note : notes()) {
            html.leaf("p", note, "class", "note");
        }
        tiles();
        page.setup(setup());
        html.open("p", "class", "files").text("The same figures for programs: ");
        String between = "";
        for (String name : ResultFiles.NAMES) {
            html.text(between).leaf("a", name, "href", "./" + name);
            between = ", ";
        }
        html.text(".").close("p");
        html.open("nav", "class", "contents", "aria-label", "Sections");
        for (Map.Entry<String, String> section : contents.entrySet()) {
            html.leaf("a", section.getValue(), "href", "#" + section.getKey());
        }
        html.close("nav").close("header");
    }

    private SequencedMap<String, String> setup() {
        var setup = new LinkedHashMap<String, String>();
        setup.put("Seed", Long.toString(results.suite().seed()));
        setup.put("FPR and AUPR by", results.suite().convention().lowerCaseName());
        setup.put("Sentences around class names", results.suite().templates());
        setup.put(
                "Test sets",
                results.limit().isPresent()
                        ? "at most %d samples each".formatted(results.limit().getAsInt())
                        : "whole, as the suite says");
        results.extractors()
                .forEach(extractor -> setup.put(
                        "Logits and heads of " + extractor.name(),
                        extractor.head().text()));
        return setup;
    }

    private String headline() {
        if (cells.count(Measured.class) == 0) {
            return cells.size() == 0 ? "Nothing was run." : "No cell of this study has figures.";
        }
        List<OodPair> pairs = cells.pairs();
        int extractors = cells.extractors().size();
        int detectors = cells.detectors().size();
        boolean single = pairs.size() == 1;
        String text = cells.bestOfAll(pairs)
                .map(best -> "%s on %s reaches %s of %s %s, the highest of %s on %s."
                        .formatted(
                                best.detector(),
                                best.extractor(),
                                single ? "an AUROC" : "a mean AUROC",
                                metric(best.auroc()),
                                single ? "on " + pairs.getFirst().name() : "over %d pairs".formatted(pairs.size()),
                                count(detectors, "detector"),
                                count(extractors, "extractor")))
                .orElse("No extractor and detector have figures on all %d pairs.".formatted(pairs.size()));
        List<Mean> overall = cells.overall(pairs);
        Optional<Mean> detector = Cells.best(overall);
        if (detector.isEmpty() || extractors < 2 || detectors < 2) {
            return text;
        }
        long everywhere = overall.stream().filter(Mean::complete).count();
        return text
                + " Averaged over all %d extractors, %s is the best %s, with %s."
                        .formatted(
                                extractors,
                                detector.get().detector(),
                                everywhere == detectors
                                        ? "detector"
                                        : "of the %s with figures on each".formatted(count(everywhere, "detector")),
                                metric(detector.get().auroc()));
    }

    /** What failed, what is missing, what others published, what detectors said. */
    private List<String> notes() {
        var notes = new ArrayList<String>();
        List<Failures.Group> failed = Failures.groups(results, Failed.class);
        if (!failed.isEmpty()) {
            List<String> names = failed.stream()
                    .limit(3)
                    .map(group -> "%s with %s (%s)"
                            .formatted(some(group.extractors()), some(group.detectors()), group.reason()))
                    .toList();
            notes.add("%s failed: %s%s."
                    .formatted(
                            count(cells.count(Failed.class), "cell"),
                            String.join("; ", names),
                            failed.size() > 3 ? "; and others, listed under Failures" : ""));
        }
        int samples = Failures.samples(results).size();
        if (samples > 0) {
            notes.add("%s could not be read and took no part; listed under Failed samples."
                    .formatted(count(samples, "sample")));
        }
        int absent = cells.size() - results.cells().size();
        if (absent > 0) {
            notes.add("%s of %s %s not run."
                    .formatted(count(absent, "cell"), count(cells.size()), absent == 1 ? "was" : "were"));
        }
        for (PublishedFigure figure : results.suite().published()) {
            notes.add("Published: %s vs %s, %s, %s: AUROC %s (%s)."
                    .formatted(
                            figure.pair(),
                            figure.ood(),
                            figure.detector(),
                            figure.extractor(),
                            figure.auroc(),
                            figure.source()));
        }
        if (!results.notes().isEmpty()) {
            notes.add("Detectors left %d notes when they were fitted; they are in results.json."
                    .formatted(results.notes().size()));
        }
        return notes;
    }

    private static String some(List<String> names) {
        return names.size() <= 2
                ? String.join(" and ", names)
                : "%s and %d others".formatted(names.getFirst(), names.size() - 1);
    }

    private void tiles() {
        html.open("dl", "class", "tiles");
        if (!cells.pairs().isEmpty()) {
            best(cells.pairs().size() == 1 ? "Best AUROC" : "Best mean AUROC", cells.pairs());
        }
        for (Group group : cells.groups().stream().skip(1).toList()) {
            best("Best on " + group.name(), group.pairs());
        }
        String detail = "of %s; %s n/a, %s failed"
                .formatted(
                        count(cells.size()), count(cells.count(NotApplicable.class)), count(cells.count(Failed.class)));
        page.tile("Cells with figures", count(cells.count(Measured.class)), detail);
        html.close("dl");
    }

    private void best(String name, List<OodPair> pairs) {
        Optional<Mean> best = cells.bestOfAll(pairs);
        page.tile(
                name,
                best.map(mean -> metric(mean.auroc())).orElse("\u2013"),
                best.map(mean -> mean.detector() + " on " + mean.extractor()).orElse("none is complete"));
    }
}
