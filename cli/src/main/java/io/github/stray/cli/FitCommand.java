// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import static io.github.stray.cli.UsageException.require;
import static io.github.stray.store.JsonRow.row;

import io.github.stray.cli.TrainingInput.Loaded;
import io.github.stray.detect.CalibratedDetector;
import io.github.stray.detect.Detector;
import io.github.stray.detect.Detectors;
import io.github.stray.detect.Training;
import io.github.stray.feature.FeatureSet;
import io.github.stray.feature.Layer;
import io.github.stray.store.DetectorFile;
import io.github.stray.threshold.Calibration;
import io.github.stray.threshold.Promise;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Features or images to a fitted, calibrated detector. */
@Command(
        name = "fit",
        description = "Fit a detector and its threshold to images you expect.",
        footer = {
            "",
            "Examples:",
            "  stray fit -d knn -m stray-mini -i photos -o guard.stray",
            "  stray fit -d mahalanobis:variant=plp -f train.safetensors -o guard.stray",
            "  stray fit -d knn:k=5 -f train.npy --calibration held-out.npy -o guard.stray",
            "  stray fit -d knn -m stray-mini -i photos --confidence 0.95 -o guard.stray",
            "  stray fit -d energy -f train.safetensors --head head.safetensors",
            "            --calibration split -o guard.stray",
            "  stray fit -d mcm -m stray-mini --classes names.txt -o guard.stray",
            "  stray fit -d plp -m stray-mini -i photos --classes names.txt -o guard.stray",
            "  stray fit -d mcm -f train.safetensors --class-embeddings names.safetensors",
            "            -o guard.stray"
        })
final class FitCommand extends StrayCommand {
    private final FailureLog failures = new FailureLog();

    @Mixin
    private TrainingInput samples = new TrainingInput(common, failures);

    @Mixin
    private SideInputs sides = new SideInputs();

    @Option(
            names = "-d",
            required = true,
            paramLabel = "DETECTOR",
            description = "Detector with options, for example knn:k=5,aggregate=kth. They are listed below.")
    private String detectorText = "";

    @Option(
            names = "--calibration",
            paramLabel = "C",
            description = {
                "Where the threshold comes from: split[:0.2] holds that share of the training samples out of fitting, stratified, chosen by a hash of the sample id (default: split:0.2, or all training samples where nothing is fitted, or none without training samples); none; a features file; or images (with -m)."
            })
    private @Nullable String calibration;

    @Option(
            names = "--tpr",
            paramLabel = "T",
            description = "Share of your own images the threshold keeps (default: 0.95).")
    private @Nullable Double givenTpr;

    @Option(names = "--confidence", paramLabel = "G", description = PromiseText.CONFIDENCE_HELP)
    private @Nullable Double confidence;

    @Option(
            names = "--no-gallery",
            description =
                    "Leave training and held-out rows out of the file where the detector itself does not need them: smaller, but no neighbours, and no 'stray update'.")
    private boolean noGallery;

    @Option(
            names = "--assume-same-space",
            description =
                    "Use head, class embeddings, negatives and calibration features although they name another feature space than the training samples.")
    private boolean assumeSameSpace;

    @Option(names = "-o", required = true, paramLabel = "FILE", description = "Detector to write (.stray).")
    private Path output = Path.of("");

    @Option(names = "--force", description = "Replace a file that Stray did not write.")
    private boolean force;

    @Override
    public Integer call() throws IOException {
        Detector detector = Detectors.parse(detectorText);
        Promise promise = PromiseText.promise(givenTpr, confidence);
        HeldOut held = HeldOut.calibration(calibration);
        require(
                (givenTpr == null && confidence == null) || !(held instanceof HeldOut.None),
                "%s sets the threshold, and --calibration none sets none; leave one of them out",
                givenTpr == null ? "--confidence " + confidence : "--tpr " + givenTpr);
        Outputs.require(output, force, samples.files());
        Outputs.require(output, force, held.file());
        Outputs.require(output, force, sides.files());
        Outputs.requireSuffix(output, ".stray");
        Training read = sides.read(detector, samples.model(), samples.provider(), new TextInput(common));
        Training given = assumeSameSpace ? read.forgetOrigin() : read;
        boolean headed = given.head().isPresent();
        Optional<Loaded> loaded =
                samples.read(detector, detector.needs().trainingSampleLayers(headed), held, sides.encodes());
        Training training = loaded.map(rows -> given.with(rows.features())).orElse(given);
        if (detector.needs().labels()) {
            training.samples()
                    .ifPresent(rows -> require(
                            rows.labels().isPresent(),
                            "%s needs labels, and %s has none: give --labels FILE.npy, a features file with labels, or images in one folder a class",
                            detector.id(),
                            rows.dataset()));
        }
        CalibratedDetector fitted = fit(detector, training, held, promise);
        var provenance =
                new LinkedHashMap<String, String>(loaded.map(Loaded::provenance).orElse(Map.of()));
        provenance.putAll(sides.provenance());
        provenance.put("command", common.commandLine());
        CalibratedDetector documented = (noGallery ? fitted.withoutGallery() : fitted).and(provenance);
        DetectorFile.write(output, documented);
        var notes = new ArrayList<>(loaded.map(Loaded::notes).orElse(List.of()));
        notes.addAll(documented.notes());
        report(documented, fittedRows(documented, training, held), notes);
        return failures.exitCode();
    }

    private CalibratedDetector fit(Detector detector, Training training, HeldOut held, Promise promise)
            throws IOException {
        List<Layer> layers = detector.needs().sampleLayers(training.head().isPresent());
        return switch (held) {
            case HeldOut.None() -> CalibratedDetector.fitUncalibrated(detector, training);
            case HeldOut.Usual() ->
                training.samples().isEmpty()
                        ? CalibratedDetector.fitUncalibrated(detector, training)
                        : CalibratedDetector.fit(detector, training, promise);
            case HeldOut.Split split -> CalibratedDetector.fit(detector, training, split.share(), promise);
            case HeldOut.Features other ->
                fit(detector, training, TrainingInput.fromFile(other.file(), layers), promise);
            case HeldOut.Images other ->
                fit(detector, training, samples.fromImages("--calibration", other.input(), layers), promise);
        };
    }

    private CalibratedDetector fit(Detector detector, Training training, Loaded held, Promise promise) {
        FeatureSet rows = assumeSameSpace ? held.features().forgetOrigin() : held.features();
        return CalibratedDetector.fit(detector, training, rows, promise);
    }

    private static int fittedRows(CalibratedDetector detector, Training training, HeldOut held) {
        int rows = training.samples().map(FeatureSet::size).orElse(0);
        boolean fits = detector.fitted().detector().needs().fitted();
        boolean shared = held instanceof HeldOut.Split || (held instanceof HeldOut.Usual && fits);
        return shared ? rows - detector.calibration().map(Calibration::size).orElse(0) : rows;
    }

    private void report(CalibratedDetector detector, int fittedRows, List<String> notes) {
        common.notes(notes);
        if (detector.calibration().isEmpty()) {
            common.notes(List.of("no calibration, so verdict and p-value will stay empty"));
        }
        Detector method = detector.fitted().detector();
        boolean fits = method.needs().fitted();
        if (!common.json) {
            common.say(
                    "%s: %s %s %s%s%s",
                    output,
                    detectorText,
                    fits ? "fitted on %s of".formatted(Count.of(fittedRows, "row", "rows")) : "(nothing to fit) on",
                    detector.fitted().space(),
                    detector.calibration().map(PromiseText::cut).orElse("; not calibrated"),
                    failures.summary());
            return;
        }
        var document = row(
                "detector", output.toString(),
                "id", method.id(),
                "options", method.options(),
                "space", detector.fitted().space().toString(),
                "n_training", fits ? fittedRows : 0,
                "n_calibration", detector.calibration().map(Calibration::size).orElse(0));
        detector.calibration().ifPresent(known -> document.putAll(PromiseText.document(known)));
        document.put("notes", notes);
        document.put("failed", failures.document());
        common.json(document);
    }
}
