// SPDX-License-Identifier: Apache-2.0
package io.github.stray.report;

import io.github.stray.extract.FailedSample;
import io.github.stray.metric.Correlation;
import io.github.stray.provenance.Provenance;
import io.github.stray.report.OodResult.Shift;
import io.github.stray.report.StudyReport.Accuracies;
import io.github.stray.report.StudyReport.Cell;
import io.github.stray.report.StudyReport.Curve;
import io.github.stray.report.StudyReport.Estimate;
import io.github.stray.report.StudyReport.Extractor;
import io.github.stray.report.StudyReport.Failed;
import io.github.stray.report.StudyReport.FeatureMap;
import io.github.stray.report.StudyReport.Figures;
import io.github.stray.report.StudyReport.HeadComparison;
import io.github.stray.report.StudyReport.Kind;
import io.github.stray.report.StudyReport.NotApplicable;
import io.github.stray.report.StudyReport.Outcome;
import io.github.stray.report.StudyReport.Pair;
import io.github.stray.report.StudyReport.Point;
import io.github.stray.report.StudyReport.Published;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Random;
import java.util.function.Function;

/** Studies to test with. */
final class Studies {
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
            "mahalanobis",
            "mahalanobis++",
            "relative-mahalanobis",
            "kmeans:clusters=10",
            "gaussian",
            "residual",
            "mcm",
            "maxcos",
            "neglabel",
            "plp",
            "linear-probe",
            "vim",
            "energy",
            "gen");
    private static final List<List<String>> SETS = List.of(
            List.of("CIFAR-10", "CIFAR-100", "SVHN", "TinyImageNet", "LSUN", "Places365", "DTD"),
            List.of("CIFAR-100", "CIFAR-10", "SVHN", "TinyImageNet", "LSUN", "Places365", "DTD"),
            List.of("ImageNet-30", "Flowers-102", "CUB-200", "Stanford Dogs", "Food-101", "Oxford Pets", "DTD"));

    private Studies() {}

    /** A study with nothing in it. */
    static StudyReport empty() {
        return of(List.of(), List.of(), List.of(), List.of());
    }

    /** A study of these cells alone. */
    static StudyReport of(List<Extractor> extractors, List<String> detectors, List<Pair> pairs, List<Cell> cells) {
        return new StudyReport(
                "Study",
                "suite",
                "",
                new Provenance(Map.of()),
                new LinkedHashMap<>(),
                List.of(),
                List.of(),
                extractors,
                detectors,
                Optional.empty(),
                pairs,
                cells,
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of());
    }

    static Extractor extractor(String name) {
        return new Extractor(name, OptionalLong.empty(), OptionalDouble.empty(), Map.of());
    }

    static Pair pair(String ood, Shift shift) {
        return new Pair("id", ood, Optional.of(shift), 100, 50);
    }

    static Figures figures(double auroc) {
        return new Figures(
                auroc,
                Math.max(0, auroc - 0.01),
                Math.min(1, auroc + 0.01),
                1 - auroc,
                auroc,
                auroc,
                false,
                Optional.empty());
    }

    static Cell cell(String extractor, String detector, Pair pair, Outcome outcome) {
        return new Cell(extractor, detector, pair, outcome);
    }

    /** One extractor, detector and pair, every text of them this one. */
    static StudyReport saying(String text) {
        var accuracy = Map.of(text, 0.75);
        var extractor = new Extractor(text, OptionalLong.of(350_000_000), OptionalDouble.of(120.5), accuracy);
        var other = new Extractor(text + "2", OptionalLong.of(36_000_000), OptionalDouble.of(990), Map.of(text, 0.5));
        var pair = new Pair(text, text, Optional.of(Shift.NEAR), 300, 150);
        var figures = new Figures(0.875, 0.8, 0.95, 0.25, 0.7, 0.6, true, Optional.of(new Published(0.886, text)));
        var setup = new LinkedHashMap<String, String>();
        setup.put(text, text);
        var points = new ArrayList<Point>();
        for (Kind kind : Kind.values()) {
            points.add(new Point(points.size(), 0.5, kind));
        }
        return new StudyReport(
                text,
                text,
                text,
                new Provenance(Map.of(text, text)),
                setup,
                List.of(text),
                List.of("results.json", text),
                List.of(extractor, other),
                List.of(text, text + "2", text + "3"),
                Optional.of(text),
                List.of(pair),
                List.of(
                        new Cell(text, text, pair, figures),
                        new Cell(text, text + "2", pair, new NotApplicable(text)),
                        new Cell(text, text + "3", pair, new Failed(text)),
                        new Cell(text + "2", text, pair, figures(0.625))),
                List.of(new Accuracies(pair, Correlation.of(new double[] {0.5, 0.75}, new double[] {0.625, 0.875}))),
                List.of(new Curve(text, text, pair, Reports.normal(1, 2, 300), Reports.normal(2, 0, 150))),
                List.of(new FeatureMap(text, pair, text, text, points)),
                List.of(new HeadComparison(
                        text, pair, text, new Estimate(0.91, 0.9, 0.92), new Estimate(0.861, 0.85, 0.88))),
                List.of(new FailedSample(text, text)));
    }

    /** Made up, of at most 20 extractors, 15 detectors and 18 pairs, with all that a page can show. */
    static StudyReport synthetic(int extractors, int detectors, int pairs) {
        var random = new Random(7);
        List<Pair> all = pairs(pairs);
        var chosen = new ArrayList<Extractor>();
        double[] quality = new double[extractors];
        for (int e = 0; e < extractors; e++) {
            quality[e] = 0.2 + 0.75 * e / extractors + 0.2 * random.nextDouble();
            var accuracy = new LinkedHashMap<String, Double>();
            for (Pair pair : all) {
                double spread = 0.55 + 0.4 * quality[e] + 0.03 * random.nextGaussian();
                accuracy.putIfAbsent(pair.id(), Math.clamp(spread, 0.0, 0.999));
            }
            long weights =
                    (long) (4e6 * Math.pow(10, 2.6 * e / Math.max(1, extractors - 1)) * (0.7 + random.nextDouble()));
            chosen.add(new Extractor(
                    EXTRACTORS.get(e),
                    e == 3 ? OptionalLong.empty() : OptionalLong.of(4 * weights),
                    OptionalDouble.of(3e9 / weights * (0.6 + random.nextDouble())),
                    accuracy));
        }
        List<String> ids = DETECTORS.subList(0, detectors);
        var cells = new ArrayList<Cell>();
        for (int e = 0; e < extractors; e++) {
            for (Pair pair : all) {
                double hard = pair.shift().equals(Optional.of(Shift.NEAR)) ? 1.6 : 3;
                double[] aurocs = new double[detectors];
                for (int d = 0; d < detectors; d++) {
                    double bad = Math.exp(-hard * (0.5 + quality[e]) - 0.4 * random.nextDouble());
                    aurocs[d] = Math.clamp(1 - bad * (1 + (d * 7 % 5) / 9.0), 0.0, 1.0);
                }
                double best = Arrays.stream(aurocs).max().orElse(0);
                for (int d = 0; d < detectors; d++) {
                    cells.add(new Cell(
                            EXTRACTORS.get(e), ids.get(d), pair, outcome(e, d, pair, aurocs[d], best, random)));
                }
            }
        }
        return assembled(all, chosen, ids, cells, random);
    }

    private static Outcome outcome(int e, int d, Pair pair, double auroc, double best, Random random) {
        if (d >= 7 && d <= 10 && e % 4 == 0) {
            return new NotApplicable("needs a text tower, the extractor has none");
        }
        if (d == 12 && e == 6 && pair.ood().equals("SVHN")) {
            return new Failed("r(x) is 0 on all of training: vim needs features outside the principal subspace");
        }
        double half = 0.004 + 0.02 * (1 - auroc);
        Optional<Published> published = e == 5 && d == 0 && pair.name().equals("CIFAR-100 vs CIFAR-10")
                ? Optional.of(new Published(0.876, "Adaloglou et al. 2024, table 2"))
                : Optional.empty();
        return new Figures(
                auroc,
                Math.max(0, auroc - half),
                Math.min(1, auroc + half),
                Math.min(1, 2 * (1 - auroc) + 0.02 * random.nextDouble()),
                auroc,
                auroc,
                auroc > best - 0.004,
                published);
    }

    private static StudyReport assembled(
            List<Pair> pairs, List<Extractor> extractors, List<String> detectors, List<Cell> cells, Random random) {
        Function<Pair, Curve> curve = pair -> new Curve(
                extractors.getLast().name(),
                detectors.getFirst(),
                pair,
                Reports.normal(random.nextLong(), 3, 2000),
                Reports.normal(random.nextLong(), 3 * random.nextDouble(), 2000));
        List<Curve> curves = pairs.stream().limit(12).map(curve).toList();
        var correlations = new ArrayList<Accuracies>();
        for (Pair pair : pairs) {
            double[] x = extractors.stream()
                    .mapToDouble(extractor -> extractor.accuracy().get(pair.id()))
                    .toArray();
            double[] y = cells.stream()
                    .filter(cell -> cell.detector().equals(detectors.getFirst())
                            && cell.pair().equals(pair))
                    .mapToDouble(cell -> ((Figures) cell.outcome()).auroc())
                    .toArray();
            correlations.add(new Accuracies(pair, Correlation.of(x, y)));
        }
        var maps = new ArrayList<FeatureMap>();
        for (Pair pair : pairs.subList(0, Math.min(3, pairs.size()))) {
            maps.add(new FeatureMap(
                    extractors.getLast().name(),
                    pair,
                    "PCA of unit rows",
                    "Mistakes of knn at the cut that keeps 95\u00a0% of ID",
                    points(random)));
        }
        var heads = new ArrayList<HeadComparison>();
        for (Extractor extractor : extractors.subList(0, Math.min(2, extractors.size()))) {
            for (Pair pair : pairs.subList(0, Math.min(4, pairs.size()))) {
                double head = 0.82 + 0.1 * random.nextDouble();
                double probe = head + 0.08 * random.nextDouble() - 0.01;
                heads.add(new HeadComparison(
                        extractor.name(),
                        pair,
                        "energy",
                        new Estimate(probe, probe - 0.008, probe + 0.008),
                        new Estimate(head, head - 0.01, head + 0.01)));
            }
        }
        var setup = new LinkedHashMap<String, String>();
        setup.put("Seeds", "42");
        setup.put("Gallery", "the whole ID training set");
        setup.put("k-NN accuracy", "k = 20");
        return new StudyReport(
                "%d extractors, %d detectors, %d pairs".formatted(extractors.size(), detectors.size(), pairs.size()),
                "paper-18",
                "stray bench run paper-18 -o study",
                new Provenance(Map.of(
                        "stray", "1.0", "java", "25", "processor", "2 cores", "created", "2026-11-28T09:00:00Z")),
                setup,
                List.of("Each set was cut to 2,000 images by --limit; the figures are not those of the full sets."),
                List.of("results.json", "results.csv", "results.md"),
                extractors,
                detectors,
                Optional.of("knn"),
                pairs,
                cells,
                correlations,
                curves,
                maps,
                heads,
                List.of(new FailedSample("svhn/test/00012.png", "truncated PNG")));
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

    private static List<Pair> pairs(int count) {
        var pairs = new ArrayList<Pair>();
        for (List<String> sets : SETS) {
            for (String ood : sets.subList(1, sets.size())) {
                boolean near = ood.startsWith("CIFAR")
                        || ood.startsWith("Tiny")
                        || ood.contains("Dogs")
                        || ood.contains("Pets");
                pairs.add(new Pair(sets.getFirst(), ood, Optional.of(near ? Shift.NEAR : Shift.FAR), 10000, 26032));
            }
        }
        return Collections.unmodifiableList(pairs.subList(0, count));
    }
}
