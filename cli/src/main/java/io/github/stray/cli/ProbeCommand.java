// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import io.github.stray.detect.CalibrationSplit;
import io.github.stray.feature.FeatureLayer;
import io.github.stray.feature.FeatureSet;
import io.github.stray.feature.Labels;
import io.github.stray.language.ClassEmbeddings;
import io.github.stray.probe.HeadQuality;
import io.github.stray.probe.LinearProbe;
import io.github.stray.probe.LinearProbe.Solver;
import io.github.stray.probe.PseudoLabels;
import io.github.stray.probe.TrainedProbe;
import io.github.stray.provenance.Provenance;
import io.github.stray.provenance.Sha256;
import io.github.stray.store.ClassEmbeddingsFile;
import io.github.stray.store.FeatureFile;
import io.github.stray.store.HeadFile;
import io.github.stray.store.LabelFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Labelled or pseudo-labelled features to a linear head. */
@Command(
        name = "probe",
        description = "Train a linear head on features, for detectors that read logits.",
        footer = {
            "",
            "The head learns from the rows that 'stray fit --calibration split' would fit on,",
            "and so can be calibrated on the others.",
            "",
            "Examples:",
            "  stray probe -f train.safetensors -o head.safetensors",
            "  stray probe -f train.npy --labels labels.npy --solver lbfgs -o h.safetensors",
            "  stray probe -f train.safetensors --pseudo-labels text.safetensors \\",
            "      -o plp.safetensors",
            "  stray fit -d energy -f train.safetensors --head head.safetensors \\",
            "      --calibration split -o guard.stray"
        })
final class ProbeCommand implements Callable<Integer> {
    private static final String EMBEDDINGS = "embeddings";
    private static final int NAMED = 5;

    @Mixin
    private CommonOptions common = new CommonOptions();

    @Option(
            names = "-f",
            required = true,
            paramLabel = "TRAIN",
            description = "Training features (.safetensors or .npy).")
    private Path features = Path.of("");

    @Option(
            names = "--labels",
            paramLabel = "L",
            description = "Labels of the training features (.npy, one integer a row).")
    private @Nullable Path labels;

    @Option(
            names = "--pseudo-labels",
            paramLabel = "T",
            description =
                    "Class embeddings (.safetensors): train on the class of the largest cosine with each image embedding instead of on labels (PLP).")
    private @Nullable Path classFile;

    @Option(
            names = "--solver",
            paramLabel = "adam|lbfgs",
            defaultValue = "adam",
            description =
                    "adam: the paper's recipe; lbfgs: the one minimum of the loss with weight decay, whatever the seed (default: adam).")
    private Solver solver = Solver.ADAM;

    @Option(names = "--epochs", paramLabel = "N", description = "Passes over the rows, for adam (default: 100).")
    private @Nullable Integer epochs;

    @Option(
            names = "--batch",
            paramLabel = "N",
            description = "Rows a step, for adam (default: 256; the paper takes 8192 for ImageNet-1K).")
    private @Nullable Integer batch;

    @Option(names = "--learning-rate", paramLabel = "R", description = "Largest rate, for adam (default: 0.001).")
    private @Nullable Double learningRate;

    @Option(
            names = "--weight-decay",
            paramLabel = "W",
            description = "Strength of the pull towards 0 (default: 0.001).")
    private @Nullable Double weightDecay;

    @Option(
            names = "--seed",
            paramLabel = "S",
            description = "Seed of --shots and, for adam, of start and order (default: 42).")
    private @Nullable Long seed;

    @Option(names = "--shots", paramLabel = "N", description = "Train on N rows of each class, chosen by the seed.")
    private @Nullable Integer shots;

    @Option(
            names = "--held-out",
            paramLabel = "H",
            defaultValue = "split",
            description =
                    "What the accuracy is measured on beside the training rows: split[:0.2] keeps the rows out of training that 'stray fit' would calibrate on (default: split:0.2); none; or a features file with labels.")
    private String heldOut = "";

    @Option(
            names = "--assume-same-space",
            description = "Use class embeddings or held-out features although they name another feature space.")
    private boolean assumeSameSpace;

    @Option(names = "-o", required = true, paramLabel = "HEAD", description = "Head to write (.safetensors).")
    private Path output = Path.of("");

    @Option(names = "--force", description = "Replace a file that Stray did not write.")
    private boolean force;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private final Console console;

    ProbeCommand(Console console) {
        this.console = console;
    }

    /**
     * Rows with the labels to learn.
     *
     * @param rows features with labels or pseudo-labels
     * @param own the same with the labels they came with, where those can be compared with the pseudo-labels
     * @param pseudo the pseudo-labels
     */
    private record Taught(FeatureSet rows, Optional<FeatureSet> own, Optional<PseudoLabels> pseudo) {}

    /**
     * What was measured on rows that took no part in training.
     *
     * @param quality against the labels or pseudo-labels
     * @param ownAccuracy of a head trained on pseudo-labels: against the samples' own labels
     */
    private record HeldOut(HeadQuality quality, Optional<Double> ownAccuracy) {}

    @Override
    public Integer call() throws IOException {
        LinearProbe recipe = recipe();
        requireHeldOut();
        Outputs.require(output, force, features, labels, classFile, heldOutFile());
        if (!output.toString().endsWith(".safetensors")) {
            throw new UsageException("-o must name a .safetensors file, was " + output);
        }
        Optional<ClassEmbeddings> classes =
                classFile == null ? Optional.empty() : Optional.of(ClassEmbeddingsFile.read(classFile));
        FeatureSet all = read(features, classes.isPresent());
        if (labels != null) {
            List<String> names = all.labels().map(Labels::classNames).orElse(List.of());
            all = all.withLabels(LabelFile.read(labels, all.size(), names));
        }
        requireLabels(all, classes, "--labels FILE.npy, a features file with labels, or --pseudo-labels T");
        Optional<CalibrationSplit> split = splits() ? Optional.of(split(all, classes.isPresent())) : Optional.empty();
        Taught training = taught(split.map(CalibrationSplit::fitting).orElse(all), classes);
        Optional<Taught> held = held(split, classes);
        held.ifPresent(rows -> requireSameClasses(training.rows, rows.rows));
        TrainedProbe probe = train(recipe, training.rows);
        Optional<HeldOut> measured = held.filter(rows -> rows.rows.size() > 0).map(rows -> measure(probe, rows));
        HeadFile.write(output, probe.head(), provenance(recipe, training.rows));
        var notes = new ArrayList<>(training.pseudo.map(PseudoLabels::notes).orElse(List.of()));
        notes.addAll(probe.notes());
        if (splits() && measured.isEmpty()) {
            notes.add("%s is too few to hold any out".formatted(Count.of(all.size(), "row", "rows")));
        }
        report(training, probe, measured, notes);
        return ExitCode.DONE;
    }

    private LinearProbe recipe() {
        if (solver == Solver.LBFGS) {
            refuseForLbfgs("--epochs", epochs);
            refuseForLbfgs("--batch", batch);
            refuseForLbfgs("--learning-rate", learningRate);
            if (shots == null) {
                refuseForLbfgs("--seed", seed);
            }
        }
        LinearProbe paper = LinearProbe.PAPER;
        return new LinearProbe(
                solver,
                epochs == null ? paper.epochs() : epochs,
                batch == null ? paper.batch() : batch,
                seed == null ? paper.seed() : seed,
                learningRate == null ? paper.learningRate() : learningRate,
                weightDecay == null ? paper.weightDecay() : weightDecay,
                shots == null ? OptionalInt.empty() : OptionalInt.of(shots));
    }

    private static void refuseForLbfgs(String option, @Nullable Object given) {
        if (given != null) {
            throw new UsageException(
                    "%s %s steers --solver adam; lbfgs has no use for it, leave it out".formatted(option, given));
        }
    }

    /** Pseudo-labels are made without labels, so where labels happen to be there they do not choose the rows either. */
    private CalibrationSplit split(FeatureSet all, boolean pseudo) {
        return pseudo ? CalibrationSplit.withoutLabels(all, fraction()) : CalibrationSplit.of(all, fraction());
    }

    private boolean splits() {
        return HeldOutShare.isWrittenIn(heldOut);
    }

    private @Nullable Path heldOutFile() {
        return splits() || "none".equals(heldOut) ? null : Path.of(heldOut);
    }

    private void requireHeldOut() {
        Path file = heldOutFile();
        if (file != null && !Files.isRegularFile(file)) {
            throw new UsageException(
                    "--held-out '%s' is neither split[:SHARE], none, nor a file that exists".formatted(heldOut));
        }
        if (splits()) {
            fraction();
        }
    }

    private double fraction() {
        return HeldOutShare.of("--held-out", heldOut);
    }

    /** Features, with the image embeddings beside them where those are needed. */
    private static FeatureSet read(Path file, boolean withEmbeddings) throws IOException {
        FeatureFile read = FeatureFile.read(file);
        FeatureSet rows = read.layer("features");
        if (!withEmbeddings) {
            return rows;
        }
        FeatureSet embeddings = read.layer(EMBEDDINGS);
        return rows.with(EMBEDDINGS, new FeatureLayer(embeddings.features().toTensor(), embeddings.space()));
    }

    private static void requireLabels(FeatureSet rows, Optional<ClassEmbeddings> classes, String remedy) {
        if (classes.isEmpty() && rows.labels().isEmpty()) {
            throw new UsageException(
                    "a probe needs labels, and %s has none: give %s".formatted(rows.dataset(), remedy));
        }
    }

    private Taught taught(FeatureSet rows, Optional<ClassEmbeddings> classes) {
        if (classes.isEmpty()) {
            return new Taught(rows, Optional.empty(), Optional.empty());
        }
        FeatureSet embeddings = rows.layer(EMBEDDINGS).orElseThrow();
        PseudoLabels pseudo = PseudoLabels.of(assumeSameSpace ? embeddings.forgetOrigin() : embeddings, classes.get());
        return new Taught(
                rows.withLabels(pseudo.labels()),
                pseudo.accuracy().isPresent() ? Optional.of(rows) : Optional.empty(),
                Optional.of(pseudo));
    }

    private Optional<Taught> held(Optional<CalibrationSplit> split, Optional<ClassEmbeddings> classes)
            throws IOException {
        Path file = heldOutFile();
        if (file == null) {
            return split.map(parts -> taught(parts.calibration(), classes));
        }
        FeatureSet rows = read(file, classes.isPresent());
        requireLabels(rows, classes, "--held-out a features file with labels, or none");
        return Optional.of(taught(rows, classes));
    }

    private void requireSameClasses(FeatureSet training, FeatureSet held) {
        if (training.features().dimension() != held.features().dimension() || !assumeSameSpace) {
            held.space().conflictWith(training.space()).ifPresent(conflict -> {
                throw new UsageException(
                        "held-out samples '%s' live in %s, the training rows in %s: %s; if both are the same space all the same, say so with --assume-same-space"
                                .formatted(held.dataset(), held.space(), training.space(), conflict));
            });
        }
        Labels known = training.labels().orElseThrow();
        Labels asked = held.labels().orElseThrow();
        for (int i = 0; i < asked.size(); i++) {
            int label = asked.get(i);
            if (label >= known.classCount()) {
                throw new UsageException("row %d of '%s' has label %d, the training rows have the classes 0 to %d"
                        .formatted(i, held.dataset(), label, known.classCount() - 1));
            }
            boolean named = !known.classNames().isEmpty() && !asked.classNames().isEmpty();
            if (named && !known.nameOf(label).equals(asked.nameOf(label))) {
                throw new UsageException("class %d is '%s' among the training rows and '%s' in '%s'"
                        .formatted(label, known.nameOf(label), asked.nameOf(label), held.dataset()));
            }
        }
    }

    private TrainedProbe train(LinearProbe recipe, FeatureSet rows) {
        boolean adam = solver == Solver.ADAM;
        try (var progress = new Progress(
                console, common.quiet, "training", adam ? "epochs" : "iterations", adam ? recipe.epochs() : 0)) {
            return recipe.train(rows, (done, loss) -> progress.advance(1));
        }
    }

    private static HeldOut measure(TrainedProbe probe, Taught held) {
        return new HeldOut(
                HeadQuality.of(probe.head(), held.rows),
                held.own.map(rows -> HeadQuality.of(probe.head(), rows).accuracy()));
    }

    private Provenance provenance(LinearProbe recipe, FeatureSet rows) throws IOException {
        var inputs = new LinkedHashMap<String, String>();
        inputs.put("features", features.toString());
        inputs.put("training", rows.dataset());
        inputs.put("training_rows", Integer.toString(rows.size()));
        inputs.put("recipe", recipe.toString());
        if (classFile != null) {
            inputs.put("pseudo_labels", classFile.toString());
            inputs.put("pseudo_labels_sha256", Sha256.of(classFile));
        }
        inputs.put("command", CommandLineText.of(spec));
        return Provenance.now(inputs);
    }

    private void report(Taught training, TrainedProbe probe, Optional<HeldOut> held, List<String> notes) {
        if (!common.quiet) {
            notes.forEach(note -> console.err().println("stray: note: " + note));
        }
        if (common.json) {
            console.json(document(training, probe, held, notes));
            return;
        }
        console.out()
                .printf(
                        Locale.ROOT,
                        "%s: head of %,d classes x %,d dimensions, trained on %s of %s by %s in %s%n",
                        output,
                        probe.head().classes(),
                        probe.head().dimension(),
                        Count.of(probe.training().samples(), "row", "rows"),
                        probe.head().space(),
                        solver.name().toLowerCase(Locale.ROOT),
                        solver == Solver.ADAM
                                ? Count.of(probe.steps(), "step", "steps")
                                : Count.of(probe.steps(), "iteration", "iterations"));
        training.pseudo.ifPresent(this::summarise);
        line("training", probe.training());
        held.ifPresent(measured -> {
            line("held-out", measured.quality);
            measured.ownAccuracy.ifPresent(accuracy -> console.out()
                    .printf(Locale.ROOT, "held-out accuracy %.4f against the samples' own labels%n", accuracy));
        });
    }

    private void line(String what, HeadQuality quality) {
        console.out()
                .printf(
                        Locale.ROOT,
                        "%s accuracy %.4f%s, loss %.6g, on %s%n",
                        what,
                        quality.accuracy(),
                        classFile == null ? "" : " against the pseudo-labels",
                        quality.loss(),
                        Count.of(quality.samples(), "row", "rows"));
    }

    private void summarise(PseudoLabels pseudo) {
        List<Integer> sizes = pseudo.histogram();
        List<Integer> unused = pseudo.unused();
        List<Integer> bySize = IntStream.range(0, sizes.size())
                .boxed()
                .filter(c -> sizes.get(c) > 0)
                .sorted(Comparator.<Integer>comparingInt(sizes::get).reversed().thenComparing(c -> c))
                .toList();
        console.out()
                .printf(
                        Locale.ROOT,
                        "pseudo-labels: %,d of %s got rows%s%n",
                        bySize.size(),
                        Count.of(sizes.size(), "class", "classes"),
                        pseudo.accuracy().isPresent()
                                ? String.format(
                                        Locale.ROOT,
                                        "; accuracy %.4f against the samples' own labels",
                                        pseudo.accuracy().getAsDouble())
                                : "");
        console.out().println("  largest: " + named(pseudo, bySize.stream()));
        if (bySize.size() > NAMED) {
            console.out().println("  smallest: " + named(pseudo, bySize.reversed().stream()));
        }
        if (!unused.isEmpty()) {
            console.out()
                    .println("  none: "
                            + unused.stream()
                                    .limit(NAMED)
                                    .map(pseudo.labels()::nameOf)
                                    .collect(Collectors.joining(", "))
                            + (unused.size() > NAMED ? ", .. (%,d in all)".formatted(unused.size()) : ""));
        }
    }

    private static String named(PseudoLabels pseudo, Stream<Integer> classes) {
        return classes.limit(NAMED)
                .map(c -> "%s %,d"
                        .formatted(pseudo.labels().nameOf(c), pseudo.histogram().get(c)))
                .collect(Collectors.joining(", "));
    }

    private Map<String, Object> document(
            Taught training, TrainedProbe probe, Optional<HeldOut> held, List<String> notes) {
        var document = new LinkedHashMap<String, Object>();
        document.put("head", output.toString());
        document.put("solver", solver.name().toLowerCase(Locale.ROOT));
        document.put("classes", probe.head().classes());
        document.put("dimension", probe.head().dimension());
        document.put("space", probe.head().space().toString());
        document.put("steps", probe.steps());
        probe.gradientNorms().ifPresent(norms -> {
            document.put("gradient_norm_start", norms.start());
            document.put("gradient_norm_end", norms.end());
        });
        document.put("training", quality(probe.training(), Optional.empty()));
        held.ifPresent(measured -> document.put("held_out", quality(measured.quality, measured.ownAccuracy)));
        training.pseudo.ifPresent(pseudo -> document.put("pseudo_labels", pseudo(pseudo)));
        document.put("notes", notes);
        return document;
    }

    private static Map<String, Object> quality(HeadQuality quality, Optional<Double> ownAccuracy) {
        var document = new LinkedHashMap<String, Object>();
        document.put("n", quality.samples());
        document.put("accuracy", quality.accuracy());
        ownAccuracy.ifPresent(accuracy -> document.put("accuracy_on_labels", accuracy));
        document.put("loss", quality.loss());
        return document;
    }

    private static Map<String, Object> pseudo(PseudoLabels pseudo) {
        var document = new LinkedHashMap<String, Object>();
        document.put("n", pseudo.labels().size());
        pseudo.accuracy().ifPresent(accuracy -> document.put("accuracy", accuracy));
        document.put("unused_classes", pseudo.unused().size());
        var histogram = new ArrayList<Map<String, Object>>();
        for (int c = 0; c < pseudo.histogram().size(); c++) {
            var entry = new LinkedHashMap<String, Object>();
            entry.put("class", pseudo.labels().nameOf(c));
            entry.put("n", pseudo.histogram().get(c));
            histogram.add(entry);
        }
        document.put("histogram", histogram);
        return document;
    }
}
