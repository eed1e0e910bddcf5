// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import static io.github.stray.cli.Count.formatted;
import static io.github.stray.cli.UsageException.require;
import static io.github.stray.store.JsonRow.row;

import io.github.stray.detect.CalibratedDetector;
import io.github.stray.detect.Detectors;
import io.github.stray.detect.ImageDetector;
import io.github.stray.extract.DatasetSource;
import io.github.stray.extract.FeatureExtractor;
import io.github.stray.feature.FeatureSet;
import io.github.stray.feature.Labels;
import io.github.stray.report.ScorePicks;
import io.github.stray.store.DetectorFile;
import io.github.stray.store.FeatureFile;
import io.github.stray.store.ScoreFormat;
import io.github.stray.store.ScoreWriter.Columns;
import io.github.stray.threshold.Calibration;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Features or images to scores, verdicts and p-values. */
@Command(
        name = "score",
        description = "Score images or features: one row a sample with score, verdict and p-value.",
        footer = {
            "",
            "Examples:",
            "  stray score -D guard.stray -i incoming --neighbours 3 -o scores.csv",
            "  stray score -D guard.stray -f test.safetensors -o scores.jsonl",
            "  stray score -D guard.stray -i incoming --fdr 0.1 -o scores.csv",
            "  stray score -D guard.stray -i incoming -o scores.csv --report page.html"
        })
final class ScoreCommand extends StrayCommand {
    @Mixin
    private ImageOptions images = new ImageOptions();

    @Mixin
    private ProviderOptions network = new ProviderOptions();

    @Mixin
    private ScorePageOptions page = new ScorePageOptions();

    @Option(names = "-D", required = true, paramLabel = "D.stray", description = "Fitted detector.")
    private Path detectorFile = Path.of("");

    @Option(names = "-f", paramLabel = "F", description = "Features to score (.safetensors or .npy).")
    private @Nullable Path features;

    @Option(names = "-i", paramLabel = "INPUT", description = "Images to score: " + ImageOptions.INPUT_HELP)
    private @Nullable String input;

    @Option(
            names = "-m",
            paramLabel = "MODEL",
            description = "Extractor for -i (default: the one the detector was fitted on, found by its digest).")
    private @Nullable String model;

    @Option(
            names = "-o",
            paramLabel = "FILE",
            description = "Scores to write (.csv or .jsonl; default: CSV on standard output).")
    private @Nullable Path output;

    @Option(
            names = "--neighbours",
            paramLabel = "K",
            defaultValue = "0",
            description = "Name the K nearest ID samples of each, with their cosine similarity.")
    private int neighbours;

    @Option(
            names = "--fdr",
            paramLabel = "Q",
            description =
                    "Judge the samples together: of those called out, a share of at most Q is expected to be ID (Benjamini-Hochberg), rather than by the threshold.")
    private @Nullable Double fdr;

    @Option(
            names = "--csv-safe",
            description =
                    "In CSV, put a ' before ids and names that begin with = + - @, which spreadsheets take for formulas.")
    private boolean csvSafe;

    @Option(names = "--assume-same-space", description = "Score features although they name another feature space.")
    private boolean assumeSameSpace;

    @Option(names = "--force", description = "Replace a file that Stray did not write.")
    private boolean force;

    private final FailureLog failures = new FailureLog();

    @Override
    public Integer call() throws IOException {
        require(fdr == null || (fdr > 0 && fdr < 1), "--fdr must lie strictly between 0 and 1, was %s", fdr);
        require((features == null) != (input == null), "give either -f F (features) or -i INPUT (images)");
        require(
                !csvSafe || (output == null ? !common.json : ScoreFormat.of(output) == ScoreFormat.CSV),
                "--csv-safe is about CSV; leave it out, or write the scores as .csv");
        if (output != null) {
            Outputs.require(output, force, features, detectorFile);
        }
        page.requireValid(force, features, detectorFile);
        if (features != null) {
            images.requireNoChoice();
            require(
                    model == null,
                    "-m %s extracts images, and -f %s holds features already; leave -m out",
                    model,
                    features);
        }
        CalibratedDetector detector = DetectorFile.read(detectorFile);
        requireNeighbours(detector);
        require(
                fdr == null || detector.calibration().isPresent(),
                "--fdr %s judges by p-values, and %s was fitted without calibration, so it has none; calibrate it with 'stray calibrate -D %s -i GOOD -o NEW.stray'",
                fdr,
                detectorFile,
                detectorFile);
        return features != null
                ? scoreFeatures(detector, features)
                : scoreImages(detector, Objects.requireNonNull(input));
    }

    private void requireNeighbours(CalibratedDetector detector) {
        require(neighbours >= 0, "--neighbours must be at least 0, was %d", neighbours);
        require(
                neighbours == 0 || detector.gallery().isPresent(),
                "--neighbours needs the training rows, and %s was fitted with --no-gallery, or without training rows",
                detectorFile);
        int rows = detector.gallery().map(gallery -> gallery.ids().size()).orElse(0);
        require(
                neighbours <= rows,
                "--neighbours %d is more than the %d training rows of %s",
                neighbours,
                rows,
                detectorFile);
    }

    private int scoreFeatures(CalibratedDetector detector, Path file) throws IOException {
        FeatureSet given = FeatureFile.read(file).layers(detector.fitted().layers());
        FeatureSet samples = assumeSameSpace ? given.forgetOrigin() : given;
        List<String> names = samples.labels().map(Labels::classNames).orElse(List.of());
        var columns = new Columns(samples.labels().isPresent(), names, false, neighbours);
        ScorePicks picks = page.picks(detector);
        try (var scores =
                        ScoreOutput.open(output, columns, csvSafe, fdr, common).alsoTo(page.sink(picks));
                var progress = common.progress("scoring", "samples", samples.size())) {
            detector.detect(samples, page.neighbours(detector, neighbours), block -> {
                scores.accept(block);
                progress.advance(block.size());
            });
            scores.finish();
            page.write(detector, picks, samples.dataset(), null, fdr, failures, common);
            report(detector, scores, 0, failures.summary());
        }
        return ExitCode.DONE;
    }

    private int scoreImages(CalibratedDetector detector, String input) throws IOException {
        images.requireValid();
        try (FeatureExtractor extractor = GuardExtractor.open(detectorFile, detector, model, network.provider)) {
            ImageDetector both = assumeSameSpace
                    ? ImageDetector.assumingSameSpace(detector, extractor)
                    : ImageDetector.of(detector, extractor);
            DatasetSource source = images.open(input);
            images.sayBatch(extractor, common);
            var columns = new Columns(!source.classNames().isEmpty(), source.classNames(), false, neighbours);
            ScorePicks picks = page.picks(detector);
            try (var scores = ScoreOutput.open(output, columns, csvSafe, fdr, common)
                            .alsoTo(page.sink(picks));
                    var progress = new TaskProgress(common, failures)) {
                progress.begin("scoring", "images", source.size());
                both.detect(
                        source,
                        page.neighbours(detector, neighbours),
                        images.batch,
                        images.threads(),
                        scores,
                        progress);
                scores.finish();
                page.write(detector, picks, source.name(), input, fdr, failures, common);
                report(detector, scores, source.ignored(), failures.summary(source));
            }
        }
        return failures.exitCode();
    }

    private void report(CalibratedDetector detector, ScoreOutput scores, long ignored, String summary) {
        if (fdr != null) {
            double q = fdr;
            common.notes(detector.calibration().stream()
                    .flatMap(known -> PromiseText.discoveries(scores.rows(), known, q).stream())
                    .toList());
        }
        if (common.json) {
            var document = row(
                    "detector", Detectors.format(detector.fitted().detector()),
                    "n", scores.rows());
            detector.calibration().ifPresent(known -> {
                document.put("in", scores.in());
                document.put("out", scores.out());
                document.putAll(PromiseText.document(known));
            });
            if (fdr != null) {
                document.put("fdr", fdr);
            }
            document.put("ignored", ignored);
            document.put("failed", failures.document());
            scores.print(document, output, common);
            return;
        }
        String text = formatted(
                "%s scored%s%s",
                Count.of(scores.rows(), "sample", "samples"),
                detector.calibration()
                        .map(known -> verdicts(known, scores))
                        .orElse(" (no calibration, so no verdicts)"),
                summary);
        if (output != null) {
            common.say("%s: %s", output, text);
        } else {
            common.remark("stray: %s", text);
        }
    }

    private String verdicts(Calibration known, ScoreOutput scores) {
        String counts = formatted(": %,d in, %,d out", scores.in(), scores.out());
        return fdr == null
                ? counts + PromiseText.cut(known)
                : counts + formatted("; of those out at most %.4g %% are expected to be ID", 100 * fdr);
    }
}
