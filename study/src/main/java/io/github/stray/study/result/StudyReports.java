// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.result;

import io.github.stray.detect.Detectors;
import io.github.stray.detect.LinearProbing;
import io.github.stray.detect.ProbeScoring;
import io.github.stray.provenance.Provenance;
import io.github.stray.report.OodResult.Shift;
import io.github.stray.report.StudyReport;
import io.github.stray.report.StudyReport.Accuracies;
import io.github.stray.report.StudyReport.Curve;
import io.github.stray.report.StudyReport.Estimate;
import io.github.stray.report.StudyReport.Extractor;
import io.github.stray.report.StudyReport.Figures;
import io.github.stray.report.StudyReport.HeadComparison;
import io.github.stray.report.StudyReport.Pair;
import io.github.stray.report.StudyReport.Published;
import io.github.stray.score.IdOodScores;
import io.github.stray.study.result.Outcome.Failed;
import io.github.stray.study.result.Outcome.Measured;
import io.github.stray.study.result.Outcome.NotApplicable;
import io.github.stray.study.suite.OodGroup;
import io.github.stray.study.suite.PublishedFigure;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;

/** What a study found as what its page has to tell. */
public final class StudyReports {
    private static final int MOST_CURVES = 8;
    private static final String OWN_HEAD = "the network's own";
    private static final String HEAD_SCORE = "msp";

    private final StudyResults results;
    private final UnitStore store;
    private final Map<List<String>, Pair> pairs = new LinkedHashMap<>();
    private final Map<List<String>, Cell> cells = new LinkedHashMap<>();

    private StudyReports(StudyResults results, UnitStore store) {
        this.results = results;
        this.store = store;
        for (Cell cell : results.cells()) {
            cells.put(List.of(cell.extractor(), cell.pair(), cell.detector(), cell.ood()), cell);
            List<String> key = List.of(cell.pair(), cell.ood());
            Pair known = pairs.get(key);
            if (known == null || known.idSize() == 0) {
                pairs.put(key, pair(cell));
            }
        }
    }

    /**
     * The pair of a cell.
     *
     * @param cell a cell
     * @return its ID and OOD set; under one-class the class and the others
     */
    public static Pair pair(Cell cell) {
        boolean oneClass = cell.group() == OodGroup.ONE_CLASS;
        return new Pair(
                oneClass ? "%s of %s".formatted(cell.ood(), cell.pair()) : cell.pair(),
                oneClass ? "its other classes" : cell.ood(),
                switch (cell.group()) {
                    case NEAR -> Optional.of(Shift.NEAR);
                    case FAR -> Optional.of(Shift.FAR);
                    case ONE_CLASS -> Optional.empty();
                },
                cell.measured().map(Measured::idSize).orElse(0),
                cell.measured().map(Measured::oodSize).orElse(0));
    }

    /**
     * Makes the page's content.
     *
     * @param results what a study found
     * @param store where its scores lie
     * @return what the page has to tell
     * @throws IOException if scores cannot be read
     */
    public static StudyReport of(StudyResults results, UnitStore store) throws IOException {
        return new StudyReports(results, store).report();
    }

    private StudyReport report() throws IOException {
        List<String> detectors = results.suite().detectors();
        var figures = new ArrayList<StudyReport.Cell>();
        for (Cell cell : results.cells()) {
            figures.add(new StudyReport.Cell(cell.extractor(), cell.detector(), pairOf(cell), outcome(cell)));
        }
        return new StudyReport(
                results.suite().title(),
                results.suite().name(),
                results.provenance().getOrDefault("command", ""),
                new Provenance(results.provenance()),
                setup(),
                notes(),
                ResultFiles.TABLES,
                results.extractors().stream().map(this::extractor).toList(),
                detectors,
                detectors.contains(StudyResults.REFERENCE) ? Optional.of(StudyResults.REFERENCE) : Optional.empty(),
                List.copyOf(pairs.values()),
                figures,
                results.correlations().stream()
                        .map(entry -> new Accuracies(
                                Objects.requireNonNull(pairs.get(List.of(entry.pair(), entry.ood()))),
                                entry.correlation()))
                        .toList(),
                curves(),
                results.maps(),
                heads(),
                results.sets().stream().flatMap(set -> set.failed().stream()).toList());
    }

    private Pair pairOf(Cell cell) {
        return Objects.requireNonNull(pairs.get(List.of(cell.pair(), cell.ood())));
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
                .forEach(extractor -> setup.put("Logits and heads of " + extractor.name(), extractor.head()));
        return setup;
    }

    private List<String> notes() {
        var notes = new ArrayList<String>();
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

    private Extractor extractor(ExtractorResult extractor) {
        return new Extractor(extractor.name(), extractor.bytes(), extractor.imagesPerSecond(), extractor.accuracy());
    }

    private StudyReport.Outcome outcome(Cell cell) {
        return switch (cell.outcome()) {
            case NotApplicable missing -> new StudyReport.NotApplicable(missing.needs());
            case Failed failed -> new StudyReport.Failed(failed.reason());
            case Measured measured ->
                new Figures(
                        measured.auroc(),
                        measured.interval().lower(),
                        measured.interval().upper(),
                        measured.fpr95(),
                        measured.auprIn(),
                        measured.auprOut(),
                        cell.within().amongBest(),
                        published(cell));
        };
    }

    private Optional<Published> published(Cell cell) {
        return results.suite().published().stream()
                .filter(figure -> figure.pair().equals(cell.pair())
                        && figure.ood().equals(cell.ood())
                        && figure.detector().equals(cell.detector())
                        && figure.extractor().equals(cell.extractor()))
                .map(figure -> new Published(figure.auroc(), figure.source()))
                .findFirst();
    }

    /** The best cell of the hardest and of the easiest OOD set of each pair. */
    private List<Curve> curves() throws IOException {
        var byPair = new LinkedHashMap<String, List<Cell>>();
        for (Cell cell : results.cells()) {
            if (cell.overall().best()) {
                byPair.computeIfAbsent(cell.pair(), key -> new ArrayList<>()).add(cell);
            }
        }
        var curves = new ArrayList<Curve>();
        for (List<Cell> best : byPair.values()) {
            best.sort((a, b) -> Double.compare(auroc(a), auroc(b)));
            curves.add(curve(best.getFirst()));
            if (best.size() > 1) {
                curves.add(curve(best.getLast()));
            }
        }
        return curves.subList(0, Math.min(MOST_CURVES, curves.size()));
    }

    private static double auroc(Cell cell) {
        return cell.measured().map(Measured::auroc).orElseThrow();
    }

    private Curve curve(Cell cell) throws IOException {
        IdOodScores scores = store.scores(cell.unit(), cell.place());
        return new Curve(cell.extractor(), cell.detector(), pairOf(cell), scores.id(), scores.ood());
    }

    private List<HeadComparison> heads() {
        var heads = new ArrayList<HeadComparison>();
        Optional<String> paired = probe();
        if (paired.isEmpty()) {
            return heads;
        }
        for (ExtractorResult extractor : results.extractors()) {
            if (!extractor.head().equals(OWN_HEAD)) {
                continue;
            }
            for (List<String> key : pairs.keySet()) {
                Optional<Measured> probe = measured(extractor.name(), key, paired.get());
                Optional<Measured> head = measured(extractor.name(), key, HEAD_SCORE);
                if (probe.isPresent() && head.isPresent()) {
                    heads.add(new HeadComparison(
                            extractor.name(),
                            Objects.requireNonNull(pairs.get(key)),
                            HEAD_SCORE,
                            estimate(probe.get()),
                            estimate(head.get())));
                }
            }
        }
        return heads;
    }

    /** The first detector that is the same score of a linear probe, whatever its training. */
    private Optional<String> probe() {
        return results.suite().detectors().stream()
                .filter(text -> Detectors.parse(text) instanceof LinearProbing probing
                        && probing.scoring().score() == ProbeScoring.Score.MSP
                        && probing.scoring().temperature() == 1)
                .findFirst();
    }

    private Optional<Measured> measured(String extractor, List<String> key, String detector) {
        return Optional.ofNullable(cells.get(List.of(extractor, key.getFirst(), detector, key.getLast())))
                .flatMap(Cell::measured);
    }

    private static Estimate estimate(Measured measured) {
        return new Estimate(
                measured.auroc(),
                measured.interval().lower(),
                measured.interval().upper());
    }
}
