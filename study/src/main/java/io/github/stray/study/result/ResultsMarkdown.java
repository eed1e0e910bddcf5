// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.result;

import io.github.stray.study.result.Outcome.Measured;
import io.github.stray.study.suite.PublishedFigure;
import io.github.stray.study.suite.SuitePair;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * {@code results.md}: for each pair a table of mean AUROC, detectors by extractors, and for each extractor one with
 * intervals, detectors by OOD sets. The best of a column is bold; a {@code ~} stands behind those that a paired test does
 * not find worse than the best.
 */
public final class ResultsMarkdown {
    private final StudyResults results;
    private final Map<List<String>, Mean> means = new LinkedHashMap<>();
    private final Map<List<String>, Cell> byPlace = new LinkedHashMap<>();
    private final StringBuilder text = new StringBuilder();

    private ResultsMarkdown(StudyResults results) {
        this.results = results;
        results.cells()
                .forEach(
                        cell -> byPlace.put(List.of(cell.extractor(), cell.pair(), cell.detector(), cell.ood()), cell));
        results.means()
                .forEach(
                        mean -> means.put(List.of(mean.extractor(), mean.pair(), mean.detector(), mean.group()), mean));
    }

    /**
     * The tables.
     *
     * @param results what a study found
     * @return the text of the file
     */
    public static String text(StudyResults results) {
        return new ResultsMarkdown(results).write();
    }

    private String write() {
        line("# %s".formatted(results.suite().title()));
        line("");
        line("Suite `%s`, seed %d, convention %s%s. AUROC, higher is better; in brackets the 95 %% interval."
                .formatted(
                        results.suite().name(),
                        results.suite().seed(),
                        results.suite().convention().lowerCaseName(),
                        results.limit().isPresent()
                                ? ", test sets limited to %d samples"
                                        .formatted(results.limit().getAsInt())
                                : ""));
        line("Bold: the best of a column. `~`: a paired test (DeLong) does not find it worse than the best at p < %s."
                .formatted(Double.toString(Rank.LEVEL)));
        for (SuitePair pair : results.suite().pairs()) {
            pair(pair);
        }
        accuracy();
        published();
        reasons();
        return text.toString();
    }

    private void pair(SuitePair pair) {
        List<Cell> cells = results.cells().stream()
                .filter(cell -> cell.pair().equals(pair.name()))
                .toList();
        if (cells.isEmpty()) {
            return;
        }
        line("");
        line("## %s".formatted(escaped(pair.name())));
        line("");
        line("Mean AUROC over all OOD sets.");
        line("");
        List<String> extractors = cells.stream().map(Cell::extractor).distinct().toList();
        List<String> detectors = cells.stream().map(Cell::detector).distinct().toList();
        header("detector", extractors);
        Optional<Mean> best = means.values().stream()
                .filter(mean -> mean.pair().equals(pair.name()) && mean.group().equals("all"))
                .max((a, b) -> Double.compare(a.auroc(), b.auroc()));
        for (String detector : detectors) {
            row(
                    detector,
                    extractors.stream()
                            .map(extractor -> mean(extractor, pair.name(), detector, "all", best))
                            .toList());
        }
        for (String extractor : extractors) {
            detail(pair, extractor, cells);
        }
    }

    private void detail(SuitePair pair, String extractor, List<Cell> all) {
        List<Cell> cells =
                all.stream().filter(cell -> cell.extractor().equals(extractor)).toList();
        var oods = new LinkedHashSet<String>();
        cells.forEach(cell -> oods.add(cell.ood()));
        List<String> groups = cells.stream()
                .map(cell -> cell.group().id())
                .distinct()
                .filter(group -> !group.equals("one-class"))
                .toList();
        line("");
        line("### %s, %s".formatted(escaped(pair.name()), escaped(extractor)));
        line("");
        var columns = new ArrayList<String>();
        for (String ood : oods) {
            Cell first = cells.stream()
                    .filter(cell -> cell.ood().equals(ood))
                    .findFirst()
                    .orElseThrow();
            columns.add("%s (%s)".formatted(ood, first.group().id()));
        }
        groups.forEach(group -> columns.add("mean " + group));
        if (groups.isEmpty()) {
            columns.add("mean");
        }
        header("detector", columns);
        for (String detector : cells.stream().map(Cell::detector).distinct().toList()) {
            var row = new ArrayList<String>();
            for (String ood : oods) {
                row.add(find(extractor, pair.name(), detector, ood)
                        .map(ResultsMarkdown::cell)
                        .orElse(""));
            }
            for (String group : groups.isEmpty() ? List.of("all") : groups) {
                row.add(mean(extractor, pair.name(), detector, group, bestMean(extractor, pair.name(), group)));
            }
            row(detector, row);
        }
    }

    private Optional<Mean> bestMean(String extractor, String pair, String group) {
        return means.values().stream()
                .filter(mean -> mean.extractor().equals(extractor)
                        && mean.pair().equals(pair)
                        && mean.group().equals(group))
                .max((a, b) -> Double.compare(a.auroc(), b.auroc()));
    }

    private String mean(String extractor, String pair, String detector, String group, Optional<Mean> best) {
        Mean mean = means.get(List.of(extractor, pair, detector, group));
        if (mean == null) {
            return results.cells().stream()
                    .filter(cell -> cell.extractor().equals(extractor)
                            && cell.pair().equals(pair)
                            && cell.detector().equals(detector)
                            && cell.measured().isEmpty()
                            && (group.equals("all") || cell.group().id().equals(group)))
                    .map(ResultsMarkdown::cell)
                    .findFirst()
                    .orElse("");
        }
        String number = number(mean.auroc());
        return best.isPresent() && mean.auroc() == best.get().auroc() ? "**" + number + "**" : number;
    }

    private static String cell(Cell cell) {
        return switch (cell.outcome()) {
            case Outcome.NotApplicable missing -> "n/a";
            case Outcome.Failed failed -> "failed";
            case Measured measured -> {
                String number = number(measured.auroc());
                String shown = cell.within().best() ? "**" + number + "**" : number;
                yield "%s [%s, %s]%s"
                        .formatted(
                                shown,
                                number(measured.interval().lower()),
                                number(measured.interval().upper()),
                                cell.within().amongBest() && !cell.within().best() ? " ~" : "");
            }
        };
    }

    private void accuracy() {
        if (results.extractors().stream()
                .allMatch(extractor -> extractor.accuracy().isEmpty())) {
            return;
        }
        line("");
        line("## ID accuracy");
        line("");
        line("k-NN accuracy, k = 20, on the ID test set.");
        line("");
        List<String> pairs = results.extractors().stream()
                .flatMap(extractor -> extractor.accuracy().keySet().stream())
                .distinct()
                .toList();
        header("extractor", pairs);
        for (ExtractorResult extractor : results.extractors()) {
            row(
                    extractor.name(),
                    pairs.stream()
                            .map(pair -> Optional.ofNullable(
                                            extractor.accuracy().get(pair))
                                    .map(ResultsMarkdown::number)
                                    .orElse(""))
                            .toList());
        }
        List<PairCorrelation> correlations = results.correlations();
        if (!correlations.isEmpty()) {
            line("");
            line("R^2 of that accuracy and the AUROC of %s, over the extractors:".formatted(StudyResults.REFERENCE));
            line("");
            header("pair", List.of("R^2", "extractors"));
            for (PairCorrelation entry : correlations) {
                row(
                        "%s vs %s".formatted(entry.pair(), entry.ood()),
                        List.of(
                                number(entry.correlation().rSquared()),
                                Integer.toString(entry.correlation().size())));
            }
        }
    }

    private void published() {
        if (results.suite().published().isEmpty()) {
            return;
        }
        line("");
        line("## Published figures");
        line("");
        line("Printed by others on the same pair; their networks and images need not be those of this study.");
        line("");
        header("pair", List.of("detector", "published", "their network", "source", "ours"));
        for (PublishedFigure figure : results.suite().published()) {
            row(
                    "%s vs %s".formatted(figure.pair(), figure.ood()),
                    List.of(
                            figure.detector(),
                            number(figure.auroc()),
                            figure.extractor(),
                            figure.source(),
                            ours(figure)));
        }
    }

    private String ours(PublishedFigure figure) {
        var ours = new ArrayList<String>();
        for (ExtractorResult extractor : results.extractors()) {
            Mean mean = means.get(List.of(extractor.name(), figure.pair(), figure.detector(), figure.ood()));
            if (mean != null) {
                ours.add("%s %s".formatted(extractor.name(), number(mean.auroc())));
            }
            find(extractor.name(), figure.pair(), figure.detector(), figure.ood())
                    .flatMap(Cell::measured)
                    .ifPresent(measured -> ours.add("%s %s".formatted(extractor.name(), number(measured.auroc()))));
        }
        return String.join(", ", ours);
    }

    private void reasons() {
        var reasons = new LinkedHashMap<String, LinkedHashSet<String>>();
        for (Cell cell : results.cells()) {
            switch (cell.outcome()) {
                case Outcome.NotApplicable missing ->
                    reasons.computeIfAbsent("n/a: " + missing.needs(), key -> new LinkedHashSet<>())
                            .add("%s on %s".formatted(cell.detector(), cell.extractor()));
                case Outcome.Failed failed ->
                    reasons.computeIfAbsent("failed: " + failed.reason(), key -> new LinkedHashSet<>())
                            .add("%s on %s, %s vs %s"
                                    .formatted(cell.detector(), cell.extractor(), cell.pair(), cell.ood()));
                case Measured measured -> {}
            }
        }
        if (reasons.isEmpty()) {
            return;
        }
        line("");
        line("## Cells without a number");
        line("");
        reasons.forEach((reason, where) ->
                line("- %s (%s)".formatted(escaped(reason), escaped(String.join("; ", where)))));
    }

    private void header(String first, List<String> others) {
        row(first, others);
        line("|---|%s".formatted("---|".repeat(others.size())));
    }

    private void row(String first, List<String> others) {
        line("| %s | %s |"
                .formatted(
                        escaped(first),
                        others.stream().map(ResultsMarkdown::escaped).collect(Collectors.joining(" | "))));
    }

    private Optional<Cell> find(String extractor, String pair, String detector, String ood) {
        return Optional.ofNullable(byPlace.get(List.of(extractor, pair, detector, ood)));
    }

    private void line(String written) {
        text.append(written).append('\n');
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.3f", value);
    }

    private static String escaped(String cell) {
        return cell.replace("|", "\\|").replace("\n", " ");
    }
}
