// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.card;

import io.github.stray.feature.Layer;
import io.github.stray.provenance.Sha256;
import io.github.stray.vision.onnx.NetworkInput;
import io.github.stray.vision.onnx.NetworkLayer;
import io.github.stray.vision.preprocess.Preprocessing;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What must be known of an extractor besides its weights: the content of {@code extractor.json}. Immutable.
 *
 * @param id name of the extractor: letters, digits, {@code . _ -}, starting with a letter or digit, at most 64
 * @param licence licence of the weights, an SPDX identifier where there is one, {@code unknown} otherwise
 * @param origin where the weights come from, for a person
 * @param network file name of the network, one of {@code files}
 * @param files file name to SHA-256 (lower-case hexadecimal) of what the image network consists of; more than one
 *     where it keeps its weights in external data
 * @param input how the network takes images
 * @param preprocessing what is done to images
 * @param processor class and library whose preparation of images that is, for a person, where it was derived from one
 * @param layers layer to output of the network, at least one
 * @param classNames names of the classes in the order of the layer {@code logits}, as many as that has; empty if they are not
 *     known
 * @param text the text encoder whose embeddings lie beside the images', if there is one
 * @param reference what the network made of one image when the card was written, if that is known
 */
public record ExtractorCard(
        String id,
        String licence,
        String origin,
        String network,
        Map<String, String> files,
        NetworkInput input,
        Preprocessing preprocessing,
        Optional<String> processor,
        Map<Layer, NetworkLayer> layers,
        List<String> classNames,
        Optional<TextTower> text,
        Optional<ReferenceFeatures> reference) {

    /** Name of the card's file in an extractor's folder. */
    public static final String FILE_NAME = "extractor.json";

    /** Version of the card's format that this release reads and writes. */
    public static final int VERSION = 1;

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
    private static final Pattern FILE =
            Pattern.compile("(?:[A-Za-z0-9_][A-Za-z0-9._+-]{0,63}/)?[A-Za-z0-9_][A-Za-z0-9._+-]{0,199}");
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

    /** Checks names and digests. */
    public ExtractorCard {
        requireName(id);
        files = Collections.unmodifiableMap(new TreeMap<>(files));
        layers = Collections.unmodifiableMap(new LinkedHashMap<>(layers));
        classNames = List.copyOf(classNames);
        requireFiles(files);
        requireLogits(classNames, layers);
        if (text.isPresent()) {
            requireTextFits(text.get(), files, layers);
        }
        if (!files.containsKey(network)) {
            throw new IllegalArgumentException(
                    "network '%s' is not among the files %s".formatted(network, files.keySet()));
        }
        if (reference.isPresent()
                && !layers.keySet().equals(reference.get().layers().keySet())) {
            throw new IllegalArgumentException("reference is of the layers %s, the card has %s"
                    .formatted(reference.get().layers().keySet(), layers.keySet()));
        }
        if (layers.isEmpty()) {
            throw new IllegalArgumentException("an extractor needs at least one layer");
        }
    }

    static void requireFiles(Map<String, String> files) {
        files.forEach((file, sha256) -> {
            if (!FILE.matcher(file).matches() || file.equals(FILE_NAME)) {
                throw new IllegalArgumentException(
                        "file name '%s' is not allowed: expected a plain name in the extractor's own folder, or in one folder of it"
                                .formatted(file));
            }
            if (!SHA256.matcher(sha256).matches()) {
                throw new IllegalArgumentException(
                        "sha256 of file '%s' must be 64 lower-case hexadecimal digits, was '%s'"
                                .formatted(file, sha256));
            }
        });
    }

    private static void requireLogits(List<String> classNames, Map<Layer, NetworkLayer> layers) {
        NetworkLayer logits = layers.get(Layer.LOGITS);
        if (!classNames.isEmpty() && (logits == null || logits.dimension() != classNames.size())) {
            throw new IllegalArgumentException(
                    "there are names of %d classes, expected as many as the layer 'logits' has numbers, and %s"
                            .formatted(
                                    classNames.size(),
                                    logits == null
                                            ? "there are only the layers " + Layer.join(layers.keySet())
                                            : "it has " + logits.dimension()));
        }
    }

    private static void requireTextFits(TextTower text, Map<String, String> files, Map<Layer, NetworkLayer> layers) {
        text.files().forEach((file, sha256) -> {
            if (!sha256.equals(files.getOrDefault(file, sha256))) {
                throw new IllegalArgumentException(
                        "file '%s' has one sha256 for images and another for text".formatted(file));
            }
        });
        NetworkLayer images = layers.getOrDefault(Layer.EMBEDDINGS, layers.get(Layer.FEATURES));
        if (images == null || images.dimension() != text.dimension()) {
            throw new IllegalArgumentException(
                    "text embeddings of dimension %d have no image embeddings beside them: expected a layer 'embeddings' of that dimension, there are %s"
                            .formatted(text.dimension(), layers));
        }
    }

    /**
     * Everything in the folder but the card.
     *
     * @return file name to SHA-256, of images and text
     */
    public Map<String, String> allFiles() {
        var all = new TreeMap<>(files);
        text.ifPresent(tower -> all.putAll(tower.files()));
        return Collections.unmodifiableMap(all);
    }

    /**
     * Checks the name of an extractor. Names become folders, so nothing that could leave the store is allowed.
     *
     * @param name proposed name
     * @return the name
     * @throws IllegalArgumentException if it is not allowed
     */
    public static String requireName(String name) {
        if (!NAME.matcher(name).matches() || name.endsWith(".")) {
            throw new IllegalArgumentException(
                    ("'%s' is no name for an extractor: expected up to 64 letters, digits, '.', '_' or '-', starting with"
                                    + " a letter or digit and not ending with '.'")
                            .formatted(name));
        }
        return name;
    }

    /**
     * Digest that tells one image network from another, whatever text encoder lies beside it: that of the network's file, or, with external data, that of all
     * {@code "name sha256"} lines in the order of the names.
     *
     * @return SHA-256, lower-case hexadecimal
     */
    public String weightsSha256() {
        return digest(files);
    }

    static String digest(Map<String, String> files) {
        if (files.size() == 1) {
            return files.values().iterator().next();
        }
        StringBuilder lines = new StringBuilder();
        files.forEach(
                (file, sha256) -> lines.append(file).append(' ').append(sha256).append('\n'));
        return Sha256.of(lines.toString());
    }

    /**
     * The tensors that its layers are read from.
     *
     * @return outputs, hidden tensors and expressions
     */
    public List<String> tensors() {
        return layers.values().stream().map(NetworkLayer::tensor).distinct().toList();
    }

    /**
     * The same extractor under another name.
     *
     * @param name new id
     * @return the renamed card
     */
    public ExtractorCard withId(String name) {
        return with(name, licence, origin, processor, text, reference);
    }

    /**
     * The same extractor with a text encoder.
     *
     * @param tower the text encoder
     * @return the changed card
     */
    public ExtractorCard withText(TextTower tower) {
        return with(id, licence, origin, processor, Optional.of(tower), reference);
    }

    /**
     * The same extractor with a word on its preprocessing.
     *
     * @param followed class and library that it follows, if it does
     * @return the changed card
     */
    public ExtractorCard withProcessor(Optional<String> followed) {
        return with(id, licence, origin, followed, text, reference);
    }

    /**
     * The same extractor with what it made of an image.
     *
     * @param features of the layers of this card
     * @return the changed card
     */
    public ExtractorCard withReference(ReferenceFeatures features) {
        return with(id, licence, origin, processor, text, Optional.of(features));
    }

    /**
     * The same extractor, its network given images in another way.
     *
     * @param other how
     * @return the changed card
     */
    public ExtractorCard withInput(NetworkInput other) {
        return new ExtractorCard(
                id,
                licence,
                origin,
                network,
                files,
                other,
                preprocessing,
                processor,
                layers,
                classNames,
                text,
                reference);
    }

    /**
     * The same extractor with names of its classes.
     *
     * @param names as many as it has logits, in their order
     * @return the changed card
     */
    public ExtractorCard withClassNames(List<String> names) {
        return new ExtractorCard(
                id, licence, origin, network, files, input, preprocessing, processor, layers, names, text, reference);
    }

    /**
     * The same extractor with another word on where it comes from.
     *
     * @param source where all its files come from
     * @param stated their licence; what the card says otherwise
     * @return the changed card
     */
    public ExtractorCard from(String source, Optional<String> stated) {
        return with(
                id,
                stated.orElse(licence),
                source,
                processor,
                text.map(tower -> tower.from(source, stated)),
                reference);
    }

    private ExtractorCard with(
            String newId,
            String newLicence,
            String newOrigin,
            Optional<String> newProcessor,
            Optional<TextTower> newText,
            Optional<ReferenceFeatures> newReference) {
        return new ExtractorCard(
                newId,
                newLicence,
                newOrigin,
                network,
                files,
                input,
                preprocessing,
                newProcessor,
                layers,
                classNames,
                newText,
                newReference);
    }
}
