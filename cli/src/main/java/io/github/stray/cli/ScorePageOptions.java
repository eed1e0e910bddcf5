// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import static io.github.stray.cli.UsageException.require;

import io.github.stray.detect.CalibratedDetector;
import io.github.stray.detect.Detection;
import io.github.stray.detect.DetectionSink;
import io.github.stray.detect.Neighbour;
import io.github.stray.provenance.Provenance;
import io.github.stray.report.DetectorSummary;
import io.github.stray.report.ScorePage;
import io.github.stray.report.ScorePicks;
import io.github.stray.report.ScoreReport;
import io.github.stray.store.AtomicFile;
import io.github.stray.study.pictures.SmallPictures;
import io.github.stray.threshold.Calibration;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The page on scored samples. */
final class ScorePageOptions {
    private static final int EACH = 20;
    private static final int NEIGHBOURS = 3;

    @Option(
            names = "--report",
            paramLabel = "PAGE.html",
            description =
                    "Also write a page: rejected, doubtful and typical images with their neighbours, and the scores.")
    private @Nullable Path page;

    @Option(
            names = "--pictures",
            paramLabel = "FOLDER",
            description =
                    "Where the page finds pictures of training images and of features that are scored (default: where the training images lay; else ids are shown).")
    private @Nullable String pictures;

    void requireValid(boolean force, @Nullable Path... inputs) throws IOException {
        require(pictures == null || page != null, "--pictures are those of --report PAGE.html");
        if (page != null) {
            Outputs.requireSuffix("--report", page, ".html");
            Outputs.require(page, force, inputs);
        }
    }

    /** How many neighbours the page shows, where it asks for more than the scores do. */
    int neighbours(CalibratedDetector detector, int asked) {
        int most = detector.gallery().map(gallery -> gallery.ids().size()).orElse(0);
        return page == null ? asked : Math.max(asked, Math.min(NEIGHBOURS, most));
    }

    ScorePicks picks(CalibratedDetector detector) {
        OptionalDouble cut = detector.calibration().stream()
                .mapToDouble(Calibration::threshold)
                .findFirst();
        return new ScorePicks(cut, EACH);
    }

    /** Where samples go for the page; null if there is to be none. */
    @Nullable
    DetectionSink sink(ScorePicks picks) {
        return page == null ? null : picks;
    }

    /** Writes the page, if there is to be one; {@code images}: where the scored samples lie, null where they are features. */
    void write(
            CalibratedDetector detector,
            ScorePicks picks,
            String set,
            @Nullable String images,
            @Nullable Double fdr,
            FailureLog failures,
            CommonOptions common)
            throws IOException {
        if (page == null) {
            return;
        }
        Provenance made = detector.provenance();
        // Two sets of one name are two sets all the same.
        String training = made.entries().getOrDefault("training", "training images");
        String trainingSet = training.equals(set) ? training + " (training)" : training;
        List<Detection> shown = Stream.of(picks.rejected(), picks.doubtful(), picks.typical())
                .flatMap(List::stream)
                .toList();
        Set<String> ids = new HashSet<>();
        Set<String> neighbours = new HashSet<>();
        for (Detection image : shown) {
            ids.add(image.id());
            image.neighbours().stream().map(Neighbour::id).forEach(neighbours::add);
        }
        List<String> own = images != null ? List.of(images) : pictures == null ? List.of() : List.of(pictures);
        SmallPictures found = SmallPictures.read(
                Map.of(set, ids, trainingSet, neighbours),
                Map.of(set, own, trainingSet, pictures == null ? SmallPictures.training(made) : List.of(pictures)));
        common.notes(found.notes());
        var summary = new DetectorSummary(
                detector.fitted().detector().id(),
                detector.fitted().detector().options(),
                detector.fitted().space().extractor().orElse("unknown"),
                trainingSet,
                detector.calibration(),
                detector.notes());
        var report = new ScoreReport(
                set,
                common.commandLine(),
                Provenance.now(
                        new TreeMap<>(Map.of("detector", made.entries().getOrDefault("detector", summary.id())))),
                summary,
                picks,
                fdr == null ? OptionalDouble.empty() : OptionalDouble.of(fdr),
                failures.samples());
        AtomicFile.write(page, ScorePage.render(report, found));
    }
}
