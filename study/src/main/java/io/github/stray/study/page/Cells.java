// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.page;

import io.github.stray.study.result.Cell;
import io.github.stray.study.result.Comparison;
import io.github.stray.study.result.ExtractorResult;
import io.github.stray.study.result.Outcome;
import io.github.stray.study.result.Outcome.Failed;
import io.github.stray.study.result.Outcome.Measured;
import io.github.stray.study.result.Outcome.NotApplicable;
import io.github.stray.study.result.StudyResults;
import io.github.stray.study.suite.OodGroup;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The cells of a study by what they belong to, and their means over pairs. */
final class Cells {
    /** Stands for all extractors where a mean is over them. */
    static final String OVERALL = "mean over extractors";

    private record Key(String extractor, String detector, String pair, Comparison comparison) {}

    private final StudyResults results;
    private final Map<Key, Cell> cells = new HashMap<>();
    private final List<OodPair> pairs;

    Cells(StudyResults results) {
        this.results = results;
        var byComparison = new LinkedHashMap<List<Object>, OodPair>();
        for (Cell cell : results.cells()) {
            cells.put(new Key(cell.extractor(), cell.detector(), cell.pair(), cell.comparison()), cell);
            byComparison.merge(
                    List.of(cell.pair(), cell.comparison()),
                    OodPair.of(cell),
                    (known, other) -> known.idSize() == 0 ? other : known);
        }
        this.pairs = List.copyOf(byComparison.values());
    }

    List<ExtractorResult> extractors() {
        return results.extractors();
    }

    List<String> detectors() {
        return results.suite().detectors();
    }

    /** In the order of the cells; the sizes are those of the first cell with figures. */
    List<OodPair> pairs() {
        return pairs;
    }

    /** Nothing where the cell was not run. */
    Optional<Cell> cell(String extractor, String detector, OodPair pair) {
        return Optional.ofNullable(cells.get(new Key(extractor, detector, pair.pair(), pair.comparison())));
    }

    Optional<Measured> measured(String extractor, String detector, OodPair pair) {
        return cell(extractor, detector, pair).flatMap(Cell::measured);
    }

    /**
     * Pairs that are looked at together.
     *
     * @param name such as {@code near pairs}
     * @param pairs at least one
     */
    record Group(String name, List<OodPair> pairs) {}

    /** All pairs where there are several, and the near and the far ones where there are both. */
    List<Group> groups() {
        var groups = new ArrayList<Group>();
        if (pairs.size() > 1) {
            groups.add(new Group("all pairs", pairs));
        }
        List<OodPair> near = pairs(OodGroup.NEAR);
        List<OodPair> far = pairs(OodGroup.FAR);
        if (!near.isEmpty() && !far.isEmpty()) {
            groups.add(new Group("near pairs", near));
            groups.add(new Group("far pairs", far));
        }
        return groups;
    }

    private List<OodPair> pairs(OodGroup group) {
        return pairs.stream().filter(pair -> pair.comparison().group() == group).toList();
    }

    /**
     * The mean over pairs, each counting the same, or over the extractors.
     *
     * @param extractor its name, or {@link #OVERALL}
     * @param detector as it was written
     * @param over what the mean is taken over, in the plural
     * @param ran how many of them have figures
     * @param of all of them
     * @param auroc mean over those with figures, NaN without any
     * @param fpr95 the same
     * @param amongBest whether the cells of all pairs are among the best of their extractor
     * @param missing why a pair has no figures: a failure rather than anything else
     */
    record Mean(
            String extractor,
            String detector,
            String over,
            int ran,
            int of,
            double auroc,
            double fpr95,
            boolean amongBest,
            Optional<Outcome> missing) {
        /** Whether it may be compared with other means over the same. */
        boolean complete() {
            return ran == of && ran > 0;
        }

        /** Whether a failure keeps it from being complete. */
        boolean failedInPart() {
            return ran > 0 && isFailed(missing);
        }

        /** Whether it is as large as the largest. */
        boolean isBest(Optional<Mean> best) {
            return complete() && best.isPresent() && auroc == best.get().auroc();
        }
    }

    Mean mean(String extractor, String detector, List<OodPair> over) {
        int ran = 0;
        double auroc = 0;
        double fpr95 = 0;
        boolean amongBest = true;
        Optional<Outcome> missing = Optional.empty();
        for (OodPair pair : over) {
            Optional<Cell> cell = cell(extractor, detector, pair);
            Optional<Outcome> outcome = cell.map(Cell::outcome);
            if (outcome.isPresent() && outcome.get() instanceof Measured measured) {
                ran++;
                auroc += measured.auroc();
                fpr95 += measured.fpr95();
                amongBest &= cell.get().within().amongBest();
            } else if (missing.isEmpty() || (missing.get() instanceof NotApplicable && isFailed(outcome))) {
                missing = outcome;
            }
        }
        boolean all = ran == over.size();
        return new Mean(
                extractor, detector, "pairs", ran, over.size(), auroc / ran, fpr95 / ran, amongBest && all, missing);
    }

    /** The means of all detectors on an extractor. */
    List<Mean> row(String extractor, List<OodPair> over) {
        return detectors().stream()
                .map(detector -> mean(extractor, detector, over))
                .toList();
    }

    /** The means of all detectors over the extractors with a complete mean over these pairs. */
    List<Mean> overall(List<OodPair> over) {
        return detectors().stream().map(detector -> overall(detector, over)).toList();
    }

    private Mean overall(String detector, List<OodPair> over) {
        List<Mean> complete = extractors().stream()
                .map(extractor -> mean(extractor.name(), detector, over))
                .filter(Mean::complete)
                .toList();
        return new Mean(
                OVERALL,
                detector,
                "extractors",
                complete.size(),
                extractors().size(),
                complete.stream().mapToDouble(Mean::auroc).average().orElse(Double.NaN),
                complete.stream().mapToDouble(Mean::fpr95).average().orElse(Double.NaN),
                false,
                Optional.of(new NotApplicable("no figures on any extractor")));
    }

    private static boolean isFailed(Optional<Outcome> outcome) {
        return outcome.isPresent() && outcome.get() instanceof Failed;
    }

    /** The largest complete mean; of equal ones the first. */
    static Optional<Mean> best(List<Mean> means) {
        return means.stream().filter(Mean::complete).max(Comparator.comparingDouble(Mean::auroc));
    }

    /** The largest complete mean of all extractors and detectors. */
    Optional<Mean> bestOfAll(List<OodPair> over) {
        return best(extractors().stream()
                .flatMap(extractor -> row(extractor.name(), over).stream())
                .toList());
    }

    /** The detector by which extractors are compared: the reference, or else the best, or else the first. */
    Optional<String> reference() {
        return detectors().stream()
                .filter(StudyResults.REFERENCE::equals)
                .findFirst()
                .or(() -> Stream.of(best(overall(pairs)), bestOfAll(pairs))
                        .flatMap(Optional::stream)
                        .map(Mean::detector)
                        .findFirst())
                .or(() -> detectors().stream().findFirst());
    }

    int count(Class<? extends Outcome> kind) {
        return (int) results.cells().stream()
                .filter(cell -> kind.isInstance(cell.outcome()))
                .count();
    }

    /** Cells that a full study of these lists would have. */
    int size() {
        return extractors().size() * detectors().size() * pairs.size();
    }
}
