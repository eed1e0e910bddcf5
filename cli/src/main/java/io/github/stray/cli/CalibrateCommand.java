// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import static io.github.stray.store.JsonRow.row;

import io.github.stray.detect.CalibratedDetector;
import io.github.stray.provenance.Sha256;
import io.github.stray.store.DetectorFile;
import io.github.stray.threshold.Calibration;
import io.github.stray.threshold.Promise;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** A fitted detector to the same one with another threshold. */
@Command(
        name = "calibrate",
        description = {
            "Give a fitted detector another threshold: from the calibration scores in its file, or from new images you expect.",
            "Nothing is fitted again, and scores stay as they are. New images must not be among those it was fitted on, nor among those a head was trained on; the latter are not known any more."
        },
        footer = {
            "",
            "Examples:",
            "  stray calibrate -D guard.stray --tpr 0.99 -o stricter.stray",
            "  stray calibrate -D guard.stray --confidence 0.95 -o surer.stray",
            "  stray calibrate -D guard.stray -i this-season -o guard-2.stray"
        })
final class CalibrateCommand extends StrayCommand {
    private final FailureLog failures = new FailureLog();

    @Mixin
    private GuardSamples samples = new GuardSamples(common, failures);

    @Option(names = "-D", required = true, paramLabel = "D.stray", description = "Fitted detector.")
    private Path detectorFile = Path.of("");

    @Option(
            names = "--tpr",
            paramLabel = "T",
            description = "Share of your own images the threshold keeps (default: as it is, or 0.95).")
    private @Nullable Double tpr;

    @Option(
            names = "--confidence",
            paramLabel = "G",
            description = PromiseText.CONFIDENCE_HELP
                    + " Without it and --tpr the promise stays as it is; without it alone it is one on average.")
    private @Nullable Double confidence;

    @Option(names = "-o", required = true, paramLabel = "NEW", description = "Detector to write (.stray).")
    private Path output = Path.of("");

    @Option(names = "--force", description = "Replace a file that Stray did not write.")
    private boolean force;

    @Override
    public Integer call() throws IOException {
        Promise asked = PromiseText.promise(tpr, confidence);
        Outputs.require(output, force, detectorFile, samples.file());
        Outputs.requireSuffix(output, ".stray");
        CalibratedDetector before = DetectorFile.read(detectorFile);
        Promise promise = before.calibration()
                .map(known -> changed(known.promise(), asked))
                .orElse(asked);
        var provenance = new LinkedHashMap<String, String>();
        CalibratedDetector after;
        if (samples.given()) {
            GuardSamples.Loaded good = samples.good(detectorFile, before);
            after = before.calibrate(good.features(), promise);
            provenance.putAll(good.provenance("good"));
        } else {
            after = before.calibrate(promise);
        }
        provenance.put("command", common.commandLine());
        CalibratedDetector documented = after.and(provenance).after(before, Sha256.of(detectorFile));
        DetectorFile.write(output, documented);
        report(documented, before.calibration());
        return failures.exitCode();
    }

    /** What was not asked for stays as it was. */
    private Promise changed(Promise before, Promise asked) {
        OptionalDouble sure = tpr == null && confidence == null ? before.confidence() : asked.confidence();
        return new Promise(tpr == null ? before.tpr() : asked.tpr(), sure);
    }

    private void report(CalibratedDetector detector, Optional<Calibration> before) {
        List<String> notes = detector.notes();
        common.notes(notes);
        Calibration known = detector.calibration().orElseThrow();
        if (!common.json) {
            common.say(
                    "%s: %s%s%s%s",
                    output,
                    detector.fitted().detector().id(),
                    PromiseText.cut(known),
                    before.map(old -> Count.formatted(" (the threshold was %.6g)", old.threshold()))
                            .orElse(""),
                    failures.summary());
            return;
        }
        var document = row(
                "detector", output.toString(),
                "id", detector.fitted().detector().id(),
                "options", detector.fitted().detector().options(),
                "n_calibration", known.size());
        document.putAll(PromiseText.document(known));
        before.ifPresent(old -> document.put("threshold_before", Console.finiteOrText(old.threshold())));
        document.put("notes", notes);
        document.put("failed", failures.document());
        common.json(document);
    }
}
