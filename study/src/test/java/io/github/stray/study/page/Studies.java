// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.page;

import io.github.stray.extract.FailedSample;
import io.github.stray.metric.Convention;
import io.github.stray.metric.Interval;
import io.github.stray.score.IdOodScores;
import io.github.stray.score.Scores;
import io.github.stray.study.result.Cell;
import io.github.stray.study.result.Comparison.Versus;
import io.github.stray.study.result.ExtractorResult;
import io.github.stray.study.result.FeatureMap;
import io.github.stray.study.result.FeatureMap.Kind;
import io.github.stray.study.result.FeatureMap.Point;
import io.github.stray.study.result.HeadSource;
import io.github.stray.study.result.Outcome;
import io.github.stray.study.result.Outcome.Failed;
import io.github.stray.study.result.Outcome.Measured;
import io.github.stray.study.result.Outcome.NotApplicable;
import io.github.stray.study.result.Rank;
import io.github.stray.study.result.SetResult;
import io.github.stray.study.result.StudyResults;
import io.github.stray.study.result.UnitStore;
import io.github.stray.study.suite.OodGroup;
import io.github.stray.study.suite.PublishedFigure;
import io.github.stray.study.suite.Suite;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;

/** Studies to test with. The scores of their best cells are those of {@link #write}. */
final class Studies {
    private static final String UNIT = "unit";

    private static final List<String> EXTRACTORS = List.of(
            "stray-mini",
            "resnet50-in1k",
            "clip-rn50",
            "clip-vit-b32",
            "clip-vit-b16",
            "clip-vit-l14",
            "clip-vit-l14-336",
            "openclip-vit-h14-laion2b",
            "openclip-vit-bigg14-laion2b",
            "openclip-convnext-xxlarge",
            "eva02-l14",
            "siglip-so400m",
            "dino-vit-b16",
            "dinov2-vit-s14",
            "dinov2-vit-b14",
            "dinov2-vit-g14",
            "mae-vit-l16",
            "ibot-vit-l16",
            "convnextv2-huge-in22k",
            "beit3-large");
    private static final List<String> DETECTORS = List.of(
            "knn",
            "msp",
            "linear-probe",
            "mahalanobis",
            "relative-mahalanobis",
            "kmeans:clusters=10",
            "gaussian",
            "mcm",
            "maxcos",
            "neglabel",
            "pseudo-probe",
            "residual",
            "vim",
            "energy",
            "gen");
    private static final List<List<String>> SETS = List.of(
            List.of("CIFAR-10", "CIFAR-100", "SVHN", "TinyImageNet", "LSUN", "Places365", "DTD"),
            List.of("CIFAR-100", "CIFAR-10", "SVHN", "TinyImageNet", "LSUN", "Places365", "DTD"),
            List.of("ImageNet-30", "Flowers-102", "CUB-200", "Stanford Dogs", "Food-101", "Oxford Pets", "DTD"));

    private Studies() {}

    /** A study with nothing in it. */
    static StudyResults empty() {
        return of(List.of(), List.of(), List.of());
    }

    /** A study of these cells alone. */
    static StudyResults of(List<ExtractorResult> extractors, List<String> detectors, List<Cell> cells) {
        return of("Study", "paper", extractors, detectors, List.of(), cells, List.of(), List.of());
    }

    private static StudyResults of(
            String title,
            String templates,
            List<ExtractorResult> extractors,
            List<String> detectors,
            List<PublishedFigure> published,
            List<Cell> cells,
            List<FeatureMap> maps,
            List<SetResult> sets) {
        var suite = new Suite(
                "suite",
                title,
                Map.of(),
                List.of(),
                List.of(),
                detectors,
                Convention.CANONICAL,
                templates,
                Optional.empty(),
                42,
                256,
                published,
                "ab".repeat(32));
        return new StudyResults(
                suite,
                OptionalInt.empty(),
                extractors,
                sets,
                cells,
                maps,
                List.of(title),
                Map.of("command", title, title, title),
                Map.of());
    }

    static StudyResults with(StudyResults results, FeatureMap map) {
        return new StudyResults(
                results.suite(),
                results.limit(),
                results.extractors(),
                results.sets(),
                results.cells(),
                List.of(map),
                results.notes(),
                results.provenance(),
                results.times());
    }

    /** The scores of the best cells. */
    static UnitStore write(UnitStore store) throws IOException {
        var random = new Random(3);
        var scored = new ArrayList<UnitStore.Scored>();
        for (int i = 0; i < 8; i++) {
            var scores = new IdOodScores(normal(random, 3, 2000), normal(random, 3 * random.nextDouble(), 2000));
            scored.add(new UnitStore.Scored(measured(0.9), scores));
        }
        store.write(UNIT, new UnitStore.Unit(scored, List.of(), 1));
        return store;
    }

    private static Scores normal(Random random, double mean, int n) {
        return Scores.of(
                random.doubles(n).map(u -> mean + random.nextGaussian()).toArray());
    }

    static ExtractorResult extractor(String name) {
        return extractor(name, HeadSource.NONE, OptionalLong.empty(), OptionalDouble.empty(), Map.of());
    }

    private static ExtractorResult extractor(
            String name, HeadSource head, OptionalLong bytes, OptionalDouble rate, Map<String, Double> accuracy) {
        return new ExtractorResult(name, "", "", 8, head, bytes, rate, accuracy);
    }

    static OodPair pair(String ood, OodGroup group) {
        return new OodPair("id", new Versus(ood, group), 100, 50);
    }

    static Measured measured(double auroc) {
        return measured(auroc, 0.01, 1 - auroc);
    }

    private static Measured measured(double auroc, double half, double fpr95) {
        var interval = new Interval(Math.max(0, auroc - half), Math.min(1, auroc + half));
        return new Measured(auroc, interval, fpr95, auroc, auroc, 100, 50);
    }

    static Cell cell(String extractor, String detector, OodPair pair, Outcome outcome) {
        return new Cell(extractor, pair.pair(), pair.comparison(), detector, outcome);
    }

    /** A study of a near pair that shows all there is, every text of it this one. */
    static StudyResults saying(String text) {
        var pair = new OodPair(text, new Versus(text, OodGroup.NEAR), 300, 150);
        var points = new ArrayList<Point>();
        for (Kind kind : Kind.values()) {
            points.add(new Point(points.size(), 0.5, kind));
        }
        Cell best = cell(text, "knn", pair, new Measured(0.875, new Interval(0.8, 0.95), 0.25, 0.7, 0.6, 300, 150))
                .scoredIn(UNIT, 0)
                .ranked(Rank.BEST, Rank.BEST);
        return of(
                text,
                text,
                List.of(
                        extractor(
                                text,
                                HeadSource.OWN,
                                OptionalLong.of(350_000_000),
                                OptionalDouble.of(120.5),
                                Map.of(text, 0.75)),
                        extractor(
                                text + "2",
                                HeadSource.PROBE,
                                OptionalLong.of(36_000_000),
                                OptionalDouble.of(990),
                                Map.of(text, 0.5)),
                        extractor(
                                text + "3",
                                HeadSource.NONE,
                                OptionalLong.empty(),
                                OptionalDouble.empty(),
                                Map.of(text, 0.625))),
                List.of("knn", "linear-probe", "msp", "mcm", "gen"),
                List.of(new PublishedFigure(text, text, "knn", text, 0.886, text)),
                List.of(
                        best,
                        cell(text, "linear-probe", pair, measured(0.91)),
                        cell(text, "msp", pair, measured(0.861)),
                        cell(text, "mcm", pair, new NotApplicable(text)),
                        cell(text, "gen", pair, new Failed(text)),
                        cell(text + "2", "knn", pair, measured(0.625)),
                        cell(text + "3", "knn", pair, measured(0.75))),
                List.of(new FeatureMap(best, 0.5, 400, points)),
                List.of(new SetResult(text, text, "", 150, List.of(new FailedSample(text, text)))));
    }

    /** Made up, of at most 20 extractors, 15 detectors and 18 pairs, with all that a page can show. */
    static StudyResults synthetic(int extractors, int detectors, int pairs) {
        var random = new Random(7);
        List<OodPair> all = pairs(pairs);
        var chosen = new ArrayList<ExtractorResult>();
        double[] quality = new double[extractors];
        for (int e = 0; e < extractors; e++) {
            quality[e] = 0.2 + 0.75 * e / extractors + 0.2 * random.nextDouble();
            var accuracy = new LinkedHashMap<String, Double>();
            for (OodPair pair : all) {
                double spread = 0.55 + 0.4 * quality[e] + 0.03 * random.nextGaussian();
                accuracy.putIfAbsent(pair.pair(), Math.clamp(spread, 0.0, 0.999));
            }
            long weights =
                    (long) (4e6 * Math.pow(10, 2.6 * e / Math.max(1, extractors - 1)) * (0.7 + random.nextDouble()));
            chosen.add(extractor(
                    EXTRACTORS.get(e),
                    e < 2 ? HeadSource.OWN : HeadSource.PROBE,
                    e == 3 ? OptionalLong.empty() : OptionalLong.of(4 * weights),
                    OptionalDouble.of(3e9 / weights * (0.6 + random.nextDouble())),
                    accuracy));
        }
        var cells = new ArrayList<Cell>();
        var maps = new ArrayList<FeatureMap>();
        int units = 0;
        for (int e = 0; e < extractors; e++) {
            for (OodPair pair : all) {
                double hard = pair.comparison().group() == OodGroup.NEAR ? 1.6 : 3;
                double[] aurocs = new double[detectors];
                for (int d = 0; d < detectors; d++) {
                    double bad = Math.exp(-hard * (0.5 + quality[e]) - 0.4 * random.nextDouble());
                    aurocs[d] = Math.clamp(1 - bad * (1 + (d * 7 % 5) / 9.0), 0.0, 1.0);
                }
                double best = Arrays.stream(aurocs).max().orElse(0);
                for (int d = 0; d < detectors; d++) {
                    Cell cell = cell(EXTRACTORS.get(e), DETECTORS.get(d), pair, outcome(e, d, pair, aurocs[d], random));
                    if (aurocs[d] > best - 0.004) {
                        boolean ofAll = d == 0 && e == extractors - 1;
                        cell = cell.scoredIn(UNIT, units++ % 8)
                                .ranked(ofAll ? Rank.BEST : Rank.NONE, new Rank(false, OptionalDouble.of(0.5)));
                        if (ofAll && maps.size() < 3) {
                            maps.add(new FeatureMap(cell, 0.4, 1000, points(random)));
                        }
                    }
                    cells.add(cell);
                }
            }
        }
        return of(
                "%d extractors, %d detectors, %d pairs".formatted(extractors, detectors, pairs),
                "paper",
                chosen,
                DETECTORS.subList(0, detectors),
                List.of(new PublishedFigure(
                        "CIFAR-100", "CIFAR-10", "knn", "clip-vit-l14", 0.876, "Adaloglou et al. 2024, table 2")),
                cells,
                maps,
                List.of(new SetResult(
                        "SVHN", "svhn.zip", "", 1, List.of(new FailedSample("svhn/test/00012.png", "truncated PNG")))));
    }

    private static Outcome outcome(int e, int d, OodPair pair, double auroc, Random random) {
        if (d >= 7 && d <= 10 && e % 4 == 0) {
            return new NotApplicable("needs a text tower, the extractor has none");
        }
        if (d == 12 && e == 6 && pair.comparison().name().equals("SVHN")) {
            return new Failed("r(x) is 0 on all of training: vim needs features outside the principal subspace");
        }
        return measured(auroc, 0.004 + 0.02 * (1 - auroc), Math.min(1, 2 * (1 - auroc) + 0.02 * random.nextDouble()));
    }

    private static List<Point> points(Random random) {
        var points = new ArrayList<Point>();
        for (int i = 0; i < 2000; i++) {
            boolean ood = i % 2 == 0;
            double x = (ood ? 0.3 : -0.2) + 0.15 * random.nextGaussian();
            double y = (ood ? 0 : 0.1 * (i % 5)) + 0.08 * random.nextGaussian();
            Kind kind = ood ? (x < 0 ? Kind.OOD_KEPT : Kind.OOD) : x > 0.06 ? Kind.ID_REJECTED : Kind.ID;
            points.add(new Point(x, y, kind));
        }
        return points;
    }

    private static List<OodPair> pairs(int count) {
        var pairs = new ArrayList<OodPair>();
        for (List<String> sets : SETS) {
            for (String ood : sets.subList(1, sets.size())) {
                boolean near = ood.startsWith("CIFAR")
                        || ood.startsWith("Tiny")
                        || ood.contains("Dogs")
                        || ood.contains("Pets");
                pairs.add(new OodPair(
                        sets.getFirst(), new Versus(ood, near ? OodGroup.NEAR : OodGroup.FAR), 10000, 26032));
            }
        }
        return pairs.subList(0, count);
    }
}
