// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import static io.github.stray.cli.UsageException.require;

import io.github.stray.detect.CalibrationSplit;
import io.github.stray.feature.FeatureLayer;
import io.github.stray.feature.FeatureSet;
import io.github.stray.feature.Layer;
import io.github.stray.language.ClassEmbeddings;
import io.github.stray.probe.LinearProbe;
import io.github.stray.probe.LinearProbe.Solver;
import io.github.stray.probe.MeasuredProbe;
import io.github.stray.provenance.Provenance;
import io.github.stray.provenance.Sha256;
import io.github.stray.store.ClassEmbeddingsFile;
import io.github.stray.store.FeatureFile;
import io.github.stray.store.HeadFile;
import io.github.stray.store.LabelFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

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
final class ProbeCommand extends StrayCommand {
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

    @Override
    public Integer call() throws IOException {
        LinearProbe recipe = recipe();
        HeldOut held = HeldOut.measured(heldOut);
        Outputs.require(output, force, features, labels, classFile, held.file());
        Outputs.requireSuffix(output, ".safetensors");
        Optional<ClassEmbeddings> classes =
                classFile == null ? Optional.empty() : Optional.of(ClassEmbeddingsFile.read(classFile));
        FeatureSet all = read(features, classes.isPresent());
        if (labels != null) {
            all = LabelFile.label(all, labels);
        }
        requireLabels(all, classes, "--labels FILE.npy, a features file with labels, or --pseudo-labels T");
        FeatureSet training = all;
        Optional<FeatureSet> others = Optional.empty();
        if (held instanceof HeldOut.Split part) {
            // Pseudo-labels are made without labels, so where labels happen to be there they do not choose rows either.
            CalibrationSplit split = classes.isPresent()
                    ? CalibrationSplit.withoutLabels(all, part.share())
                    : CalibrationSplit.of(all, part.share());
            training = split.fitting();
            others = Optional.of(split.calibration());
        } else if (held instanceof HeldOut.Features other) {
            FeatureSet rows = read(other.file(), classes.isPresent());
            requireLabels(rows, classes, "--held-out a features file with labels, or none");
            others = Optional.of(rows);
        }
        if (assumeSameSpace) {
            others = others.map(FeatureSet::forgetOrigin);
            classes = classes.map(ClassEmbeddings::forgetOrigin);
        }
        MeasuredProbe probe = train(recipe, training, others, classes);
        HeadFile.write(output, probe.probe().head(), provenance(recipe, training));
        var notes = new ArrayList<>(probe.notes());
        if (held instanceof HeldOut.Split && probe.heldOut().isEmpty()) {
            notes.add("%s is too few to hold any out".formatted(Count.of(all.size(), "row", "rows")));
        }
        common.notes(notes);
        var report = new ProbeReport(output, probe);
        if (common.json) {
            common.json(report.document(notes));
        } else {
            report.print(common);
        }
        return ExitCode.DONE;
    }

    private LinearProbe recipe() {
        if (solver == Solver.LBFGS) {
            requireForAdam("--epochs", epochs);
            requireForAdam("--batch", batch);
            requireForAdam("--learning-rate", learningRate);
            requireForAdam("--seed", shots == null ? seed : null);
        }
        LinearProbe paper = LinearProbe.PAPER;
        return new LinearProbe(
                solver,
                epochs == null ? paper.epochs() : epochs,
                batch == null ? paper.batch() : batch,
                seed == null ? paper.seed() : seed,
                learningRate == null ? paper.learningRate() : learningRate,
                weightDecay == null ? paper.weightDecay() : weightDecay,
                ImageOptions.optional(shots));
    }

    private static void requireForAdam(String option, @Nullable Object given) {
        require(given == null, "%s %s steers --solver adam; lbfgs has no use for it, leave it out", option, given);
    }

    /** Features, with the image embeddings beside them where those are needed. */
    private static FeatureSet read(Path file, boolean withEmbeddings) throws IOException {
        FeatureFile read = FeatureFile.read(file);
        FeatureSet rows = read.layer(Layer.FEATURES);
        if (!withEmbeddings) {
            return rows;
        }
        FeatureSet embeddings = read.layer(Layer.EMBEDDINGS);
        return rows.with(
                Layer.EMBEDDINGS, new FeatureLayer(embeddings.features().toTensor(), embeddings.space()));
    }

    private static void requireLabels(FeatureSet rows, Optional<ClassEmbeddings> classes, String remedy) {
        require(
                classes.isPresent() || rows.labels().isPresent(),
                "a probe needs labels, and %s has none: give %s",
                rows.dataset(),
                remedy);
    }

    private MeasuredProbe train(
            LinearProbe recipe, FeatureSet training, Optional<FeatureSet> held, Optional<ClassEmbeddings> classes) {
        boolean adam = solver == Solver.ADAM;
        try (var progress = common.progress("training", adam ? "epochs" : "iterations", adam ? recipe.epochs() : 0)) {
            return MeasuredProbe.train(recipe, training, held, classes, (done, loss) -> progress.advance(1));
        }
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
        inputs.put("command", common.commandLine());
        return Provenance.now(inputs);
    }
}
