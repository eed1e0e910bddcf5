// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.layout;

import io.github.stray.graph.OnnxGraph;
import io.github.stray.graph.UnreadableGraphException;
import io.github.stray.store.JsonNode;
import io.github.stray.vision.card.ExtractorCard;
import io.github.stray.vision.card.InvalidCardException;
import io.github.stray.vision.hub.Licences;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a folder without a card says of an extractor.
 *
 * @param kind the layout, for a person
 * @param network the network of images
 * @param place folder of the extractor in which it is installed: empty, or with a slash behind it
 * @param options its description
 * @param processor class and library whose preparation of images is followed, if the folder names one
 * @param notes what a reader of the card must know
 * @param text the network of texts, if there is one
 */
public record FolderLayout(
        String kind,
        Path network,
        String place,
        NetworkOptions options,
        Optional<String> processor,
        List<String> notes,
        Optional<TextSource> text) {
    private static final String KNOWN = """
        - an extractor: extractor.json and the files it lists
        - a Hugging Face export: config.json, preprocessor_config.json and onnx/model.onnx, or onnx/vision_model.onnx with or without onnx/text_model.onnx; for texts tokenizer.json and tokenizer_config.json
        - an export of timm: config.json with pretrained_cfg, and model.onnx
        - an export of open_clip: open_clip_config.json, onnx/vision_model.onnx, for texts onnx/text_model.onnx and tokenizer.json
        - one network and no settings: then as a bare .onnx file, whose options are given
        - a photo server's pair: config.json, visual/model.onnx, visual/preprocess_cfg.json, textual/model.onnx, textual/tokenizer.json, textual/tokenizer_config.json; or visual.onnx and textual.onnx with all of these beside them\
        """;

    private static final int SHOWN = 20;

    /**
     * Reads a folder.
     *
     * @param folder without a card
     * @param file name of the network of images, where the folder has several
     * @param said goes before what the folder says; what is said need not be known from it
     * @return what both say
     * @throws InvalidCardException if its layout is not known, something is missing in it or has a meaning that is not known
     * @throws IOException if a file cannot be read
     */
    public static FolderLayout read(Path folder, Optional<String> file, NetworkOptions said) throws IOException {
        boolean pair = PhotoServerPair.isOne(folder);
        boolean export = HuggingFaceExport.isOne(folder);
        if (pair) {
            return PhotoServerPair.read(folder, file, said);
        }
        if (export) {
            return TimmFolder.isOne(folder)
                    ? TimmFolder.read(folder, file, said)
                    : HuggingFaceExport.read(folder, file, said);
        }
        throw new InvalidCardException("%s has no %s and no layout that is known. Known are:%n%s%nFound was: %s"
                .formatted(folder, ExtractorCard.FILE_NAME, KNOWN, found(folder)));
    }

    /**
     * {@return the network of a folder that holds one and says nothing of it; empty where there are settings, or other numbers
     * of networks}
     *
     * @param folder without a card
     * @throws IOException if it cannot be read
     */
    public static Optional<Path> bareNetwork(Path folder) throws IOException {
        if (PhotoServerPair.isOne(folder) || HuggingFaceExport.isOne(folder)) {
            return Optional.empty();
        }
        try (Stream<Path> files = Files.walk(folder, 2)) {
            List<Path> networks = files.filter(file -> file.toString().endsWith(".onnx") && Files.isRegularFile(file))
                    .limit(2)
                    .toList();
            return networks.size() == 1 ? Optional.of(networks.getFirst()) : Optional.empty();
        }
    }

    /** What is said, and what a folder says otherwise. */
    static NetworkOptions both(NetworkOptions said, NetworkOptions derived) {
        return said.resolved(derived.get(NetworkOption.INPUT_SIZE)).over(derived);
    }

    /** A file of settings that must be there. */
    static JsonNode<InvalidCardException> settings(Path file, String purpose) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new InvalidCardException("%s is missing: %s".formatted(file, purpose));
        }
        return JsonNode.read(file, InvalidCardException::new);
    }

    /** One number for red, green and blue each, with commas. */
    static String three(JsonNode<InvalidCardException> node) throws InvalidCardException {
        return threeNumbers(node).stream().map(Object::toString).collect(Collectors.joining(","));
    }

    /** One number for red, green and blue each, or one for all. */
    static List<Double> threeNumbers(JsonNode<InvalidCardException> node) throws InvalidCardException {
        if (node.value() instanceof Number) {
            return Collections.nCopies(3, node.number());
        }
        List<Double> numbers = node.list(JsonNode::number);
        if (numbers.size() != 3) {
            throw node.refused("must be three numbers");
        }
        return numbers;
    }

    private static String found(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder, 2)) {
            List<String> names = files.filter(Files::isRegularFile)
                    .map(file -> folder.relativize(file).toString())
                    .sorted()
                    .toList();
            String shown = names.stream().limit(SHOWN).collect(Collectors.joining(", "));
            return names.isEmpty()
                    ? "no file"
                    : names.size() > SHOWN ? "%s and %d more".formatted(shown, names.size() - SHOWN) : shown;
        }
    }

    /**
     * The licence of a folder.
     *
     * @param folder as {@link #read} takes it
     * @return what the front matter of {@code README.md} names, {@code unknown} where there is none
     * @throws IOException if the file cannot be read
     */
    public static String licence(Path folder) throws IOException {
        Path readme = folder.resolve("README.md");
        return Files.isRegularFile(readme) ? Licences.ofReadme(readme).orElse("unknown") : "unknown";
    }

    /**
     * The names of the classes of a folder's classifier.
     *
     * @param folder as {@link #read} takes it
     * @return what its {@code config.json} says, in the order of its logits; empty where nothing does
     * @throws InvalidCardException if that file is no JSON
     * @throws IOException if it cannot be read
     */
    public static List<String> classNames(Path folder) throws IOException {
        return ClassNames.in(folder);
    }

    /** Refuses a network without an input of images. */
    static void requireImages(OnnxGraph graph, Path network) throws InvalidCardException {
        if (graph.inputs().stream().noneMatch(input -> graph.rank(input).orElse(4) == 4)) {
            throw new InvalidCardException(
                    "%s takes %s and no image [n, 3, height, width]: it is no network of images; was a text encoder put in its place?"
                            .formatted(network, graph.inputs()));
        }
    }

    /** Refuses a network whose outputs need anything but tokens. */
    static void requireTexts(OnnxGraph graph, List<String> outputs, Path network) throws IOException {
        List<String> inputs = graph.inputs(outputs);
        if (inputs.isEmpty()
                || inputs.stream().anyMatch(input -> graph.rank(input).orElse(2) != 2)) {
            throw new InvalidCardException(
                    "%s takes %s and not the tokens of texts [n, tokens] alone: it is no text encoder; was a network of images put in its place?"
                            .formatted(network, inputs));
        }
    }

    /** Whether a graph has the shape that an expression needs. */
    static boolean exposes(OnnxGraph graph, String expression) throws IOException {
        try {
            return graph.expose(List.of(expression)).length > 0;
        } catch (UnreadableGraphException e) {
            return false;
        }
    }
}
