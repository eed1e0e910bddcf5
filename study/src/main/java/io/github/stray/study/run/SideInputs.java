// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.run;

import io.github.stray.detect.Detector;
import io.github.stray.detect.Needs;
import io.github.stray.detect.Residual;
import io.github.stray.detect.Training;
import io.github.stray.detect.Vim;
import io.github.stray.feature.FeatureSet;
import io.github.stray.feature.Labels;
import io.github.stray.feature.Layer;
import io.github.stray.language.ClassEmbeddings;
import io.github.stray.probe.JoinedLabels;
import io.github.stray.probe.LinearHead;
import io.github.stray.probe.LinearProbe;
import io.github.stray.provenance.Sha256;
import io.github.stray.store.ClassEmbeddingsFile;
import io.github.stray.study.result.HeadSource;
import io.github.stray.text.Templates;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What detectors are given beside samples: a head, class embeddings, negative words; or what is missing for that. The head is
 * the network's own where it offers logits, else one probe by the paper's recipe on the ID training set; {@code residual} gets
 * none. {@code she} takes an own head whose class names are those of the ID training set; of one that has others or none, only
 * if it names more than a third of the training rows right in the order of its classes. Class names are put into the templates of the suite, for {@code neglabel} into its own.
 */
final class SideInputs {
    private static final double LEAST_NAMED_RIGHT = 1.0 / 3;
    private static final int ROWS_JUDGED = 1000;

    private final PairInputs inputs;
    private @Nullable LinearHead probe;

    SideInputs(PairInputs inputs) {
        this.inputs = inputs;
    }

    /** Where logits and heads come from. */
    HeadSource heads() {
        if (ownHead()) {
            return HeadSource.OWN;
        }
        return labels().isPresent() ? HeadSource.PROBE : HeadSource.NONE;
    }

    private boolean ownHead() {
        return inputs.network().filter(StudyNetwork::hasLogits).isPresent();
    }

    private Optional<Labels> labels() {
        return inputs.train().features().labels();
    }

    /** Where the head of a detector comes from. */
    private HeadSource head(Detector detector) {
        return switch (detector.needs().head()) {
            case NONE, OPTIONAL -> HeadSource.NONE;
            case FOR_LOGITS -> inputs.train().has(Layer.LOGITS) ? HeadSource.NONE : HeadSource.PROBE;
            case REQUIRED -> ownHead() ? HeadSource.OWN : HeadSource.PROBE;
        };
    }

    /** What the detector needs and this extractor or set does not have. */
    Optional<String> missing(Detector detector) throws IOException {
        Needs needs = detector.needs();
        if (inputs.oneClass() && (needs.labels() || needs.classes())) {
            return Optional.of("labels: one class is all there is to train on");
        }
        if (needs.labels() && labels().isEmpty()) {
            return Optional.of("labels: the ID training set has none");
        }
        if (needs.classes()) {
            Optional<String> language = missingLanguage();
            if (language.isPresent()) {
                return language;
            }
        }
        if (needs.layers().contains(Layer.PATCHES) && !inputs.train().has(Layer.PATCHES)) {
            return Optional.of("patches: the extractor offers none");
        }
        if (needs.negatives() && inputs.suite().negatives().isEmpty()) {
            return Optional.of("negative words: the suite names no file of them");
        }
        Optional<String> head = missingHead(detector);
        return head.isPresent() ? head : missingRows(detector);
    }

    /** A default that the set is too small for; where the suite gives the dimension, the detector itself complains. */
    private Optional<String> missingRows(Detector detector) {
        boolean byDefault = switch (detector) {
            case Residual residual -> residual.dimension().isEmpty();
            case Vim vim -> vim.dimension().isEmpty();
            default -> false;
        };
        if (!byDefault) {
            return Optional.empty();
        }
        int rows = inputs.oneClass() ? smallestClass() : inputs.train().size();
        int least = Residual.defaultDimension(inputs.train().features().space().dimension());
        return rows > least
                ? Optional.empty()
                : Optional.of(
                        "training rows: more than %d for its default dimension, there are %d".formatted(least, rows));
    }

    private int smallestClass() {
        Labels known = labels().orElseThrow(() ->
                new IllegalArgumentException("the one-class protocol needs labels, the ID training set has none"));
        int[] sizes = new int[known.classCount()];
        for (int i = 0; i < known.size(); i++) {
            sizes[known.get(i)]++;
        }
        return Arrays.stream(sizes).min().orElse(0);
    }

    private Optional<String> missingLanguage() {
        if (inputs.network().isEmpty()) {
            return classFile().isPresent()
                    ? Optional.empty()
                    : Optional.of("language: the suite gives no class embeddings beside the features");
        }
        if (!inputs.network().get().hasText()) {
            return Optional.of("language: no text tower");
        }
        return inputs.train().classNames().isEmpty()
                ? Optional.of("language: the ID training set has no class names")
                : Optional.empty();
    }

    private Optional<String> missingHead(Detector detector) throws IOException {
        return switch (head(detector)) {
            case NONE -> Optional.empty();
            case PROBE -> missingProbe();
            case OWN -> missingOwnHead(detector);
        };
    }

    private Optional<String> missingProbe() {
        if (inputs.oneClass()) {
            return Optional.of("logits or a head: the extractor has none, and one class trains no probe");
        }
        return labels().isPresent()
                ? Optional.empty()
                : Optional.of("logits or a head: the extractor has none, and there are no labels for a probe");
    }

    private Optional<String> missingOwnHead(Detector detector) throws IOException {
        if (!detector.needs().labels() || namesAreTheHeads()) {
            return Optional.empty();
        }
        int classes = inputs.network().orElseThrow().head().classes();
        int known = labels().map(Labels::classCount).orElse(0);
        if (classes != known) {
            return Optional.of("a head over the ID classes: the network's own is over others (%d, not %d)"
                    .formatted(classes, known));
        }
        double right = shareNamedRight();
        return right > LEAST_NAMED_RIGHT
                ? Optional.empty()
                : Optional.of("a head over the ID classes: the network's own names %.0f %% of the training rows right"
                        .formatted(100 * right));
    }

    private boolean namesAreTheHeads() {
        return labels().flatMap(own -> JoinedLabels.byName(ownClassNames(), own))
                .isPresent();
    }

    private List<String> ownClassNames() {
        return inputs.network().orElseThrow().card().classNames();
    }

    /** Another set may have as many classes as the head; then its labels are not those that the head predicts. */
    private double shareNamedRight() {
        FeatureSet logits = inputs.train().layers(List.of(Layer.LOGITS));
        Labels known = logits.labels().orElseThrow();
        int rows = Math.min(ROWS_JUDGED, logits.size());
        int right = 0;
        for (int i = 0; i < rows; i++) {
            int row = (int) ((long) i * logits.size() / rows);
            float[] values = logits.features().row(row);
            int largest = 0;
            for (int c = 1; c < values.length; c++) {
                largest = values[c] > values[largest] ? c : largest;
            }
            right += largest == known.get(row) ? 1 : 0;
        }
        return (double) right / rows;
    }

    private Optional<Path> classFile() {
        return inputs.suite().set(inputs.pair().train()).classEmbeddings();
    }

    /** Everything that makes these inputs what they are, for the name of finished work. */
    void describe(Detector detector, UnitName name) throws IOException {
        HeadSource head = head(detector);
        name.and(head.name());
        if (head == HeadSource.PROBE) {
            name.and(Integer.toString(inputs.suite().probeBatch()));
        }
        if (head == HeadSource.OWN && detector.needs().labels()) {
            ownClassNames().forEach(name::and);
        }
        if (detector.needs().classes()) {
            name.and(templates(detector).toString())
                    .and(inputs.train().classNames().toString())
                    .and(classFile().isPresent() ? Sha256.of(classFile().get()) : "")
                    .and(inputs.network()
                            .flatMap(network -> network.card().text())
                            .map(text -> text.sha256())
                            .orElse(""));
        }
        if (detector.needs().negatives()) {
            name.and(Sha256.of(inputs.suite().negatives().orElseThrow()));
        }
    }

    private Templates templates(Detector detector) throws IOException {
        return detector.needs().negatives()
                ? Templates.NEGLABEL
                : Templates.of(inputs.suite().templates());
    }

    Training training(Detector detector) throws IOException {
        Training given = Training.NOTHING;
        switch (head(detector)) {
            case NONE -> {}
            case OWN -> {
                LinearHead own = inputs.network().orElseThrow().head();
                given = given.with(namesAreTheHeads() ? own : own.forgetClassNames());
            }
            case PROBE -> given = given.with(probe());
        }
        if (detector.needs().classes()) {
            given = given.with(classes(detector));
        }
        if (detector.needs().negatives()) {
            Path file = inputs.suite().negatives().orElseThrow();
            boolean embedded = file.toString().toLowerCase(Locale.ROOT).endsWith(".safetensors");
            given = given.with(
                    embedded
                            ? ClassEmbeddingsFile.readNegatives(file)
                            : inputs.network()
                                    .orElseThrow(
                                            () -> new IllegalArgumentException(
                                                    "features have no text encoder: give the negatives as embeddings (.safetensors)"))
                                    .negatives(file));
        }
        return given;
    }

    private ClassEmbeddings classes(Detector detector) throws IOException {
        return inputs.network().isPresent()
                ? inputs.network().get().classes(inputs.train().classNames(), templates(detector))
                : ClassEmbeddingsFile.read(classFile().orElseThrow());
    }

    /** Trained once, by the paper's recipe, for every detector that takes a head. */
    private LinearHead probe() {
        if (probe == null) {
            LinearProbe paper = LinearProbe.PAPER;
            var recipe = new LinearProbe(
                    paper.solver(),
                    paper.epochs(),
                    inputs.suite().probeBatch(),
                    inputs.suite().seed(),
                    paper.learningRate(),
                    paper.weightDecay(),
                    paper.shots());
            probe = recipe.train(inputs.train().features()).head();
        }
        return probe;
    }
}
