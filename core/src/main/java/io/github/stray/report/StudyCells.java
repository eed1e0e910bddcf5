// SPDX-License-Identifier: Apache-2.0
package io.github.stray.report;

import io.github.stray.report.OodResult.Shift;
import io.github.stray.report.StudyReport.Cell;
import io.github.stray.report.StudyReport.Extractor;
import io.github.stray.report.StudyReport.Failed;
import io.github.stray.report.StudyReport.Figures;
import io.github.stray.report.StudyReport.NotApplicable;
import io.github.stray.report.StudyReport.Outcome;
import io.github.stray.report.StudyReport.Pair;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** The cells of a study by what they belong to, and their means over pairs. */
final class StudyCells {
    private record Key(String extractor, String detector, String pair) {}

    private final StudyReport report;
    private final Map<Key, Outcome> outcomes = new HashMap<>();

    StudyCells(StudyReport report) {
        this.report = report;
        for (Cell cell : report.cells()) {
            outcomes.put(new Key(cell.extractor(), cell.detector(), cell.pair().name()), cell.outcome());
        }
    }

    /** Nothing where the cell was not run. */
    Optional<Outcome> outcome(String extractor, String detector, Pair pair) {
        return Optional.ofNullable(outcomes.get(new Key(extractor, detector, pair.name())));
    }

    Optional<Figures> figures(String extractor, String detector, Pair pair) {
        return outcome(extractor, detector, pair)
                .filter(Figures.class::isInstance)
                .map(Figures.class::cast);
    }

    /**
     * Pairs that are looked at together.
     *
     * @param name such as {@code near pairs}
     * @param pairs at least one
     */
    record Group(String name, List<Pair> pairs) {}

    /** All pairs where there are several, and the near and the far ones where there are both. */
    List<Group> groups() {
        var groups = new ArrayList<Group>();
        if (report.pairs().size() > 1) {
            groups.add(new Group("all pairs", report.pairs()));
        }
        List<Pair> near = pairs(Shift.NEAR);
        List<Pair> far = pairs(Shift.FAR);
        if (!near.isEmpty() && !far.isEmpty()) {
            groups.add(new Group("near pairs", near));
            groups.add(new Group("far pairs", far));
        }
        return groups;
    }

    private List<Pair> pairs(Shift shift) {
        return report.pairs().stream()
                .filter(pair -> pair.shift().equals(Optional.of(shift)))
                .toList();
    }

    /**
     * The mean over pairs, each counting the same, or over the extractors.
     *
     * @param over {@code pairs} or {@code extractors}
     * @param ran how many of them have figures
     * @param of all of them
     * @param auroc mean over those with figures, NaN without any
     * @param fpr95 the same
     * @param amongBest whether the cells of all pairs are among the best of their extractor
     * @param missing why a pair has no figures: a failure rather than anything else
     */
    record Mean(
            String over, int ran, int of, double auroc, double fpr95, boolean amongBest, Optional<Outcome> missing) {
        /** Whether it may be compared with other means over the same. */
        boolean complete() {
            return ran == of;
        }

        /** Whether a failure keeps it from being complete. */
        boolean failedInPart() {
            return ran > 0 && isFailed(missing);
        }
    }

    Mean mean(String extractor, String detector, List<Pair> pairs) {
        int ran = 0;
        double auroc = 0;
        double fpr95 = 0;
        boolean amongBest = true;
        Optional<Outcome> missing = Optional.empty();
        for (Pair pair : pairs) {
            Optional<Outcome> outcome = outcome(extractor, detector, pair);
            if (outcome.isPresent() && outcome.get() instanceof Figures figures) {
                ran++;
                auroc += figures.auroc();
                fpr95 += figures.fpr95();
                amongBest &= figures.amongBest();
            } else if (missing.isEmpty() || (missing.get() instanceof NotApplicable && isFailed(outcome))) {
                missing = outcome;
            }
        }
        return new Mean(
                "pairs", ran, pairs.size(), auroc / ran, fpr95 / ran, amongBest && ran == pairs.size(), missing);
    }

    /** The mean over the extractors with a complete mean over these pairs. */
    Mean overall(String detector, List<Pair> pairs) {
        List<Mean> complete = report.extractors().stream()
                .map(extractor -> mean(extractor.name(), detector, pairs))
                .filter(Mean::complete)
                .toList();
        return new Mean(
                "extractors",
                complete.size(),
                report.extractors().size(),
                complete.stream().mapToDouble(Mean::auroc).average().orElse(Double.NaN),
                complete.stream().mapToDouble(Mean::fpr95).average().orElse(Double.NaN),
                false,
                Optional.of(new NotApplicable("no figures on any extractor")));
    }

    /** The largest complete mean over all extractors. */
    OptionalDouble bestOverall(List<Pair> pairs) {
        return report.detectors().stream()
                .map(detector -> overall(detector, pairs))
                .filter(Mean::complete)
                .mapToDouble(Mean::auroc)
                .max();
    }

    private static boolean isFailed(Optional<Outcome> outcome) {
        return outcome.isPresent() && outcome.get() instanceof Failed;
    }

    /** The largest complete mean of an extractor. */
    OptionalDouble best(String extractor, List<Pair> pairs) {
        return report.detectors().stream()
                .map(detector -> mean(extractor, detector, pairs))
                .filter(Mean::complete)
                .mapToDouble(Mean::auroc)
                .max();
    }

    /** An extractor, a detector, and what they reach. */
    record Entry(String extractor, String detector, double auroc) {}

    /** The largest complete mean of the study. */
    Optional<Entry> best(List<Pair> pairs) {
        Optional<Entry> best = Optional.empty();
        for (Extractor extractor : report.extractors()) {
            for (String detector : report.detectors()) {
                Mean mean = mean(extractor.name(), detector, pairs);
                if (mean.complete()
                        && (best.isEmpty() || mean.auroc() > best.get().auroc())) {
                    best = Optional.of(new Entry(extractor.name(), detector, mean.auroc()));
                }
            }
        }
        return best;
    }

    /** Detectors with complete figures on all extractors. */
    long everywhere(List<Pair> pairs) {
        return report.detectors().stream()
                .filter(detector -> overall(detector, pairs).complete())
                .count();
    }

    /** The detector with the largest mean over all extractors, among those with figures everywhere. */
    Optional<Entry> bestDetector(List<Pair> pairs) {
        Optional<Entry> best = Optional.empty();
        for (String detector : report.detectors()) {
            Mean mean = overall(detector, pairs);
            boolean everywhere = mean.complete() && mean.ran() > 0;
            if (everywhere && (best.isEmpty() || mean.auroc() > best.get().auroc())) {
                best = Optional.of(new Entry("", detector, mean.auroc()));
            }
        }
        return best;
    }

    /** The detector by which extractors are compared: the one named, or else the best, or else the first. */
    Optional<String> reference() {
        return report.reference()
                .or(() -> bestDetector(report.pairs()).map(Entry::detector))
                .or(() -> best(report.pairs()).map(Entry::detector))
                .or(() -> report.detectors().stream().findFirst());
    }

    int count(Class<? extends Outcome> kind) {
        return (int) outcomes.values().stream().filter(kind::isInstance).count();
    }

    /** Cells that a full study of these lists would have. */
    int size() {
        return report.extractors().size()
                * report.detectors().size()
                * report.pairs().size();
    }
}
