// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import io.github.stray.detect.CalibratedDetector;
import io.github.stray.detect.Detector;
import io.github.stray.detect.DetectorDescription;
import io.github.stray.detect.DetectorOption;
import io.github.stray.detect.Detectors;
import io.github.stray.detect.Needs;
import io.github.stray.detect.Training;
import io.github.stray.feature.FeatureSet;
import io.github.stray.probe.LinearHead;
import io.github.stray.probe.SeenSamples;
import io.github.stray.provenance.Sha256;
import io.github.stray.store.ClassEmbeddingsFile;
import io.github.stray.store.DetectorFile;
import io.github.stray.store.HeadFile;
import io.github.stray.store.LabelFile;
import io.github.stray.text.Templates;
import io.github.stray.text.TextEncoder;
import io.github.stray.threshold.Calibration;
import io.github.stray.vision.model.ModelStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

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
            "  stray fit -d energy -f train.safetensors --head head.safetensors",
            "            --calibration split -o guard.stray",
            "  stray fit -d mcm -m stray-mini --classes names.txt -o guard.stray",
            "  stray fit -d plp -m stray-mini -i photos --classes names.txt -o guard.stray",
            "  stray fit -d mcm -f train.safetensors --class-embeddings names.safetensors",
            "            -o guard.stray"
        })
final class FitCommand implements Callable<Integer> {
    private static final String CALIBRATION = "--calibration";
    private static final int HELP_WIDTH = 80;

    @Mixin
    private CommonOptions common = new CommonOptions();

    @Mixin
    private ImageOptions images = new ImageOptions();

    @Mixin
    private ProviderOptions network = new ProviderOptions();

    @Option(
            names = "-d",
            required = true,
            paramLabel = "DETECTOR",
            description = "Detector with options, for example knn:k=5,aggregate=kth. They are listed below.")
    private String detectorText = "";

    @Option(names = "-f", paramLabel = "TRAIN", description = "Training features (.safetensors or .npy).")
    private @Nullable Path features;

    @Option(
            names = "-m",
            paramLabel = "MODEL",
            description = "Extractor for images and class names: a name of 'stray models' or a folder.")
    private @Nullable String model;

    @Option(names = "-i", paramLabel = "INPUT", description = "Training images: " + ImageOptions.INPUT_HELP)
    private @Nullable String input;

    @Option(
            names = "--labels",
            paramLabel = "L",
            description = "Labels of the training features (.npy, one integer a row).")
    private @Nullable Path labels;

    @Option(
            names = "--head",
            paramLabel = "HEAD",
            description =
                    "Linear head on the features (.safetensors, as 'stray probe' writes it), for detectors that take one.")
    private @Nullable Path headFile;

    @Option(
            names = "--class-embeddings",
            paramLabel = "T",
            description =
                    "Text embeddings of the class names or of captions (.safetensors, as 'stray text' writes it: embeddings [C, e], metadata stray.classes), for detectors that read language.")
    private @Nullable Path classFile;

    @Option(
            names = "--classes",
            paramLabel = "FILE",
            description = "Class names, one a line, instead of their embeddings: the text encoder of -m makes them.")
    private @Nullable Path classNames;

    @Option(
            names = "--templates",
            paramLabel = "T",
            description = TextInput.TEMPLATES_HELP + " (default: paper; for the detector neglabel: neglabel).")
    private @Nullable String templates;

    @Option(
            names = "--negatives",
            paramLabel = "FILE",
            description =
                    "Words that name no class of yours, for neglabel: a text with one word a line, after a tab noun (the default) or adjective, for the text encoder of -m; or their embeddings (.safetensors: embeddings [N, e], and parts [N] where nouns and adjectives are ranked apart).")
    private @Nullable Path negativeFile;

    @Option(
            names = "--allow-seen",
            description =
                    "Calibrate on samples although the head was trained on them. The threshold then rejects too much.")
    private boolean allowSeen;

    @Option(
            names = CALIBRATION,
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

    @Option(
            names = "--no-gallery",
            description =
                    "Leave the training rows out of the file where the detector itself does not need them: smaller, but no neighbours.")
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

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private final Console console;
    private final FailureLog failures = new FailureLog();

    FitCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        Detector detector = Detectors.parse(detectorText);
        requireTpr();
        requireCalibration();
        Outputs.require(
                output, force, features, labels, calibrationFile(), headFile, classFile, classNames, negativeFile);
        if (!output.toString().endsWith(".stray")) {
            throw new UsageException("-o must name a .stray file, was " + output);
        }
        Training given = sideInputs(detector);
        Optional<FeatureInput.Loaded> training = training(detector, given);
        Training complete =
                training.map(loaded -> given.with(loaded.features())).orElse(given);
        if (detector.needs().labels()
                && complete.samples().filter(rows -> rows.labels().isEmpty()).isPresent()) {
            throw new UsageException(
                    "%s needs labels, and %s has none: give --labels FILE.npy, a features file with labels, or images in one folder a class"
                            .formatted(detector.id(), complete.samples().get().dataset()));
        }
        CalibratedDetector fitted = fit(detector, complete);
        var provenance = new LinkedHashMap<String, String>(
                training.map(FeatureInput.Loaded::provenance).orElse(Map.of()));
        digest(provenance, "head", headFile);
        digest(provenance, "class_embeddings", classFile);
        digest(provenance, "classes", classNames);
        digest(provenance, "negatives", negativeFile);
        provenance.put("command", CommandLineText.of(spec));
        CalibratedDetector documented = new CalibratedDetector(
                fitted.fitted(),
                fitted.calibration(),
                noGallery ? Optional.empty() : fitted.gallery(),
                fitted.provenance().and(provenance));
        DetectorFile.write(output, documented);
        var notes = new ArrayList<>(training.map(FeatureInput.Loaded::notes).orElse(List.of()));
        notes.addAll(documented.notes());
        report(documented, complete.samples().map(FeatureSet::size).orElse(0), notes);
        return failures.exitCode();
    }

    private static void digest(Map<String, String> provenance, String name, @Nullable Path file) throws IOException {
        if (file != null) {
            provenance.put(name, file.toString());
            provenance.put(name + "_sha256", Sha256.of(file));
        }
    }

    /** Head, class embeddings and negative words: all that the detector needs, and nothing that it would not look at. */
    private Training sideInputs(Detector detector) throws IOException {
        Needs needs = detector.needs();
        requireUse(detector, "--head", headFile, needs.takesHead());
        requireUse(detector, "--class-embeddings", classFile, needs.classes());
        requireUse(detector, "--classes", classNames, needs.classes());
        requireUse(detector, "--negatives", negativeFile, needs.negatives());
        requireText();
        if (allowSeen && headFile == null) {
            throw new UsageException("--allow-seen speaks of the samples a head was trained on; it goes with --head");
        }
        Training given = Training.NOTHING;
        if (headFile != null) {
            LinearHead head = HeadFile.read(headFile);
            given = given.with(allowSeen ? head.withSeen(SeenSamples.UNKNOWN) : head);
        }
        if (classFile != null) {
            given = given.with(ClassEmbeddingsFile.read(classFile));
        }
        if (negativeFile != null && !isWordList(negativeFile)) {
            given = given.with(ClassEmbeddingsFile.readNegatives(negativeFile));
        }
        if (classNames != null || isWordList(negativeFile)) {
            given = encoded(detector, given);
        }
        needs.requireGiven(given, detector.id());
        return assumeSameSpace ? given.forgetOrigin() : given;
    }

    /** Class names and words, told apart from their embeddings before any text is encoded. */
    private void requireText() {
        if (classFile != null && classNames != null) {
            throw new UsageException("give either --classes FILE (names) or --class-embeddings T (their embeddings)");
        }
        if (templates != null && classNames == null) {
            throw new UsageException("--templates speak of class names; they go with --classes FILE");
        }
        if (model == null && classNames != null) {
            throw new UsageException(
                    "--classes %s are names: name the extractor whose text encoder embeds them with -m (see: stray models)"
                            .formatted(classNames));
        }
        if (model == null && isWordList(negativeFile)) {
            throw new UsageException(
                    "--negatives %s is no .safetensors file, so a list of words: name the extractor whose text encoder embeds them with -m (see: stray models)"
                            .formatted(negativeFile));
        }
    }

    private static boolean isWordList(@Nullable Path file) {
        return file != null && !file.toString().toLowerCase(Locale.ROOT).endsWith(".safetensors");
    }

    private Training encoded(Detector detector, Training given) throws IOException {
        Templates byDefault = detector.needs().negatives() ? Templates.NEGLABEL : Templates.PAPER;
        Templates sentences = templates == null ? byDefault : Templates.of(templates);
        var text = new TextInput(console, common.quiet);
        Training complete = given;
        try (TextEncoder encoder =
                TextEncoder.open(ModelStore.ofEnvironment().find(Objects.requireNonNull(model)), network.provider)) {
            if (classNames != null) {
                complete = complete.with(text.classes(encoder, classNames, sentences));
            }
            if (negativeFile != null && isWordList(negativeFile)) {
                complete = complete.with(text.negatives(encoder, negativeFile));
            }
        }
        return complete;
    }

    private static void requireUse(Detector detector, String option, @Nullable Path file, boolean used) {
        if (file != null && !used) {
            throw new UsageException("%s makes no use of %s %s; leave it out. It needs %s"
                    .formatted(detector.id(), option, file, detector.needs().phrase()));
        }
    }

    private Optional<FeatureInput.Loaded> training(Detector detector, Training given) throws IOException {
        if (features != null && input != null) {
            throw new UsageException("give either -f TRAIN (features) or -m MODEL -i INPUT (images), not both");
        }
        List<String> layers = detector.needs().trainingSampleLayers(given.head().isPresent());
        FeatureInput.Loaded loaded;
        if (features != null) {
            if (calibratesOnImages()) {
                images.requireValid();
            } else {
                images.requireNoChoice();
            }
            requireUseOfModel();
            loaded = FeatureInput.fromFile(features, layers);
        } else if (input != null) {
            loaded = fromImages(input, layers, "-i");
        } else if (detector.needs().fitted()) {
            throw new UsageException(
                    "%s is fitted to training samples: give either -f TRAIN (features) or -m MODEL -i INPUT (images)"
                            .formatted(detector.id()));
        } else {
            if (calibration != null && calibratesOnShare()) {
                throw new UsageException(
                        "without training samples there is nothing to calibrate on: give them with -f TRAIN or -m MODEL -i INPUT, or --calibration with other ID samples, or --calibration none");
            }
            if (labels != null) {
                throw new UsageException("--labels are those of training samples, and none are given (-f TRAIN)");
            }
            return Optional.empty();
        }
        if (labels == null) {
            return Optional.of(loaded);
        }
        FeatureSet rows = loaded.features();
        List<String> names = rows.labels().map(known -> known.classNames()).orElse(List.of());
        return Optional.of(loaded.with(rows.withLabels(LabelFile.read(labels, rows.size(), names))));
    }

    private FeatureInput.Loaded fromImages(String images, List<String> layers, String option) throws IOException {
        if (model == null) {
            throw new UsageException(
                    "%s %s are images: name the extractor with -m (see: stray models)".formatted(option, images));
        }
        return new FeatureInput(console, common, this.images, network, failures).fromImages(model, images, layers);
    }

    private CalibratedDetector fit(Detector detector, Training training) throws IOException {
        if (calibratesNot() || (calibration == null && training.samples().isEmpty())) {
            return CalibratedDetector.fitUncalibrated(detector, training);
        }
        if (calibration == null) {
            return CalibratedDetector.fit(detector, training, tpr());
        }
        if (calibratesOnShare()) {
            return CalibratedDetector.fit(detector, training, HeldOutShare.of(CALIBRATION, calibration), tpr());
        }
        List<String> layers = detector.needs().sampleLayers(training.head().isPresent());
        FeatureSet held = FeatureInput.isFeatureFile(calibration)
                ? FeatureInput.fromFile(Path.of(calibration), layers).features()
                : fromImages(calibration, layers, "--calibration").features();
        if (assumeSameSpace) {
            held = held.forgetOrigin();
        }
        return CalibratedDetector.fit(detector, training, held, tpr());
    }

    private double tpr() {
        return givenTpr == null ? CalibratedDetector.DEFAULT_TPR : givenTpr;
    }

    private void requireTpr() {
        if (givenTpr != null && !(givenTpr > 0 && givenTpr < 1)) {
            throw new UsageException("--tpr must lie strictly between 0 and 1, was " + givenTpr);
        }
        if (givenTpr != null && calibratesNot()) {
            throw new UsageException(
                    "--tpr %s sets the threshold, and --calibration none sets none; leave one of them out"
                            .formatted(givenTpr));
        }
    }

    /** With features to train on, an extractor serves calibration images alone. */
    private void requireUseOfModel() {
        boolean encodes = classNames != null || isWordList(negativeFile);
        if (model != null && !encodes && !calibratesOnImages()) {
            throw new UsageException(
                    "-m %s extracts images, and -f %s holds features already; leave -m out".formatted(model, features));
        }
    }

    private boolean calibratesNot() {
        return "none".equals(calibration);
    }

    private boolean calibratesOnShare() {
        return calibration == null || HeldOutShare.isWrittenIn(calibration);
    }

    private boolean calibratesOnImages() {
        return calibration != null
                && !calibratesNot()
                && !calibratesOnShare()
                && !FeatureInput.isFeatureFile(calibration);
    }

    private @Nullable Path calibrationFile() {
        return calibration != null && FeatureInput.isFeatureFile(calibration) ? Path.of(calibration) : null;
    }

    /** Finds a slip of the pen before the training images are extracted. */
    private void requireCalibration() {
        if (calibration != null
                && calibratesOnImages()
                && !calibration.contains(":")
                && !Files.exists(Path.of(calibration))) {
            throw new UsageException(
                    "--calibration '%s' is neither split[:SHARE], none, nor a file or folder that exists"
                            .formatted(calibration));
        }
        if (calibration != null && calibratesOnShare()) {
            HeldOutShare.of(CALIBRATION, calibration);
        }
        Path file = calibrationFile();
        if (file != null && !Files.isRegularFile(file)) {
            throw new UsageException("--calibration %s: no such file".formatted(file));
        }
    }

    private void report(CalibratedDetector detector, int rows, List<String> notes) {
        if (!common.quiet) {
            notes.forEach(note -> console.err().println("stray: note: " + note));
            if (detector.calibration().isEmpty()) {
                console.err().println("stray: note: no calibration, so verdict and p-value will stay empty");
            }
        }
        int held = detector.calibration().map(known -> known.size()).orElse(0);
        boolean heldOut = calibratesOnShare()
                && (calibration != null || detector.fitted().detector().needs().fitted());
        int fittedRows = heldOut ? rows - held : rows;
        if (common.json) {
            var document = new LinkedHashMap<String, Object>();
            document.put("detector", output.toString());
            document.put("id", detector.fitted().detector().id());
            document.put("options", detector.fitted().detector().options());
            document.put("space", detector.fitted().space().toString());
            document.put("n_training", detector.fitted().detector().needs().fitted() ? fittedRows : 0);
            document.put("n_calibration", held);
            detector.calibration().ifPresent(known -> {
                document.put("tpr", known.tpr());
                document.put(
                        "threshold",
                        Double.isInfinite(known.threshold()) ? Double.toString(known.threshold()) : known.threshold());
            });
            document.put("notes", notes);
            document.put("failed", failures.document());
            console.json(document);
            return;
        }
        console.out()
                .printf(
                        Locale.ROOT,
                        "%s: %s %s %s%s%s%n",
                        output,
                        detectorText,
                        detector.fitted().detector().needs().fitted()
                                ? "fitted on %s of".formatted(Count.of(fittedRows, "row", "rows"))
                                : "(nothing to fit) on",
                        detector.fitted().space(),
                        detector.calibration().map(FitCommand::cut).orElse("; not calibrated"),
                        failures.summary(0));
    }

    private static String cut(Calibration calibration) {
        int needed = Calibration.smallestSize(calibration.tpr());
        return calibration.size() < needed
                ? String.format(
                        Locale.ROOT,
                        "; no threshold (too few calibration samples: %,d, at least %,d are needed)",
                        calibration.size(),
                        needed)
                : String.format(
                        Locale.ROOT,
                        "; threshold %.6g keeps %.4g %% of ID, from %s",
                        calibration.threshold(),
                        100 * calibration.tpr(),
                        Count.of(calibration.size(), "calibration sample", "calibration samples"));
    }

    /** Adds the detectors and their options, as they describe themselves, before the footer of the help. */
    static void addDetectorHelp(CommandLine fit) {
        fit.getHelpSectionMap().put("detectors", help -> detectorHelp());
        var keys = new ArrayList<>(fit.getHelpSectionKeys());
        keys.add(keys.indexOf(UsageMessageSpec.SECTION_KEY_FOOTER), "detectors");
        fit.setHelpSectionKeys(keys);
    }

    private static String detectorHelp() {
        var lines = new ArrayList<String>();
        lines.add("");
        lines.add("Detectors:");
        for (String id : Detectors.ids()) {
            DetectorDescription description = Detectors.describe(id);
            wrap(
                    lines,
                    "  ",
                    "%s: %s. Needs %s."
                            .formatted(
                                    id,
                                    description.summary(),
                                    description.needs().phrase()));
            for (DetectorOption option : description.options()) {
                wrap(
                        lines,
                        "      ",
                        "%s=%s (default: %s): %s."
                                .formatted(option.name(), option.values(), option.defaultValue(), option.meaning()));
            }
        }
        return String.join(System.lineSeparator(), lines) + System.lineSeparator();
    }

    private static void wrap(List<String> lines, String indent, String text) {
        var line = new StringBuilder(indent);
        for (String word : text.split(" ", -1)) {
            if (line.length() + 1 + word.length() > HELP_WIDTH) {
                lines.add(line.toString());
                line = new StringBuilder(indent).append("    ");
            } else if (line.length() > indent.length()) {
                line.append(' ');
            }
            line.append(word);
        }
        lines.add(line.toString());
    }
}
