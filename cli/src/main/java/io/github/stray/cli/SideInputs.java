// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import static io.github.stray.cli.UsageException.require;

import io.github.stray.detect.Detector;
import io.github.stray.detect.Needs;
import io.github.stray.detect.Training;
import io.github.stray.language.ClassEmbeddings;
import io.github.stray.probe.LinearHead;
import io.github.stray.probe.SeenSamples;
import io.github.stray.provenance.Sha256;
import io.github.stray.store.ClassEmbeddingsFile;
import io.github.stray.store.HeadFile;
import io.github.stray.text.Templates;
import io.github.stray.text.TextEncoder;
import io.github.stray.vision.model.ModelStore;
import io.github.stray.vision.onnx.Provider;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What a detector is given beside samples: head, class embeddings and negative words. */
final class SideInputs {
    static final String CLASSES_BY_NUMBER =
            "Take class c of the head for class c of the samples, although both have names and these differ.";

    @Option(
            names = "--head",
            paramLabel = "HEAD",
            description =
                    "Linear head on the features (.safetensors, as 'stray probe' writes it), for detectors that take one.")
    private @Nullable Path head;

    @Option(
            names = "--class-embeddings",
            paramLabel = "T",
            description =
                    "Text embeddings of the class names or of captions (.safetensors, as 'stray text' writes it: embeddings [C, e], metadata stray.classes), for detectors that read language.")
    private @Nullable Path classEmbeddings;

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
    private @Nullable Path negatives;

    @Option(
            names = "--allow-seen",
            description =
                    "Calibrate on samples although the head was trained on them. The threshold then rejects too much.")
    private boolean allowSeen;

    @Option(names = "--classes-by-number", description = CLASSES_BY_NUMBER)
    private boolean classesByNumber;

    @Nullable
    Path[] files() {
        return new @Nullable Path[] {head, classEmbeddings, classNames, negatives};
    }

    /** Whether a text encoder is needed. */
    boolean encodes() {
        return classNames != null || negativesAreWords();
    }

    private boolean negativesAreWords() {
        return negatives != null
                && !negatives.toString().toLowerCase(Locale.ROOT).endsWith(".safetensors");
    }

    /** All that the detector needs, and nothing that it would not look at. */
    Training read(Detector detector, @Nullable String model, Provider provider, TextInput text) throws IOException {
        Needs needs = detector.needs();
        requireUse(detector, "--head", head, needs.takesHead());
        requireUse(detector, "--class-embeddings", classEmbeddings, needs.classes());
        requireUse(detector, "--classes", classNames, needs.classes());
        requireUse(detector, "--negatives", negatives, needs.negatives());
        requireText(model);
        require(
                !allowSeen || head != null,
                "--allow-seen speaks of the samples a head was trained on; it goes with --head");
        require(
                !classesByNumber || head != null,
                "--classes-by-number speaks of the classes of a head; it goes with --head");
        Training given = Training.NOTHING;
        if (head != null) {
            LinearHead stored = HeadFile.read(head);
            LinearHead read = classesByNumber ? stored.forgetClassNames() : stored;
            given = given.with(allowSeen ? read.withSeen(SeenSamples.UNKNOWN) : read);
        }
        if (classEmbeddings != null) {
            given = given.with(ClassEmbeddingsFile.read(classEmbeddings));
        }
        if (negatives != null && !negativesAreWords()) {
            given = given.with(ClassEmbeddingsFile.readNegatives(negatives));
        }
        if (encodes()) {
            given = encoded(needs, given, Objects.requireNonNull(model), provider, text);
        }
        needs.requireGiven(given, detector.id());
        return given;
    }

    private static void requireUse(Detector detector, String option, @Nullable Path file, boolean used) {
        require(
                file == null || used,
                "%s makes no use of %s %s; leave it out. It needs %s",
                detector.id(),
                option,
                file,
                detector.needs().phrase());
    }

    /** Class names and words, told apart from their embeddings before any text is encoded. */
    private void requireText(@Nullable String model) {
        require(
                classEmbeddings == null || classNames == null,
                "give either --classes FILE (names) or --class-embeddings T (their embeddings)");
        require(
                templates == null || classNames != null,
                "--templates speak of class names; they go with --classes FILE");
        require(
                model != null || classNames == null,
                "--classes %s are names: name the extractor whose text encoder embeds them with -m (see: stray models)",
                classNames);
        require(
                model != null || !negativesAreWords(),
                "--negatives %s is no .safetensors file, so a list of words: name the extractor whose text encoder embeds them with -m (see: stray models)",
                negatives);
    }

    private Training encoded(Needs needs, Training given, String model, Provider provider, TextInput text)
            throws IOException {
        Templates usual = needs.negatives() ? Templates.NEGLABEL : Templates.PAPER;
        Templates sentences = templates == null ? usual : Templates.of(templates);
        Training complete = given;
        try (TextEncoder encoder = TextEncoder.open(ModelStore.ofEnvironment().find(model), provider)) {
            if (classNames != null) {
                ClassEmbeddings classes = text.classes(encoder, classNames, sentences);
                text.common().notes(TextInput.notes(classes, "a class name"));
                complete = complete.with(classes);
            }
            if (negatives != null && negativesAreWords()) {
                complete = complete.with(text.negatives(encoder, negatives));
            }
        }
        return complete;
    }

    /** Names and digests of the files, for the detector's provenance. */
    Map<String, String> provenance() throws IOException {
        var files = new LinkedHashMap<String, @Nullable Path>();
        files.put("head", head);
        files.put("class_embeddings", classEmbeddings);
        files.put("classes", classNames);
        files.put("negatives", negatives);
        var provenance = new LinkedHashMap<String, String>();
        for (Map.Entry<String, @Nullable Path> file : files.entrySet()) {
            if (file.getValue() != null) {
                provenance.put(file.getKey(), file.getValue().toString());
                provenance.put(file.getKey() + "_sha256", Sha256.of(file.getValue()));
            }
        }
        return provenance;
    }
}
