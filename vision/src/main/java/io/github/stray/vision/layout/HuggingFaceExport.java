// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.layout;

import io.github.stray.graph.OnnxGraph;
import io.github.stray.store.JsonNode;
import io.github.stray.vision.card.InvalidCardException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A network as Hugging Face's exporter lays it out: {@code config.json}, {@code preprocessor_config.json}, and
 * {@code vision_model.onnx} or {@code model.onnx}, in {@code onnx/} or beside them; a CLIP's text encoder is
 * {@code text_model.onnx} in the same place, or part of {@code model.onnx}, with {@code tokenizer.json} and
 * {@code tokenizer_config.json} or {@code special_tokens_map.json}.
 *
 * <p>Images are prepared as {@link Processors} knows it of the class that the settings name. Layers: with an output
 * {@code image_embeds}, what its projection reads as {@code features} and itself, of unit norm, as {@code embeddings}, and
 * {@code patches} where the graph has the usual shape; with {@code logits}, these and what their last linear layer reads;
 * with {@code pooler_output} of a CLIP, that; else the class token of {@code last_hidden_state}, for the networks that are
 * known to have one. Texts are read as {@link HuggingFaceTexts} says. Everything else, and every key whose meaning is not
 * known, is refused.
 */
final class HuggingFaceExport {
    private static final String CONFIG = "config.json";
    private static final String PREPROCESSOR = "preprocessor_config.json";
    private static final String NESTED = "processor_config.json";
    private static final String IMAGES = "image_processor";

    private HuggingFaceExport() {}

    static boolean isOne(Path folder) {
        return Files.isRegularFile(folder.resolve(CONFIG))
                && !Files.isRegularFile(folder.resolve(PhotoServerPair.IMAGES))
                && !Files.isRegularFile(folder.resolve(PhotoServerPair.FLAT_IMAGES));
    }

    static FolderLayout read(Path folder, Optional<String> file, NetworkOptions given) throws IOException {
        ExportedFiles files = ExportedFiles.in(folder, file);
        Path network = files.images();
        OnnxGraph graph = OnnxGraph.read(network, network.toString());
        FolderLayout.requireImages(graph, network);
        NetworkOptions said = given.pooled(graph);
        JsonNode<InvalidCardException> config =
                FolderLayout.settings(folder.resolve(CONFIG), "it says what the network is");
        Optional<ProcessorSteps> steps = said.resolved(Optional.empty()).sayAllOfPixels()
                ? Optional.empty()
                : Optional.of(steps(folder, config));
        NetworkOptions pixels =
                FolderLayout.both(said, steps.map(ProcessorSteps::options).orElse(NetworkOptions.none()));
        if (said.get(NetworkOption.INPUT_SIZE).isEmpty()) {
            requireImageSize(config, pixels.get(NetworkOption.INPUT_SIZE).orElseThrow());
        }
        FolderTexts texts = HuggingFaceTexts.read(folder, config, graph, files);
        ImageLayers layers = said.get(NetworkOption.OUTPUT).isPresent()
                ? new ImageLayers(said.get(NetworkOption.OUTPUT).get(), List.of())
                : ImageLayers.of(config, graph, network, texts.source().isPresent());
        return new FolderLayout(
                "a Hugging Face export",
                network,
                "",
                pixels.with(NetworkOption.OUTPUT, layers.output()),
                steps.map(ProcessorSteps::followed),
                texts.after(layers.notes()),
                texts.source());
    }

    /** Of the file that transformers 4 writes, or of the one that 5 does. */
    private static ProcessorSteps steps(Path folder, JsonNode<InvalidCardException> config) throws IOException {
        boolean nested = !Files.isRegularFile(folder.resolve(PREPROCESSOR))
                && Files.isRegularFile(folder.resolve(NESTED))
                && JsonNode.read(folder.resolve(NESTED), InvalidCardException::new)
                        .at(IMAGES)
                        .isObject();
        JsonNode<InvalidCardException> settings = nested
                ? JsonNode.read(folder.resolve(NESTED), InvalidCardException::new)
                        .at(IMAGES)
                : FolderLayout.settings(folder.resolve(PREPROCESSOR), "how images are prepared is not guessed");
        boolean five = config.at("transformers_version")
                .or(nested ? "5." : "4.")
                .text()
                .matches("([5-9]|\\d{2,})\\..*");
        return Processors.read(settings, type(config), five);
    }

    /** A part of a configuration, or all of it where it has no parts. */
    private static JsonNode<InvalidCardException> part(JsonNode<InvalidCardException> config, String key)
            throws InvalidCardException {
        return config.at(key).isPresent() ? config.at(key) : config;
    }

    private static String type(JsonNode<InvalidCardException> config) throws InvalidCardException {
        return config.at("model_type").or("").text();
    }

    /** The network's own word on its input, where it has one. */
    private static void requireImageSize(JsonNode<InvalidCardException> config, String input)
            throws InvalidCardException {
        if (Families.of(type(config)).filter(Families::anySize).isPresent()) {
            return;
        }
        JsonNode<InvalidCardException> size = part(config, "vision_config").at("image_size");
        if (size.value() instanceof Integer side
                && !Set.of(side + "x" + side, side.toString()).contains(input)) {
            throw size.refused("is another, for %s prepares images of %s".formatted(PREPROCESSOR, input));
        }
    }
}
