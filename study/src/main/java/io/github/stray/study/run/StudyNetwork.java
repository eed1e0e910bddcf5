// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.run;

import io.github.stray.feature.Layer;
import io.github.stray.language.ClassEmbeddings;
import io.github.stray.language.NegativeWords;
import io.github.stray.probe.LinearHead;
import io.github.stray.study.cache.FeatureKey;
import io.github.stray.study.suite.SuiteExtractor;
import io.github.stray.text.Templates;
import io.github.stray.text.TextEncoder;
import io.github.stray.text.TextLines;
import io.github.stray.vision.card.ExtractorCard;
import io.github.stray.vision.model.AddOptions;
import io.github.stray.vision.model.ModelInstaller;
import io.github.stray.vision.model.ModelStore;
import io.github.stray.vision.model.StoredModel;
import io.github.stray.vision.onnx.InferenceOptions;
import io.github.stray.vision.onnx.OnnxExtractor;
import io.github.stray.vision.onnx.Provider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An extractor of a study: loaded when something must be extracted, its head and text encoder when they are asked for. */
final class StudyNetwork implements AutoCloseable {
    private final String name;
    private final StoredModel model;
    private final Provider provider;
    private final boolean patches;
    private final Map<List<Object>, ClassEmbeddings> classes = new HashMap<>();
    private @Nullable OnnxExtractor extractor;
    private @Nullable TextEncoder text;
    private @Nullable LinearHead head;

    private StudyNetwork(String name, StoredModel model, Provider provider, boolean patches) {
        this.name = name;
        this.model = model;
        this.provider = provider;
        this.patches = patches;
    }

    /**
     * Finds an extractor: an installed one in the store, or a network of the suite, which gets a card in the temporary
     * one.
     */
    static StudyNetwork of(
            SuiteExtractor entry, ModelStore store, ModelStore temporary, Provider provider, boolean patches)
            throws IOException {
        if (entry.file().isEmpty()) {
            return new StudyNetwork(entry.name(), store.find(entry.name()), provider, patches);
        }
        Path file = entry.file().get();
        if (!Files.isRegularFile(file)) {
            throw new IOException("extractor %s: there is no file %s".formatted(entry.name(), file));
        }
        StoredModel added = new ModelInstaller(temporary)
                .add(
                        file.toString(),
                        new AddOptions(Optional.of(entry.name()), Optional.empty(), Optional.empty(), entry.network()));
        return new StudyNetwork(entry.name(), added, provider, patches);
    }

    String name() {
        return name;
    }

    ExtractorCard card() {
        return model.card();
    }

    boolean hasText() {
        return card().text().isPresent();
    }

    boolean hasLogits() {
        return card().layers().containsKey(Layer.LOGITS);
    }

    boolean hasPatches() {
        return card().layers().containsKey(Layer.PATCHES);
    }

    /** The layers that are kept, features first. */
    List<Layer> layers() {
        var layers = new ArrayList<>(FeatureKey.layers(card()));
        if (patches && hasText() && hasPatches()) {
            layers.add(Layer.PATCHES);
        }
        return layers;
    }

    FeatureKey key(String images) {
        return FeatureKey.of(card(), layers(), provider, images);
    }

    /** Size of the image network. */
    long bytes() throws IOException {
        return model.bytes();
    }

    OnnxExtractor open() throws IOException {
        if (extractor == null) {
            extractor = model.open(InferenceOptions.on(provider));
        }
        return extractor;
    }

    /** The network's own last layer. */
    LinearHead head() throws IOException {
        if (head == null) {
            head = model.head(InferenceOptions.ONE_THREAD).head();
        }
        return head;
    }

    ClassEmbeddings classes(List<String> names, Templates templates) throws IOException {
        List<Object> key = List.of(names, templates);
        if (!classes.containsKey(key)) {
            classes.put(key, encoder().classes(names, templates));
        }
        return Objects.requireNonNull(classes.get(key));
    }

    NegativeWords negatives(Path file) throws IOException {
        return encoder().negatives(TextLines.words(file), done -> {});
    }

    private TextEncoder encoder() throws IOException {
        if (text == null) {
            text = TextEncoder.open(model, Provider.CPU);
        }
        return text;
    }

    @Override
    public void close() {
        if (extractor != null) {
            extractor.close();
        }
        if (text != null) {
            text.close();
        }
    }
}
