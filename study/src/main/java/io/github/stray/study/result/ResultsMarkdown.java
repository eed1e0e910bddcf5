// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.result;

import io.github.stray.study.result.Outcome.Measured;
import io.github.stray.study.suite.OodGroup;
import io.github.stray.study.suite.PublishedFigure;
import io.github.stray.study.suite.Suite;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/**
 * {@code results.md}: for each pair a table of mean AUROC, detectors by extractors, and for each extractor one with
 * intervals, detectors by OOD sets. The best of a column is bold; a {@code ~} stands behind those that a paired test does
 * not find worse than the best.
 */
final class ResultsMarkdown {
    private final StudyResults results;
    private final List<PairCells> tables;
    private final StringBuilder text = new StringBuilder();

    private ResultsMarkdown(StudyResults results) {
        this.results = results;
        this.tables = PairCells.of(results);
    }

    static String text(StudyResults results) {
        return new ResultsMarkdown(results).write();
    }

    private String write() {
        line("# %s".formatted(results.suite().title()));
        line("");
        Suite suite = results.suite();
        OptionalInt most = results.limit();
        String limit = most.isPresent() ? ", test sets limited to %d samples".formatted(most.getAsInt()) : "";
        line("Suite `%s`, seed %d, convention %s%s. AUROC, higher is better; in brackets the 95 %% interval."
                .formatted(suite.name(), suite.seed(), suite.convention().lowerCaseName(), limit));
        line(
                "Bold: the best of a column. `~`: a paired test (DeLong, with Holm's correction for the number of detectors) does not find it worse than the best at p < %s."
                        .formatted(Double.toString(Rank.LEVEL)));
        tables.forEach(this::pair);
        accuracy();
        published();
        reasons();
        return text.toString();
    }

    private void pair(PairCells table) {
        paragraph("## %s".formatted(escaped(table.pair())));
        paragraph("Mean AUROC over all OOD sets.");
        header("detector", table.extractors());
        List<Mean> all = table.means().values().stream()
                .filter(mean -> mean.group().equals(PairCells.ALL))
                .toList();
        for (String detector : table.detectors()) {
            row(
                    detector,
                    table.extractors().stream()
                            .map(extractor -> mean(table, extractor, detector, PairCells.ALL, all))
                            .toList());
        }
        for (String extractor : table.extractors()) {
            detail(table, extractor);
        }
    }

    private void detail(PairCells table, String extractor) {
        List<Cell> cells = table.cells().stream()
                .filter(cell -> cell.extractor().equals(extractor))
                .toList();
        List<Comparison> comparisons =
                cells.stream().map(Cell::comparison).distinct().toList();
        List<String> groups = comparisons.stream()
                .map(Comparison::group)
                .distinct()
                .filter(group -> group != OodGroup.ONE_CLASS)
                .map(OodGroup::id)
                .toList();
        paragraph("### %s, %s".formatted(escaped(table.pair()), escaped(extractor)));
        var columns = new ArrayList<String>();
        comparisons.forEach(each ->
                columns.add("%s (%s)".formatted(each.name(), each.group().id())));
        groups.forEach(group -> columns.add("mean " + group));
        if (groups.isEmpty()) {
            columns.add("mean");
        }
        header("detector", columns);
        for (String detector : cells.stream().map(Cell::detector).distinct().toList()) {
            var row = new ArrayList<String>();
            for (Comparison comparison : comparisons) {
                row.add(table.row(extractor, detector).stream()
                        .filter(cell -> cell.comparison().equals(comparison))
                        .map(ResultsMarkdown::cell)
                        .findFirst()
                        .orElse(""));
            }
            for (String group : groups.isEmpty() ? List.of(PairCells.ALL) : groups) {
                List<Mean> own = table.means().values().stream()
                        .filter(mean -> mean.extractor().equals(extractor)
                                && mean.group().equals(group))
                        .toList();
                row.add(mean(table, extractor, detector, group, own));
            }
            row(detector, row);
        }
    }

    /** A mean, bold where it is the largest of these; where there is none, what a cell has instead of a number. */
    private static String mean(PairCells table, String extractor, String detector, String group, List<Mean> among) {
        Optional<Mean> mean = table.mean(extractor, detector, group);
        if (mean.isEmpty()) {
            return table.row(extractor, detector).stream()
                    .filter(cell -> cell.measured().isEmpty()
                            && (group.equals(PairCells.ALL)
                                    || cell.comparison().group().id().equals(group)))
                    .map(ResultsMarkdown::cell)
                    .findFirst()
                    .orElse("");
        }
        double best = among.stream().mapToDouble(Mean::auroc).max().orElse(Double.NaN);
        return shown(mean.get().auroc(), mean.get().auroc() == best);
    }

    private static String cell(Cell cell) {
        if (!(cell.outcome() instanceof Measured measured)) {
            return cell.outcome().status();
        }
        boolean best = cell.within().best();
        return "%s [%s, %s]%s"
                .formatted(
                        shown(measured.auroc(), best),
                        number(measured.interval().lower()),
                        number(measured.interval().upper()),
                        cell.within().amongBest() && !best ? " ~" : "");
    }

    private static String shown(double auroc, boolean best) {
        return best ? "**" + number(auroc) + "**" : number(auroc);
    }

    private void accuracy() {
        List<String> pairs = results.extractors().stream()
                .flatMap(extractor -> extractor.accuracy().keySet().stream())
                .distinct()
                .toList();
        if (pairs.isEmpty()) {
            return;
        }
        paragraph("## ID accuracy");
        paragraph("k-NN accuracy, k = 20, on the ID test set.");
        header("extractor", pairs);
        for (ExtractorResult extractor : results.extractors()) {
            var shown = new ArrayList<String>();
            for (String pair : pairs) {
                Double accuracy = extractor.accuracy().get(pair);
                shown.add(accuracy == null ? "" : number(accuracy));
            }
            row(extractor.name(), shown);
        }
        List<PairCorrelation> correlations = results.correlations();
        if (!correlations.isEmpty()) {
            paragraph(
                    "R^2 of that accuracy and the AUROC of %s, over the extractors:".formatted(StudyResults.REFERENCE));
            header("pair", List.of("R^2", "extractors"));
            for (PairCorrelation entry : correlations) {
                row(
                        "%s vs %s".formatted(entry.pair(), entry.comparison().name()),
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
        paragraph("## Published figures");
        paragraph("Printed by others on the same pair; their networks and images need not be those of this study.");
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

    /** The mean over a group, or the cell of an OOD set, of every extractor. */
    private String ours(PublishedFigure figure) {
        var ours = new ArrayList<String>();
        for (ExtractorResult extractor : results.extractors()) {
            String name = extractor.name();
            tables.stream()
                    .filter(table -> table.pair().equals(figure.pair()))
                    .flatMap(table -> table.mean(name, figure.detector(), figure.ood()).stream())
                    .forEach(mean -> ours.add("%s %s".formatted(name, number(mean.auroc()))));
            results.cell(name, figure.pair(), figure.detector(), figure.ood())
                    .flatMap(Cell::measured)
                    .ifPresent(measured -> ours.add("%s %s".formatted(name, number(measured.auroc()))));
        }
        return String.join(", ", ours);
    }

    private void reasons() {
        var reasons = new LinkedHashMap<String, LinkedHashSet<String>>();
        for (Cell cell : results.cells()) {
            if (cell.measured().isEmpty()) {
                Outcome outcome = cell.outcome();
                String on = "%s on %s".formatted(cell.detector(), cell.extractor());
                String where = outcome instanceof Outcome.Failed
                        ? "%s, %s vs %s"
                                .formatted(on, cell.pair(), cell.comparison().name())
                        : on;
                reasons.computeIfAbsent(outcome.status() + ": " + outcome.reason(), key -> new LinkedHashSet<>())
                        .add(where);
            }
        }
        if (!reasons.isEmpty()) {
            paragraph("## Cells without a number");
            line("");
            reasons.forEach((reason, where) ->
                    line("- %s (%s)".formatted(escaped(reason), escaped(String.join("; ", where)))));
        }
    }

    private void header(String first, List<String> others) {
        line("");
        row(first, others);
        line("|---|%s".formatted("---|".repeat(others.size())));
    }

    private void row(String first, List<String> others) {
        line("| %s | %s |"
                .formatted(
                        escaped(first),
                        others.stream().map(ResultsMarkdown::escaped).collect(Collectors.joining(" | "))));
    }

    private void paragraph(String written) {
        line("");
        line(written);
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
