// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import static io.github.stray.cli.UsageException.require;
import static io.github.stray.store.JsonRow.row;
import static io.github.stray.store.JsonRow.rows;

import io.github.stray.detect.CalibratedDetector;
import io.github.stray.detect.Detection;
import io.github.stray.detect.Gallery;
import io.github.stray.detect.GalleryUpdate;
import io.github.stray.detect.VerdictChange;
import io.github.stray.feature.FeatureSet;
import io.github.stray.provenance.Sha256;
import io.github.stray.store.DetectorFile;
import io.github.stray.threshold.Calibration;
import io.github.stray.threshold.Verdict;
import io.github.stray.vision.dataset.SampleIds;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A fitted detector to one with more or fewer training samples. */
@Command(
        name = "update",
        description = {
            "Give a fitted detector more or fewer training samples without beginning again.",
            "The result equals 'stray fit' on the same training and held-out samples. The samples held out by the fit are scored again for the threshold; files that do not hold them need -i or -f, or lose it. Detectors that are fitted to labels or class names are refused."
        },
        footer = {
            "",
            "Examples:",
            "  stray update -D guard.stray --add new-photos -o guard-2.stray",
            "  stray update -D guard.stray --remove wrong.txt --preview incoming",
            "  stray update -D guard.stray --add more.npy --remove wrong.txt -o guard-2.stray"
        })
final class UpdateCommand extends StrayCommand {
    private final FailureLog failures = new FailureLog();

    @Mixin
    private GuardSamples samples = new GuardSamples(common, failures);

    @Option(names = "-D", required = true, paramLabel = "D.stray", description = "Fitted detector.")
    private Path detectorFile = Path.of("");

    @Option(
            names = "--add",
            paramLabel = "INPUT|F",
            description =
                    "Images you expect, as -i takes them, or a features file. None may be in the gallery or held out. Rows of files without ids are numbered on.")
    private @Nullable String add;

    @Option(
            names = "--remove",
            paramLabel = "IDS",
            description = "A file with ids of samples to take out, one a line (an id-list file will do).")
    private @Nullable Path remove;

    @Option(
            names = "--preview",
            paramLabel = "INPUT|F",
            description = "Images or features of which to say whose verdict changes; -o may then be left out.")
    private @Nullable String preview;

    @Option(names = "-o", paramLabel = "NEW", description = "Detector to write (.stray).")
    private @Nullable Path output;

    @Option(names = "--force", description = "Replace a file that Stray did not write.")
    private boolean force;

    @Override
    public Integer call() throws IOException {
        require(add != null || remove != null, "give --add INPUT, --remove IDS or both");
        require(output != null || preview != null, "give -o NEW.stray to write the detector, or --preview INPUT");
        if (output != null) {
            Outputs.require(output, force, detectorFile, samples.file(), remove);
            Outputs.requireSuffix(output, ".stray");
        }
        CalibratedDetector before = DetectorFile.read(detectorFile);
        Optional<String> obstacle = GalleryUpdate.obstacle(before.fitted());
        require(
                obstacle.isEmpty(),
                "%s: %s cannot be given more or fewer samples, since it %s; fit it anew with 'stray fit'",
                detectorFile,
                before.fitted().detector().id(),
                obstacle.orElse(""));
        var provenance = new LinkedHashMap<String, String>();
        Set<String> removed = remove == null ? Set.of() : SampleIds.read(remove);
        if (remove != null) {
            provenance.put("removed", remove.toString());
            provenance.put("removed_sha256", Sha256.of(remove));
        }
        Optional<FeatureSet> added = added(before, provenance);
        CalibratedDetector after = updated(new GalleryUpdate(added, removed), before, provenance);
        provenance.put("command", common.commandLine());
        CalibratedDetector documented = after.and(provenance).after(before, Sha256.of(detectorFile));
        Optional<FeatureSet> shown = preview == null
                ? Optional.empty()
                : Optional.of(samples.read(preview, detectorFile, before, false).features());
        if (output != null) {
            DetectorFile.write(output, documented);
        }
        report(before, documented, shown);
        return failures.exitCode();
    }

    private Optional<FeatureSet> added(CalibratedDetector before, Map<String, String> provenance) throws IOException {
        if (add == null) {
            return Optional.empty();
        }
        GuardSamples.Loaded loaded = samples.read(add, detectorFile, before, true);
        provenance.putAll(loaded.provenance("added"));
        return Optional.of(loaded.features());
    }

    private CalibratedDetector updated(GalleryUpdate update, CalibratedDetector before, Map<String, String> provenance)
            throws IOException {
        if (!samples.given()) {
            return update.of(before);
        }
        GuardSamples.Loaded good = samples.good(detectorFile, before);
        provenance.putAll(good.provenance("good"));
        return update.of(
                before,
                good.features(),
                before.calibration().map(Calibration::promise).orElse(CalibratedDetector.DEFAULT_PROMISE));
    }

    private void report(CalibratedDetector before, CalibratedDetector after, Optional<FeatureSet> shown) {
        var notes = new ArrayList<>(after.notes());
        if (before.calibration().isPresent() && after.calibration().isEmpty()) {
            notes.add(
                    "%s does not hold the samples its threshold came from, so the threshold is lost: give samples to calibrate on (-i or -f), or calibrate the new detector with 'stray calibrate'"
                            .formatted(detectorFile));
        }
        common.notes(notes);
        List<VerdictChange> changes =
                shown.map(rows -> VerdictChange.between(before, after, rows)).orElse(List.of());
        int rows = after.gallery().map(Gallery::ids).map(List::size).orElse(0);
        if (common.json) {
            document(before, after, shown, changes, notes);
            return;
        }
        for (VerdictChange change : changes) {
            common.say(
                    "%s: %s -> %s (score %.6g -> %.6g)",
                    VisibleText.of(change.before().id()),
                    word(change.before()),
                    word(change.after()),
                    change.before().score(),
                    change.after().score());
        }
        shown.ifPresent(all -> common.say(
                "%s of %s changed",
                Count.of(changes.size(), "verdict", "verdicts"), Count.of(all.size(), "sample", "samples")));
        common.say(
                "%s: %s on %s (%d before)%s%s",
                output == null ? "not written" : output.toString(),
                after.fitted().detector().id(),
                Count.of(rows, "row", "rows"),
                before.gallery().map(Gallery::ids).map(List::size).orElse(0),
                after.calibration().map(PromiseText::cut).orElse("; not calibrated"),
                failures.summary());
    }

    private void document(
            CalibratedDetector before,
            CalibratedDetector after,
            Optional<FeatureSet> shown,
            List<VerdictChange> changes,
            List<String> notes) {
        var document = row(
                "id", after.fitted().detector().id(),
                "options", after.fitted().detector().options(),
                "n_training", after.gallery().map(Gallery::ids).map(List::size).orElse(0),
                "n_training_before",
                        before.gallery().map(Gallery::ids).map(List::size).orElse(0),
                "n_calibration", after.calibration().map(Calibration::size).orElse(0));
        if (output != null) {
            document.put("detector", output.toString());
        }
        after.calibration().ifPresent(known -> document.putAll(PromiseText.document(known)));
        before.calibration().ifPresent(old -> document.put("threshold_before", Console.finiteOrText(old.threshold())));
        shown.ifPresent(all -> document.put(
                "preview",
                row(
                        "n", all.size(),
                        "changed", rows(changes, UpdateCommand::change))));
        document.put("notes", notes);
        document.put("failed", failures.document());
        common.json(document);
    }

    private static Map<String, Object> change(VerdictChange change) {
        return row(
                "id", change.before().id(),
                "before", word(change.before()),
                "after", word(change.after()),
                "score_before", Console.finiteOrText(change.before().score()),
                "score_after", Console.finiteOrText(change.after().score()));
    }

    private static String word(Detection detection) {
        return detection.verdict().map(Verdict::word).orElse("none");
    }
}
