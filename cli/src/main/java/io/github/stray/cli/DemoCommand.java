// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import io.github.stray.detect.CalibratedDetector;
import io.github.stray.detect.Detection;
import io.github.stray.detect.Detector;
import io.github.stray.detect.Detectors;
import io.github.stray.detect.ImageDetector;
import io.github.stray.extract.Extraction;
import io.github.stray.extract.ExtractionOptions;
import io.github.stray.extract.FeatureExtractor;
import io.github.stray.metric.OodReport;
import io.github.stray.provenance.Provenance;
import io.github.stray.report.DetectorSummary;
import io.github.stray.report.ExampleGroup;
import io.github.stray.report.HtmlReport;
import io.github.stray.report.OodResult;
import io.github.stray.report.Report;
import io.github.stray.score.IdOodScores;
import io.github.stray.score.Scores;
import io.github.stray.store.AtomicFile;
import io.github.stray.store.DetectorFile;
import io.github.stray.store.ScoreWriter;
import io.github.stray.store.ScoreWriter.Columns;
import io.github.stray.threshold.Verdict;
import io.github.stray.vision.Extractors;
import io.github.stray.vision.demo.DemoSample;
import io.github.stray.vision.demo.DemoSet;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The whole main job on the built-in sample. */
@Command(
        name = "demo",
        description = {
            "The whole job on drawn road signs: fit, calibrate, score, evaluate, report. Works offline.",
            "Leaves report.html, scores.csv and detector.stray in the output folder."
        },
        footer = {
            "",
            "The images are drawn by Stray itself: the figures show how it works, not how",
            "well it does on your images."
        })
final class DemoCommand implements Callable<Integer> {
    private static final String EXTRACTOR = "stray-mini";
    private static final String ID_SET = "id";
    private static final int NEIGHBOURS = 3;
    private static final int EXAMPLES = 8;

    @Mixin
    private CommonOptions common = new CommonOptions();

    @Mixin
    private ProviderOptions network = new ProviderOptions();

    @Option(
            names = "-o",
            paramLabel = "DIR",
            defaultValue = "stray-demo",
            description = "Folder for the results (default: stray-demo).")
    private Path folder = Path.of("");

    @Option(names = "-d", paramLabel = "DETECTOR", defaultValue = "knn", description = "Detector (default: knn).")
    private String detectorText = "";

    @Option(names = "--images", description = "Also write the images to DIR/images, to try other commands on.")
    private boolean images;

    @Option(
            names = "--seed",
            paramLabel = "S",
            defaultValue = "42",
            description = "Seed of the drawn images (default: 42).")
    private long seed;

    @Option(names = "--force", description = "Replace files that Stray did not write.")
    private boolean force;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private final Console console;

    DemoCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        Path reportFile = folder.resolve("report.html");
        Path scoresFile = folder.resolve("scores.csv");
        Path detectorFile = folder.resolve("detector.stray");
        Detector method = Detectors.parse(detectorText);
        requireNoImages();
        Files.createDirectories(folder);
        for (Path file : List.of(reportFile, scoresFile, detectorFile)) {
            Outputs.require(file, force);
        }
        var sample = new DemoSample(seed);
        DemoSet train = sample.train();
        DemoSet test = sample.test();
        List<DemoSet> outside = sample.outOfDistribution();

        CalibratedDetector detector;
        List<Detection> id;
        var ood = new LinkedHashMap<String, List<Detection>>();
        long total = train.size()
                + test.size()
                + outside.stream().mapToLong(DemoSet::size).sum();
        try (FeatureExtractor extractor = Extractors.open(EXTRACTOR, network.provider);
                var progress = new Progress(console, common.quiet, "drawing and extracting", "images", total)) {
            CalibratedDetector fitted = CalibratedDetector.fit(
                    method,
                    extract(extractor, train, method.needs().trainingSampleLayers(false), progress)
                            .features());
            detector = new CalibratedDetector(
                    fitted.fitted(),
                    fitted.calibration(),
                    fitted.gallery(),
                    fitted.provenance()
                            .and(Map.of(
                                    "command", CommandLineText.of(spec), "dataset_fingerprint", train.fingerprint())));
            id = detector.detect(
                    extract(extractor, test, fitted.fitted().layers(), progress).features(), NEIGHBOURS);
            for (DemoSet set : outside) {
                ood.put(
                        set.name(),
                        detector.detect(
                                extract(extractor, set, fitted.fitted().layers(), progress)
                                        .features(),
                                NEIGHBOURS));
            }
        }
        DetectorFile.write(detectorFile, detector);
        writeScores(scoresFile, id, ood);
        EvaluationTable table = evaluate(id, ood);
        writeReport(reportFile, detector, test, train, outside, id, ood, table);
        if (images) {
            train.writeTo(folder.resolve("images").resolve("train"));
            test.writeTo(folder.resolve("images").resolve("test"));
            for (DemoSet set : outside) {
                set.writeTo(folder.resolve("images").resolve(set.name().replace(' ', '-')));
            }
        }
        print(table, realised(id));
        return ExitCode.DONE;
    }

    private void requireNoImages() throws IOException {
        Path drawn = folder.resolve("images");
        if (!images || !Files.isDirectory(drawn)) {
            return;
        }
        try (Stream<Path> entries = Files.list(drawn)) {
            if (entries.findAny().isPresent()) {
                throw new UsageException("%s is not empty; take it away, or leave --images out".formatted(drawn));
            }
        }
    }

    private static Extraction extract(FeatureExtractor extractor, DemoSet set, List<String> layers, Progress progress)
            throws IOException {
        ImageDetector.spaces(extractor, layers);
        Extraction extraction = extractor.extract(
                set, ExtractionOptions.of(layers), new ExtractionProgress(progress, new FailureLog()));
        if (!extraction.failed().isEmpty()) {
            throw new IOException("the demo could not draw its own images of '%s'; see above".formatted(set.name()));
        }
        return extraction;
    }

    private static void writeScores(Path file, List<Detection> id, Map<String, List<Detection>> ood)
            throws IOException {
        try (ScoreWriter writer = ScoreWriter.create(file, new Columns(false, List.of(), true, NEIGHBOURS))) {
            for (Detection detection : id) {
                writer.write(detection, ID_SET);
            }
            for (Map.Entry<String, List<Detection>> set : ood.entrySet()) {
                for (Detection detection : set.getValue()) {
                    writer.write(detection, set.getKey());
                }
            }
            writer.commit();
        }
    }

    private static EvaluationTable evaluate(List<Detection> id, Map<String, List<Detection>> ood) {
        var reports = new ArrayList<OodReport>();
        Scores idScores = scores(id);
        ood.values().forEach(detections -> reports.add(OodReport.of(new IdOodScores(idScores, scores(detections)))));
        return new EvaluationTable(List.copyOf(ood.keySet()), reports);
    }

    private static Scores scores(List<Detection> detections) {
        return Scores.of(detections.stream().mapToDouble(Detection::score).toArray());
    }

    private static double realised(List<Detection> id) {
        return id.stream()
                        .filter(row -> row.verdict().equals(Optional.of(Verdict.IN)))
                        .count()
                / (double) id.size();
    }

    private void writeReport(
            Path file,
            CalibratedDetector detector,
            DemoSet test,
            DemoSet train,
            List<DemoSet> outside,
            List<Detection> id,
            Map<String, List<Detection>> ood,
            EvaluationTable table)
            throws IOException {
        String idName = "road signs";
        var results = new ArrayList<OodResult>();
        var pictures = new LinkedHashMap<String, DemoSet>();
        pictures.put(idName, test);
        pictures.put(train.name(), train);
        for (int i = 0; i < outside.size(); i++) {
            DemoSet set = outside.get(i);
            pictures.put(set.name(), set);
            results.add(new OodResult(
                    set.name(),
                    Optional.of(set.shift() == DemoSet.Shift.NEAR ? OodResult.Shift.NEAR : OodResult.Shift.FAR),
                    table.reports().get(i),
                    scores(Objects.requireNonNull(ood.get(set.name())))));
        }
        OptionalDouble threshold = detector.calibration().stream()
                .mapToDouble(calibration -> calibration.threshold())
                .findFirst();
        var report = new Report(
                "Stray demo: which of these images are no known road signs?",
                CommandLineText.of(spec),
                Provenance.now(detector.provenance().entries()),
                new DetectorSummary(
                        detector.fitted().detector().id(),
                        detector.fitted().detector().options(),
                        EXTRACTOR,
                        train.name(),
                        detector.calibration().map(DetectorSummary.Cut::of),
                        detector.notes()),
                idName,
                scores(id),
                results,
                List.of(),
                ExampleGroup.pick(idName, id, ood, threshold, EXAMPLES));
        try (AtomicFile target = AtomicFile.create(file)) {
            Writer writer = new OutputStreamWriter(target.stream(), StandardCharsets.UTF_8);
            HtmlReport.write(
                    report,
                    (set, sampleId) -> {
                        DemoSet pictured = pictures.get(set);
                        return pictured == null ? Optional.empty() : pictured.png(sampleId);
                    },
                    writer);
            writer.flush();
            target.commit();
        }
    }

    private void print(EvaluationTable table, double realised) {
        if (common.json) {
            Map<String, Object> document = table.document();
            document.put("realised_tpr", realised);
            document.put("scores", "scores.csv");
            document.put("report", "report.html");
            document.put("detector", "detector.stray");
            document.put("folder", folder.toString());
            console.json(document);
            return;
        }
        console.out()
                .printf(
                        Locale.ROOT,
                        "ID: drawn road signs, n = %d; %s on %s, fitted %s labels%n%n",
                        table.reports().getFirst().idSize(),
                        detectorText,
                        EXTRACTOR,
                        Detectors.parse(detectorText).needs().labels() ? "with" : "without");
        console.out().print(table.text());
        console.out()
                .printf(Locale.ROOT, "%nrealised TPR %.4f, target %.4g%n", realised, CalibratedDetector.DEFAULT_TPR);
        console.out().printf("report: %s%n", folder.resolve("report.html"));
    }
}
