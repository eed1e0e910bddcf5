// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.result;

import io.github.stray.metric.Correlation;
import io.github.stray.study.result.Outcome.Failed;
import io.github.stray.study.result.Outcome.Measured;
import io.github.stray.study.suite.OodGroup;
import io.github.stray.study.suite.Suite;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.ToDoubleFunction;

/**
 * Everything a study found. Immutable; the same for equal inputs, but for {@code times} and what is measured in seconds.
 *
 * @param suite what was compared, after {@code --only} and the like
 * @param limit most samples taken of each test set; empty for all
 * @param extractors in the order of the suite
 * @param sets in the order of the suite, those that were used
 * @param cells by extractor, pair, detector and OOD set, in the order of the suite
 * @param maps features in the plane, for the page
 * @param notes what a reader must know, such as what detectors said when they were fitted
 * @param provenance versions, machine, command
 * @param times what differs from run to run
 */
public record StudyResults(
        Suite suite,
        OptionalInt limit,
        List<ExtractorResult> extractors,
        List<SetResult> sets,
        List<Cell> cells,
        List<FeatureMap> maps,
        List<String> notes,
        Map<String, String> provenance,
        Map<String, Object> times) {
    /** The detector that extractors are compared by. */
    public static final String REFERENCE = "knn";

    /** Keeps the order. */
    public StudyResults {
        extractors = List.copyOf(extractors);
        sets = List.copyOf(sets);
        cells = List.copyOf(cells);
        maps = List.copyOf(maps);
        notes = List.copyOf(notes);
        provenance = new LinkedHashMap<>(provenance);
        times = new LinkedHashMap<>(times);
    }

    /** {@return whether every cell was measured or could not apply, and every sample was read} */
    public boolean complete() {
        return failedCells().isEmpty()
                && sets.stream().allMatch(set -> set.failed().isEmpty());
    }

    /** {@return the failed cells: those that should hold a number and do not} */
    public List<Cell> failedCells() {
        return cells.stream().filter(cell -> cell.outcome() instanceof Failed).toList();
    }

    /**
     * {@return the cell of a place, if the study has it}
     *
     * @param extractor name of the extractor
     * @param pair name of the pair
     * @param detector detector as the suite writes it
     * @param ood name of the OOD set, or of the class
     */
    public Optional<Cell> cell(String extractor, String pair, String detector, String ood) {
        return cells.stream()
                .filter(cell -> cell.extractor().equals(extractor)
                        && cell.pair().equals(pair)
                        && cell.detector().equals(detector)
                        && cell.comparison().name().equals(ood))
                .findFirst();
    }

    /**
     * {@return means over the near, the far and all OOD sets, where every one of them was measured, in the order of the
     * cells}
     */
    public List<Mean> means() {
        record Key(String extractor, String pair, String detector) {}
        var rows = new LinkedHashMap<Key, List<Cell>>();
        for (Cell cell : cells) {
            rows.computeIfAbsent(new Key(cell.extractor(), cell.pair(), cell.detector()), key -> new ArrayList<>())
                    .add(cell);
        }
        var means = new ArrayList<Mean>();
        rows.forEach((key, row) -> {
            for (OodGroup group : List.of(OodGroup.NEAR, OodGroup.FAR)) {
                var own = new ArrayList<>(row);
                own.removeIf(cell -> cell.comparison().group() != group);
                mean(own, group.id()).ifPresent(means::add);
            }
            mean(row, "all").ifPresent(means::add);
        });
        return means;
    }

    private static Optional<Mean> mean(List<Cell> row, String group) {
        List<Measured> measured =
                row.stream().flatMap(cell -> cell.measured().stream()).toList();
        if (row.isEmpty() || measured.size() < row.size()) {
            return Optional.empty();
        }
        Cell first = row.getFirst();
        return Optional.of(new Mean(
                first.extractor(),
                first.pair(),
                first.detector(),
                group,
                row.size(),
                mean(measured, Measured::auroc),
                mean(measured, Measured::fpr95),
                mean(measured, Measured::auprIn),
                mean(measured, Measured::auprOut)));
    }

    private static double mean(List<Measured> measured, ToDoubleFunction<Measured> value) {
        return measured.stream().mapToDouble(value).sum() / measured.size();
    }

    /**
     * {@return ID accuracy against the AUROC of {@link #REFERENCE}, over the extractors that have both, for each pair and
     * OOD set with at least three extractors whose values differ}
     */
    public List<PairCorrelation> correlations() {
        record Key(String pair, Comparison comparison) {}
        var rows = new LinkedHashMap<Key, List<double[]>>();
        for (ExtractorResult extractor : extractors) {
            for (Cell cell : cells) {
                Double accuracy = extractor.accuracy().get(cell.pair());
                if (cell.extractor().equals(extractor.name())
                        && cell.detector().equals(REFERENCE)
                        && cell.measured().isPresent()
                        && accuracy != null) {
                    rows.computeIfAbsent(new Key(cell.pair(), cell.comparison()), key -> new ArrayList<>())
                            .add(new double[] {accuracy, cell.measured().get().auroc()});
                }
            }
        }
        var correlations = new ArrayList<PairCorrelation>();
        rows.forEach((key, points) -> {
            double[] x = points.stream().mapToDouble(point -> point[0]).toArray();
            double[] y = points.stream().mapToDouble(point -> point[1]).toArray();
            if (x.length >= 3 && varies(x) && varies(y)) {
                correlations.add(new PairCorrelation(key.pair(), key.comparison(), REFERENCE, Correlation.of(x, y)));
            }
        });
        return correlations;
    }

    private static boolean varies(double[] values) {
        double first = values[0];
        return Arrays.stream(values).anyMatch(value -> value != first);
    }
}
