// SPDX-License-Identifier: Apache-2.0
package io.github.stray.report;

import io.github.stray.extract.FailedSample;
import io.github.stray.metric.Correlation;
import io.github.stray.provenance.Provenance;
import io.github.stray.report.OodResult.Shift;
import io.github.stray.score.Scores;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.SequencedMap;

/**
 * What a study has to tell: extractors x detectors x pairs of an ID and an OOD set. Any text may hold any characters; it is
 * escaped where it is shown. The figures are shown as they are; only means over pairs and the charts are computed from
 * them. Lists are in the order to show. Immutable.
 *
 * @param title heading of the page
 * @param suite name of the suite
 * @param command the command line that made it, empty if there was none
 * @param provenance versions, machine, time, inputs
 * @param setup what was run and how (seeds, templates, limits), names and values
 * @param notes sentences that a reader must know to judge the figures; may be empty
 * @param files names of the files beside the page, such as {@code results.csv}
 * @param extractors of different names
 * @param detectors as they were written, all different
 * @param reference the one of {@code detectors} by which extractors are compared, such as {@code knn}; empty where there is
 *     none, then the best on average is taken
 * @param pairs of different sets
 * @param cells at most one for each extractor, detector and pair; those that are absent are shown as not run
 * @param correlations at most one a pair
 * @param curves scores of selected cells, which must have figures
 * @param maps pictures of features in the plane
 * @param heads the linear probe beside the network's own head
 * @param failed samples of any set that could not be read
 */
public record StudyReport(
        String title,
        String suite,
        String command,
        Provenance provenance,
        SequencedMap<String, String> setup,
        List<String> notes,
        List<String> files,
        List<Extractor> extractors,
        List<String> detectors,
        Optional<String> reference,
        List<Pair> pairs,
        List<Cell> cells,
        List<Accuracies> correlations,
        List<Curve> curves,
        List<FeatureMap> maps,
        List<HeadComparison> heads,
        List<FailedSample> failed) {
    /** Checks that names are not repeated and that all parts speak of what the study has. */
    public StudyReport {
        setup = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(setup));
        notes = List.copyOf(notes);
        files = List.copyOf(files);
        extractors = List.copyOf(extractors);
        detectors = List.copyOf(detectors);
        pairs = List.copyOf(pairs);
        cells = List.copyOf(cells);
        correlations = List.copyOf(correlations);
        curves = List.copyOf(curves);
        maps = List.copyOf(maps);
        heads = List.copyOf(heads);
        failed = List.copyOf(failed);
        var names =
                new Known("extractor", extractors.stream().map(Extractor::name).toList());
        var ids = new Known("detector", detectors);
        var known = new Known("pair", pairs.stream().map(Pair::name).toList());
        reference.ifPresent(ids::require);
        for (Cell cell : cells) {
            names.require(cell.extractor());
            ids.require(cell.detector());
            known.require(cell.pair().name());
        }
        new Known(
                "cell",
                cells.stream()
                        .map(cell -> "%s, %s, %s"
                                .formatted(
                                        cell.extractor(),
                                        cell.detector(),
                                        cell.pair().name()))
                        .toList());
        new Known(
                "correlation",
                correlations.stream().map(each -> each.pair().name()).toList());
        correlations.forEach(each -> known.require(each.pair().name()));
        for (Curve curve : curves) {
            names.require(curve.extractor());
            ids.require(curve.detector());
            known.require(curve.pair().name());
            if (cells.stream().noneMatch(cell -> cell.outcome() instanceof Figures && curve.isOf(cell))) {
                throw new IllegalArgumentException("the study has scores of %s, %s, %s but no figures"
                        .formatted(
                                curve.extractor(),
                                curve.detector(),
                                curve.pair().name()));
            }
        }
        for (FeatureMap map : maps) {
            names.require(map.extractor());
            known.require(map.pair().name());
        }
        for (HeadComparison head : heads) {
            names.require(head.extractor());
            known.require(head.pair().name());
        }
    }

    /** Names that may be spoken of, each once. */
    private record Known(String kind, Collection<String> names) {
        Known {
            var seen = new HashSet<String>();
            for (String name : names) {
                if (!seen.add(name)) {
                    throw new IllegalArgumentException(
                            "a study has each %s once, got '%s' twice".formatted(kind, name));
                }
            }
            names = seen;
        }

        void require(String name) {
            if (!names.contains(name)) {
                throw new IllegalArgumentException(
                        "the study has no %s '%s', yet a part of the report speaks of it".formatted(kind, name));
            }
        }
    }

    /**
     * An extractor.
     *
     * @param name short, as the command line takes it
     * @param bytes of its network files, where known
     * @param imagesPerSecond extracted on the machine of the study, where measured
     * @param accuracy k-NN accuracy in [0, 1] by name of the ID set, where it has labels
     */
    public record Extractor(
            String name, OptionalLong bytes, OptionalDouble imagesPerSecond, Map<String, Double> accuracy) {
        /** Checks the ranges. */
        public Extractor {
            accuracy = Collections.unmodifiableMap(new LinkedHashMap<>(accuracy));
            accuracy.forEach((set, share) -> requireFraction("accuracy on " + set + " of " + name, share));
            if (bytes.orElse(1) < 1 || !(imagesPerSecond.orElse(1) > 0)) {
                throw new IllegalArgumentException(
                        "bytes and images per second of '%s' must be above 0 where they are known".formatted(name));
            }
        }
    }

    /**
     * An ID set and an OOD set.
     *
     * @param id name of the ID test set
     * @param ood name of the OOD set
     * @param shift how far apart, where the suite says so
     * @param idSize images of the ID set
     * @param oodSize images of the OOD set
     */
    public record Pair(String id, String ood, Optional<Shift> shift, int idSize, int oodSize) {
        /**
         * Both sets.
         *
         * @return such as {@code cifar10 vs svhn}
         */
        public String name() {
            return id + " vs " + ood;
        }
    }

    /**
     * What became of one extractor, detector and pair.
     *
     * @param extractor name of the extractor
     * @param detector as it was written
     * @param pair one of the study's
     * @param outcome figures, or why there are none
     */
    public record Cell(String extractor, String detector, Pair pair, Outcome outcome) {}

    /** Figures, or why there are none. */
    public sealed interface Outcome {}

    /**
     * The metrics of a cell, fractions in [0, 1].
     *
     * @param auroc area under the ROC curve
     * @param low lower end of its 95 % interval
     * @param high upper end
     * @param fpr95 share of OOD images kept where 95 % of ID images are
     * @param auprIn average precision with ID as the positive class
     * @param auprOut average precision with OOD as the positive class
     * @param amongBest whether the AUROC is the largest of all detectors on this extractor and pair, or a paired test does
     *     not find it smaller than the largest
     * @param published a figure of others for the same extractor, detector and pair
     */
    public record Figures(
            double auroc,
            double low,
            double high,
            double fpr95,
            double auprIn,
            double auprOut,
            boolean amongBest,
            Optional<Published> published)
            implements Outcome {
        /** Checks that all are fractions. */
        public Figures {
            requireFraction("AUROC", auroc);
            requireFraction("lower end", low);
            requireFraction("upper end", high);
            requireFraction("FPR@95", fpr95);
            requireFraction("AUPR-In", auprIn);
            requireFraction("AUPR-Out", auprOut);
        }
    }

    /**
     * There can be no figures: the detector needs something that the extractor or the set does not have.
     *
     * @param reason what is missing, one line
     */
    public record NotApplicable(String reason) implements Outcome {}

    /**
     * There should be figures, but something went wrong.
     *
     * @param reason what, one line
     */
    public record Failed(String reason) implements Outcome {}

    /**
     * A figure of others.
     *
     * @param auroc their AUROC, in [0, 1]
     * @param source where it stands, short
     */
    public record Published(double auroc, String source) {
        /** Checks the range. */
        public Published {
            requireFraction("published AUROC", auroc);
        }
    }

    /**
     * Over the extractors: ID accuracy (x) against AUROC of the reference (y) on one pair. The points are the accuracies of
     * the extractors on the pair's ID set and the figures of the cells.
     *
     * @param pair one of the study's
     * @param correlation R^2 and the line
     */
    public record Accuracies(Pair pair, Correlation correlation) {}

    /**
     * The scores of a cell, for its ROC curve and histogram.
     *
     * @param extractor name of the extractor
     * @param detector as it was written
     * @param pair one of the study's
     * @param id scores of the ID images, at least one
     * @param ood scores of the OOD images, at least one
     */
    public record Curve(String extractor, String detector, Pair pair, Scores id, Scores ood) {
        /** Checks that there are scores. */
        public Curve {
            if (id.size() == 0 || ood.size() == 0) {
                throw new IllegalArgumentException("a curve needs scores on both sides, %s has %d and %d"
                        .formatted(pair.name(), id.size(), ood.size()));
            }
        }

        private boolean isOf(Cell cell) {
            return cell.extractor().equals(extractor)
                    && cell.detector().equals(detector)
                    && cell.pair().name().equals(pair.name());
        }
    }

    /**
     * Features in the plane.
     *
     * @param extractor name of the extractor
     * @param pair one of the study's
     * @param projection how they came into the plane, a few words
     * @param judge whose mistakes are marked and at which threshold, a few words
     * @param points images
     */
    public record FeatureMap(String extractor, Pair pair, String projection, String judge, List<Point> points) {
        /** Copies the list. */
        public FeatureMap {
            points = List.copyOf(points);
        }
    }

    /**
     * An image in the plane.
     *
     * @param x finite
     * @param y finite
     * @param kind what it is and how it was judged
     */
    public record Point(double x, double y, Kind kind) {
        /** Checks that it can be drawn. */
        public Point {
            if (!Double.isFinite(x) || !Double.isFinite(y)) {
                throw new IllegalArgumentException("a point must be finite, got %s, %s".formatted(x, y));
            }
        }
    }

    /** What an image is and how it was judged. */
    public enum Kind {
        /** An ID image that was kept. */
        ID,
        /** An OOD image that was rejected. */
        OOD,
        /** An ID image that was rejected: a mistake. */
        ID_REJECTED,
        /** An OOD image that was kept: a mistake. */
        OOD_KEPT
    }

    /**
     * The linear probe on an extractor's features beside the network's own head, the same score on both.
     *
     * @param extractor name of the extractor
     * @param pair one of the study's
     * @param score id of the score on the logits, such as {@code energy}
     * @param probe AUROC on the logits of the probe
     * @param head AUROC on the logits of the network's own head
     */
    public record HeadComparison(String extractor, Pair pair, String score, Estimate probe, Estimate head) {}

    /**
     * An AUROC with its 95 % interval.
     *
     * @param auroc in [0, 1]
     * @param low lower end
     * @param high upper end
     */
    public record Estimate(double auroc, double low, double high) {
        /** Checks that all are fractions. */
        public Estimate {
            requireFraction("AUROC", auroc);
            requireFraction("lower end", low);
            requireFraction("upper end", high);
        }
    }

    private static void requireFraction(String name, double value) {
        if (!(value >= 0 && value <= 1)) {
            throw new IllegalArgumentException("%s must lie in 0 to 1, was %s".formatted(name, value));
        }
    }
}
