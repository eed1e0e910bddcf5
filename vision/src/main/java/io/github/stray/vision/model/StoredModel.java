// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.model;

import io.github.stray.provenance.InputFile;
import io.github.stray.provenance.Sha256;
import io.github.stray.vision.card.ExtractorCard;
import io.github.stray.vision.card.InvalidCardException;
import io.github.stray.vision.card.TextTower;
import io.github.stray.vision.onnx.InferenceOptions;
import io.github.stray.vision.onnx.InferenceUnavailableException;
import io.github.stray.vision.onnx.NetworkSource;
import io.github.stray.vision.onnx.OnnxExtractor;
import io.github.stray.vision.onnx.OnnxNetwork;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An extractor that was found, and opens: {@code ModelStore.ofEnvironment().find("stray-mini").open()}. Every file is
 * checked to be the one its card was written for, each time it is opened. Immutable; safe for concurrent use.
 *
 * @param store where it was found
 * @param name what to call it
 * @param folder where it lies; empty for a built-in one
 * @param card what is known of it
 */
public record StoredModel(ModelStore store, String name, Optional<Path> folder, ExtractorCard card) {
    /**
     * Whether it ships with Stray.
     *
     * @return true if it lies in no folder
     */
    public boolean builtIn() {
        return folder.isEmpty();
    }

    /**
     * Opens it to run on the processor, with one thread for each call.
     *
     * @return the extractor, to be closed
     * @throws IOException if its files cannot be used, or are not those its card was written for
     */
    public OnnxExtractor open() throws IOException {
        return open(InferenceOptions.ONE_THREAD);
    }

    /**
     * Opens it.
     *
     * @param options how its network is run
     * @return the extractor, to be closed
     * @throws IOException if its files cannot be used, or are not those its card was written for
     * @throws InferenceUnavailableException if ONNX Runtime or the provider cannot be had here; nothing falls back to another
     */
    public OnnxExtractor open(InferenceOptions options) throws IOException {
        return open(card, network(), options);
    }

    static OnnxExtractor open(ExtractorCard card, NetworkSource network, InferenceOptions options) throws IOException {
        return new OnnxExtractor(
                card.id(),
                OnnxNetwork.load(network.withOutputs(card.tensors()), options),
                card.input(),
                card.preprocessing(),
                card.layers(),
                card.weightsSha256());
    }

    /**
     * Takes the last linear layer of a classifier out of its network, and compares what it makes of the features of 16
     * generated images with the network's own logits.
     *
     * @param options how the network is run
     * @return the head
     * @throws IllegalArgumentException if it has not both {@code features} and {@code logits}
     * @throws IOException if the network has no such layer, it does not read the extractor's features, or files cannot be
     *     used
     */
    public ClassifierHead head(InferenceOptions options) throws IOException {
        NetworkSource network = network();
        try (OnnxExtractor extractor = open(card, network, options)) {
            return ClassifierHead.of(card, network.graph(), extractor);
        }
    }

    /**
     * Its network of images, as it is stored.
     *
     * @return the network, of which all files were checked just now
     * @throws IOException if a file is missing, cannot be read, or is not the one its card was written for
     */
    public NetworkSource network() throws IOException {
        return source(card.network(), card.files(), name + "/");
    }

    /**
     * The network of its text encoder, with the output that holds the embeddings.
     *
     * @return the network, of which all files were checked just now
     * @throws IllegalArgumentException if it has no text encoder
     * @throws IOException if a file is missing, cannot be read, or is not the one its card was written for
     */
    public NetworkSource textNetwork() throws IOException {
        TextTower text = card.text()
                .orElseThrow(() -> new IllegalArgumentException("extractor %s has no text encoder".formatted(name)));
        return source(text.network(), text.files(), "/").withOutputs(List.of(text.output()));
    }

    /**
     * A file of its text encoder.
     *
     * @param file one of {@link TextTower#files}
     * @return its content, checked just now
     * @throws IllegalArgumentException if the card lists no such file
     * @throws IOException if it is missing, cannot be read, or is not the one its card was written for
     */
    public byte[] textFile(String file) throws IOException {
        String expected = card.text()
                .map(text -> text.files().get(file))
                .orElseThrow(() -> new IllegalArgumentException(
                        "the card of %s lists no file '%s' for text".formatted(name, file)));
        byte[] bytes = folder.isPresent() ? InputFile.bytes(present(folder.get().resolve(file))) : resource("/" + file);
        requireSha256(place(file), Sha256.of(bytes), expected);
        return bytes;
    }

    /**
     * Size of its network of images.
     *
     * @return bytes of all its files, external data included
     * @throws IOException if one is missing
     */
    public long bytes() throws IOException {
        long bytes = 0;
        for (String file : card.files().keySet()) {
            bytes += folder.isPresent() ? Files.size(folder.get().resolve(file)) : resource(name + "/" + file).length;
        }
        return bytes;
    }

    /**
     * Where a file of it lies, for messages.
     *
     * @param file one of those of its card
     * @return a path, or the name of a resource
     */
    public String place(String file) {
        return folder.map(home -> home.resolve(file).toString()).orElse(name + "/" + file);
    }

    /**
     * What its card says, for a person.
     *
     * @return lines
     */
    public List<String> lines() {
        var lines = new ArrayList<String>();
        lines.add("%s (%s)".formatted(name, folder.map(Path::toString).orElse("built in")));
        lines.add("  licence        " + card.licence());
        lines.add("  origin         " + card.origin());
        lines.add("  preprocessing  " + card.preprocessing().describe());
        card.processor().ifPresent(processor -> lines.add("  processor      " + processor));
        card.input()
                .batch()
                .ifPresent(batch -> lines.add(
                        "  batches        of %d image%s whatever is asked for: features would depend on the others of a larger one"
                                .formatted(batch, batch == 1 ? "" : "s")));
        card.layers()
                .forEach(
                        (layer, output) -> lines.add("  layer          %s: %d dimensions, normalisation %s, output '%s'"
                                .formatted(
                                        layer,
                                        output.dimension(),
                                        output.normalisation().id(),
                                        output.tensor())));
        if (!card.classNames().isEmpty()) {
            lines.add("  classes        %d: %s"
                    .formatted(card.classNames().size(), String.join(", ", card.classNames())));
        }
        card.text()
                .ifPresent(text -> lines.add("  text           embeddings: %d dimensions, up to %d tokens, %s (%s)"
                        .formatted(text.dimension(), text.context(), text.origin(), text.licence())));
        card.allFiles().forEach((file, sha256) -> lines.add("  file           %s sha256 %s".formatted(file, sha256)));
        return lines;
    }

    /**
     * What its card says, for a program.
     *
     * @return keys to texts and objects of them, in a fixed order
     */
    public Map<String, Object> document() {
        var document = new LinkedHashMap<String, Object>();
        document.put("name", name);
        document.put("built_in", builtIn());
        folder.ifPresent(home -> document.put("folder", home.toString()));
        document.put("id", card.id());
        document.put("licence", card.licence());
        document.put("origin", card.origin());
        document.put("files", card.files());
        document.put("preprocessing", card.preprocessing().describe());
        card.processor().ifPresent(processor -> document.put("processor", processor));
        card.input().batch().ifPresent(batch -> document.put("batch", batch));
        var layers = new LinkedHashMap<String, Object>();
        card.layers().forEach((layer, output) -> {
            var entry = new LinkedHashMap<String, Object>();
            entry.put("tensor", output.tensor());
            entry.put("dimension", output.dimension());
            entry.put("normalisation", output.normalisation().id());
            layers.put(layer.id(), entry);
        });
        document.put("layers", layers);
        if (!card.classNames().isEmpty()) {
            document.put("classes", card.classNames());
        }
        card.text().ifPresent(text -> {
            var entry = new LinkedHashMap<String, Object>();
            entry.put("licence", text.licence());
            entry.put("origin", text.origin());
            entry.put("files", text.files());
            entry.put("preprocessing", text.describe());
            entry.put("dimension", text.dimension());
            document.put("text", entry);
        });
        return document;
    }

    /** Checks the files of a network; those of a built-in one are resources below a root. */
    private NetworkSource source(String network, Map<String, String> files, String root) throws IOException {
        if (folder.isEmpty()) {
            byte[] bytes = resource(root + network);
            requireSha256(place(network), Sha256.of(bytes), files.get(network));
            return NetworkSource.of(bytes, place(network));
        }
        for (Map.Entry<String, String> entry : files.entrySet()) {
            Path file = present(folder.get().resolve(entry.getKey()));
            requireSha256(file.toString(), Sha256.of(file), entry.getValue());
        }
        requireListed(folder.get(), network, files);
        return NetworkSource.of(folder.get().resolve(network));
    }

    /** ONNX Runtime reads any file that a network names as its weights; a card vouches for those that it lists. */
    static void requireListed(Path folder, String network, Map<String, String> files) throws IOException {
        String place = network.substring(0, network.lastIndexOf('/') + 1);
        for (String external : NetworkSource.of(folder.resolve(network)).graph().externalFiles()) {
            if (!files.containsKey(place + external)) {
                throw new InvalidCardException(
                        "%s keeps weights in '%s', which its card does not list with a digest: it lists %s; install the network with 'stray models add', which lists them all"
                                .formatted(folder.resolve(network), place + external, files.keySet()));
            }
        }
    }

    /** A file of Stray's own jar beside this class, or of any jar where the path begins with a slash. */
    static byte[] resource(String path) throws IOException {
        try (InputStream in = StoredModel.class.getResourceAsStream(path)) {
            if (in == null) {
                throw new NoSuchFileException(
                        path, null, "missing: its jar is neither on the class path nor a resolved module");
            }
            return in.readAllBytes();
        }
    }

    static Path present(Path file) throws InvalidCardException {
        if (!Files.isRegularFile(file)) {
            throw new InvalidCardException("%s is missing, but the card lists it".formatted(file));
        }
        return file;
    }

    static void requireSha256(String file, String actual, @Nullable String expected) throws InvalidCardException {
        if (!actual.equals(expected)) {
            throw new InvalidCardException(
                    "%s is not the file its card was written for: sha256 %s, the card says %s; put the right file back, or remove the extractor and add it again"
                            .formatted(file, actual, expected));
        }
    }
}
