// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import static io.github.stray.cli.UsageException.require;

import io.github.stray.detect.CalibratedDetector;
import io.github.stray.detect.Detector;
import io.github.stray.detect.Detectors;
import io.github.stray.extract.FeatureExtractor;
import io.github.stray.metric.OodReport;
import io.github.stray.store.OutputGuard;
import io.github.stray.study.demo.Demo;
import io.github.stray.vision.Extractors;
import io.github.stray.vision.demo.DemoSample;
import io.github.stray.vision.demo.DemoSet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

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
final class DemoCommand extends StrayCommand {
    private static final String EXTRACTOR = "stray-mini";

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

    @Override
    public Integer call() throws IOException {
        Detector method = Detectors.parse(detectorText);
        requireNoImages();
        Files.createDirectories(folder);
        for (String file : List.of(Demo.REPORT, Demo.SCORES, Demo.DETECTOR)) {
            Outputs.require(folder.resolve(file), force);
        }
        var sample = new DemoSample(seed);
        long total = Stream.concat(Stream.of(sample.train(), sample.test()), sample.outOfDistribution().stream())
                .mapToLong(DemoSet::size)
                .sum();
        Demo demo;
        try (FeatureExtractor extractor = Extractors.open(EXTRACTOR, network.provider);
                var progress = new TaskProgress(common, new FailureLog())) {
            progress.begin("drawing and extracting", "images", total);
            demo = Demo.run(sample, extractor, method, common.commandLine(), progress);
        }
        demo.write(folder, common.commandLine());
        if (images) {
            demo.writeImages(folder.resolve("images"));
        }
        print(demo, method);
        return ExitCode.DONE;
    }

    private void requireNoImages() throws IOException {
        Path drawn = folder.resolve("images");
        require(
                !images || !Files.isDirectory(drawn) || OutputGuard.isEmpty(drawn),
                "%s is not empty; take it away, or leave --images out",
                drawn);
    }

    private void print(Demo demo, Detector method) {
        Map<String, OodReport> reports = demo.reports();
        var table = new EvaluationTable(List.copyOf(reports.keySet()), List.copyOf(reports.values()));
        if (common.json) {
            Map<String, Object> document = table.document();
            document.put("realised_tpr", demo.realisedTpr());
            document.put("scores", Demo.SCORES);
            document.put("report", Demo.REPORT);
            document.put("detector", Demo.DETECTOR);
            document.put("folder", folder.toString());
            common.json(document);
            return;
        }
        common.say(
                "ID: drawn road signs, n = %d; %s on %s, fitted %s labels%n",
                table.reports().getFirst().idSize(),
                detectorText,
                EXTRACTOR,
                method.needs().labels() ? "with" : "without");
        common.out().print(table.text());
        common.say("%nrealised TPR %.4f, target %.4g", demo.realisedTpr(), CalibratedDetector.DEFAULT_TPR);
        common.say("report: %s", folder.resolve(Demo.REPORT));
    }
}
