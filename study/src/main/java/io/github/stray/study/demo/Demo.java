// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.demo;

import io.github.stray.detect.CalibratedDetector;
import io.github.stray.detect.Detection;
import io.github.stray.detect.Detector;
import io.github.stray.detect.ImageDetector;
import io.github.stray.extract.Extraction;
import io.github.stray.extract.ExtractionListener;
import io.github.stray.extract.ExtractionOptions;
import io.github.stray.extract.FeatureExtractor;
import io.github.stray.feature.FeatureSet;
import io.github.stray.feature.Layer;
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
import io.github.stray.threshold.Calibration;
import io.github.stray.threshold.Verdict;
import io.github.stray.vision.demo.DemoSample;
import io.github.stray.vision.demo.DemoSet;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SequencedMap;
import java.util.TreeMap;

/**
 * The main job on the drawn sample, done: a detector fitted and calibrated on road signs, and what it says of others of the
 * same kinds and of what does not belong. Immutable.
 *
 * @param sample the images
 * @param extractor id of the network
 * @param detector fitted and calibrated
 * @param id what it says of the ID test images
 * @param ood what it says of each other set, by its name, in order
 */
public record Demo(
        DemoSample sample,
        String extractor,
        CalibratedDetector detector,
        List<Detection> id,
        SequencedMap<String, List<Detection>> ood) {
    /** Name of the page. */
    public static final String REPORT = "report.html";

    /** Name of the scores. */
    public static final String SCORES = "scores.csv";

    /** Name of the detector. */
    public static final String DETECTOR = "detector.stray";

    private static final String ID_NAME = "road signs";
    private static final String ID_SET = "id";
    private static final int NEIGHBOURS = 3;
    private static final int EXAMPLES = 8;

    /** Copies lists and map. */
    public Demo {
        id = List.copyOf(id);
        ood = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(ood));
    }

    /**
     * {@return what came of fitting, calibrating and scoring}
     *
     * @param sample the images
     * @param extractor the network
     * @param method what to fit; it must need nothing beside samples
     * @param command the command that runs it, for the provenance
     * @param listener told of every image
     * @throws IOException if an image cannot be drawn
     * @throws IllegalArgumentException if the method needs more than samples, or a layer that the extractor has not
     */
    public static Demo run(
            DemoSample sample, FeatureExtractor extractor, Detector method, String command, ExtractionListener listener)
            throws IOException {
        DemoSet train = sample.train();
        CalibratedDetector fitted = CalibratedDetector.fit(
                method, features(extractor, train, method.needs().trainingSampleLayers(false), listener));
        CalibratedDetector detector =
                fitted.and(new TreeMap<>(Map.of("command", command, "dataset_fingerprint", train.fingerprint())));
        List<Layer> layers = detector.fitted().layers();
        List<Detection> id = detector.detect(features(extractor, sample.test(), layers, listener), NEIGHBOURS);
        var ood = new LinkedHashMap<String, List<Detection>>();
        for (DemoSet set : sample.outOfDistribution()) {
            ood.put(set.name(), detector.detect(features(extractor, set, layers, listener), NEIGHBOURS));
        }
        return new Demo(sample, extractor.id(), detector, id, ood);
    }

    private static FeatureSet features(
            FeatureExtractor extractor, DemoSet set, List<Layer> layers, ExtractionListener listener)
            throws IOException {
        ImageDetector.spaces(extractor, layers);
        Extraction extraction = extractor.extract(set, ExtractionOptions.of(layers), listener);
        if (!extraction.failed().isEmpty()) {
            throw new IOException("the demo could not draw its own images of '%s'; see above".formatted(set.name()));
        }
        return extraction.features();
    }

    /** {@return metrics of each set that does not belong, by name, in order} */
    public Map<String, OodReport> reports() {
        var reports = new LinkedHashMap<String, OodReport>();
        ood.forEach((set, rows) -> reports.put(set, OodReport.of(new IdOodScores(scores(id), scores(rows)))));
        return reports;
    }

    /** {@return share of the ID test images with the verdict "in", 0 to 1} */
    public double realisedTpr() {
        return id.stream()
                        .filter(row -> row.verdict().equals(Optional.of(Verdict.IN)))
                        .count()
                / (double) id.size();
    }

    /**
     * Writes {@link #DETECTOR}, {@link #SCORES} and {@link #REPORT}.
     *
     * @param folder where to; must exist
     * @param command the command that runs it, for the page
     * @throws IOException if a file cannot be written
     */
    public void write(Path folder, String command) throws IOException {
        DetectorFile.write(folder.resolve(DETECTOR), detector);
        writeScores(folder.resolve(SCORES));
        writePage(folder.resolve(REPORT), command);
    }

    private void writeScores(Path file) throws IOException {
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

    private void writePage(Path file, String command) throws IOException {
        Map<String, OodReport> reports = reports();
        var results = new ArrayList<OodResult>();
        var pictures = new LinkedHashMap<String, DemoSet>();
        DemoSet train = sample.train();
        pictures.put(ID_NAME, sample.test());
        pictures.put(train.name(), train);
        for (DemoSet set : sample.outOfDistribution()) {
            pictures.put(set.name(), set);
            results.add(new OodResult(
                    set.name(),
                    Optional.of(set.shift() == DemoSet.Shift.NEAR ? OodResult.Shift.NEAR : OodResult.Shift.FAR),
                    Objects.requireNonNull(reports.get(set.name())),
                    scores(Objects.requireNonNull(ood.get(set.name())))));
        }
        OptionalDouble threshold = detector.calibration().stream()
                .mapToDouble(Calibration::threshold)
                .findFirst();
        var report = new Report(
                "Stray demo: which of these images are no known road signs?",
                command,
                Provenance.now(detector.provenance().entries()),
                new DetectorSummary(
                        detector.fitted().detector().id(),
                        detector.fitted().detector().options(),
                        extractor,
                        train.name(),
                        detector.calibration(),
                        detector.notes()),
                ID_NAME,
                scores(id),
                results,
                List.of(),
                ExampleGroup.pick(ID_NAME, id, ood, threshold, EXAMPLES));
        AtomicFile.write(
                file,
                HtmlReport.render(
                        report,
                        (set, image) -> Optional.ofNullable(pictures.get(set)).flatMap(drawn -> drawn.png(image))));
    }

    /**
     * Writes the images, to try other commands on.
     *
     * @param folder gets a folder a set
     * @throws IOException if a folder holds anything, or a file cannot be written
     */
    public void writeImages(Path folder) throws IOException {
        sample.train().writeTo(folder.resolve("train"));
        sample.test().writeTo(folder.resolve("test"));
        for (DemoSet set : sample.outOfDistribution()) {
            set.writeTo(folder.resolve(set.name().replace(' ', '-')));
        }
    }

    private static Scores scores(List<Detection> detections) {
        return Scores.of(detections.stream().mapToDouble(Detection::score).toArray());
    }
}
