// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.layout;

import io.github.stray.graph.OnnxGraph;
import io.github.stray.store.JsonNode;
import io.github.stray.vision.card.InvalidCardException;
import io.github.stray.vision.card.TextTower;
import io.github.stray.vision.preprocess.Preprocessing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A network as Hugging Face's exporter lays it out: {@code config.json}, {@code preprocessor_config.json}, and
 * {@code vision_model.onnx} or {@code model.onnx}, in {@code onnx/} or beside them; a CLIP's text encoder is
 * {@code text_model.onnx} in the same place, or part of {@code model.onnx}, with {@code tokenizer.json} and
 * {@code tokenizer_config.json} or {@code special_tokens_map.json}.
 *
 * <p>Preprocessing is that of the processors of NumPy arrays (the centre crop rounds down; {@code ConvNextImageProcessor},
 * which ResNets have too, resizes the shorter side to {@code size / crop_pct} and crops {@code size} where that is below 384,
 * and resizes both sides otherwise). Layers: with an output
 * {@code image_embeds}, what its projection reads as {@code features} and itself, of unit norm, as {@code embeddings}, and
 * {@code patches} where the graph has the usual shape; with {@code logits}, these and what their last linear layer reads;
 * with {@code pooler_output} of a CLIP, that; else the class token of {@code last_hidden_state}, for the networks that are
 * known to have one. Texts: {@code text_embeds}, of a text filled up with the tokenizer's {@code pad_token} to
 * {@code text_config.max_position_embeddings} tokens, 77 where a CLIP's configuration leaves them out. Everything else, and every key whose meaning is not known, is refused.
 */
final class HuggingFaceExport {
    private static final String CONFIG = "config.json";
    private static final String PREPROCESSOR = "preprocessor_config.json";
    private static final String CONTEXT = "max_position_embeddings";

    /** What CLIP's configurations leave out when it is this. */
    private static final int USUAL_CONTEXT = 77;

    private static final String TEXT_OUTPUT = "text_embeds";
    /** Share of a resized image that {@code ConvNextImageProcessor} keeps, of images below a size. */
    private static final String CROP_SHARE = "crop_pct";

    private static final String SHORTEST = "shortest_edge";

    private static final int NOT_CROPPED = 384;
    private static final Map<Integer, String> PILLOW_FILTERS =
            Map.of(0, "nearest", 1, "lanczos", 2, "bilinear", 3, "bicubic", 4, "box");

    /** Keys that say nothing about pixels. */
    private static final Set<String> SILENT = Set.of(
            "image_processor_type",
            "feature_extractor_type",
            "processor_class",
            "_valid_processor_keys",
            "do_convert_rgb",
            "data_format",
            "input_data_format",
            "return_tensors",
            "device",
            "disable_grouping",
            "default_to_square");

    private static final Set<String> READ = Set.of(
            "do_resize",
            "size",
            "resample",
            "do_center_crop",
            "crop_size",
            "do_rescale",
            "rescale_factor",
            "do_normalize",
            "image_mean",
            "image_std");

    private HuggingFaceExport() {}

    static boolean isOne(Path folder) {
        return Files.isRegularFile(folder.resolve(CONFIG))
                && !Files.isRegularFile(folder.resolve(PhotoServerPair.IMAGES))
                && !Files.isRegularFile(folder.resolve(PhotoServerPair.FLAT_IMAGES));
    }

    static FolderLayout read(Path folder, Optional<String> file) throws IOException {
        ExportedFiles files = ExportedFiles.in(folder, file);
        Path network = files.images();
        JsonNode<InvalidCardException> config =
                FolderLayout.settings(folder.resolve(CONFIG), "it says what the network is");
        JsonNode<InvalidCardException> pixels =
                FolderLayout.settings(folder.resolve(PREPROCESSOR), "how images are prepared is not guessed");
        for (String key : pixels.keys()) {
            // What a processor does not set it may write as null.
            if (pixels.at(key).isPresent()
                    && !SILENT.contains(key)
                    && !READ.contains(key)
                    && !(key.equals(CROP_SHARE) && isConvNext(pixels))
                    && !Boolean.FALSE.equals(pixels.at(key).value())) {
                throw pixels.at(key).refused("is not known, and may change the pixels");
            }
        }
        String resize = resize(pixels);
        Optional<String> crop = crop(pixels);
        String input = crop.orElse(resize.startsWith("exact:") ? resize.substring("exact:".length()) : "");
        if (input.isEmpty()) {
            throw pixels.at("size").refused("gives %s without a crop: images of many sizes".formatted(resize));
        }
        requireImageSize(config, input);
        OnnxGraph graph = OnnxGraph.read(network, network.toString());
        FolderLayout.requireImages(graph, network);
        ImageLayers layers =
                ImageLayers.of(config, graph, network, files.texts().isPresent());
        return new FolderLayout(
                "a Hugging Face export",
                network,
                "",
                new NetworkOptions(
                        Optional.of(input),
                        Optional.of(resize),
                        Optional.of(crop.map(size -> "center-floor:" + size).orElse("none")),
                        Optional.of(interpolation(pixels)),
                        Optional.of(normalisation(pixels, "image_mean", "0")),
                        Optional.of(normalisation(pixels, "image_std", "1")),
                        Optional.of(layers.output())),
                layers.notes(),
                text(folder, config, graph, files));
    }

    private static Optional<TextSource> text(
            Path folder, JsonNode<InvalidCardException> config, OnnxGraph graph, ExportedFiles files)
            throws IOException {
        boolean inside = graph.outputs().contains(TEXT_OUTPUT);
        Optional<Path> own = files.texts();
        if (own.isEmpty() && !inside) {
            return Optional.empty();
        }
        Path file = own.orElse(files.images());
        OnnxGraph words = own.isEmpty() ? graph : OnnxGraph.read(file, file.toString());
        if (!words.outputs().contains(TEXT_OUTPUT)) {
            FolderLayout.requireTexts(words, words.outputs(), file);
            throw new InvalidCardException(
                    "%s has the outputs %s, expected %s: the embeddings of texts, projected to the dimension of the images'"
                            .formatted(file, words.outputs(), TEXT_OUTPUT));
        }
        JsonNode<InvalidCardException> settings = part(config, "text_config");
        boolean clip = type(config).equals("clip");
        return Optional.of(new TextSource(
                file,
                "",
                words,
                TEXT_OUTPUT,
                TokenizerFiles.read(folder, file),
                (clip ? settings.at(CONTEXT).or(USUAL_CONTEXT) : settings.at(CONTEXT)).whole(1),
                TextTower.Cleaning.NONE,
                clip));
    }

    /** A part of a configuration, or all of it where it has no parts. */
    private static JsonNode<InvalidCardException> part(JsonNode<InvalidCardException> config, String key)
            throws InvalidCardException {
        return config.at(key).isPresent() ? config.at(key) : config;
    }

    private static String type(JsonNode<InvalidCardException> config) throws InvalidCardException {
        return config.at("model_type").or("").text();
    }

    private static String resize(JsonNode<InvalidCardException> pixels) throws InvalidCardException {
        if (!pixels.at("do_resize").flag()) {
            return "none";
        }
        if (isConvNext(pixels)) {
            int side = convNextSide(pixels);
            return side < NOT_CROPPED ? "shortest:" + (int) (side / cropShare(pixels)) : "exact:" + side + "x" + side;
        }
        JsonNode<InvalidCardException> size = pixels.at("size");
        String processor = processor(pixels);
        if (isShortestEdge(size)) {
            return "shortest:" + size.at(SHORTEST).whole(1);
        }
        if (size.isObject()
                || processor.startsWith("ViT")
                || processor.startsWith("Deit")
                || processor.startsWith("DeiT")) {
            return "exact:" + sides(size);
        }
        if (processor.startsWith("CLIP")) {
            return "shortest:" + size.whole(1);
        }
        throw size.refused(
                "is a number, which is the shorter side for some processors and both for others, and 'image_processor_type' is '%s'"
                        .formatted(processor));
    }

    private static boolean isShortestEdge(JsonNode<InvalidCardException> size) throws InvalidCardException {
        return size.isObject() && size.keys().equals(Set.of(SHORTEST));
    }

    private static String processor(JsonNode<InvalidCardException> pixels) throws InvalidCardException {
        return pixels.at("image_processor_type")
                .or(pixels.at("feature_extractor_type").or("").text())
                .text();
    }

    private static boolean isConvNext(JsonNode<InvalidCardException> pixels) throws InvalidCardException {
        return processor(pixels).startsWith("ConvNext");
    }

    /** The side that comes out: a number, or the shorter one. */
    private static int convNextSide(JsonNode<InvalidCardException> pixels) throws InvalidCardException {
        JsonNode<InvalidCardException> size = pixels.at("size");
        if (size.isObject() && !isShortestEdge(size)) {
            throw size.refused("must be a number, or have shortest_edge");
        }
        return (size.isObject() ? size.at(SHORTEST) : size).whole(1);
    }

    private static double cropShare(JsonNode<InvalidCardException> pixels) throws InvalidCardException {
        double share = pixels.at(CROP_SHARE).number();
        if (share > 0 && share <= 1) {
            return share;
        }
        throw pixels.at(CROP_SHARE).refused("must be a number above 0 and at most 1");
    }

    private static Optional<String> crop(JsonNode<InvalidCardException> pixels) throws InvalidCardException {
        if (isConvNext(pixels)) {
            int side = convNextSide(pixels);
            return pixels.at("do_resize").flag() && side < NOT_CROPPED
                    ? Optional.of(side + "x" + side)
                    : Optional.empty();
        }
        return pixels.at("do_center_crop").or(false).flag()
                ? Optional.of(sides(pixels.at("crop_size")))
                : Optional.empty();
    }

    /** Width and height, as {@code WxH}. */
    private static String sides(JsonNode<InvalidCardException> size) throws InvalidCardException {
        if (!size.isObject()) {
            int side = size.whole(1);
            return side + "x" + side;
        }
        if (!size.keys().equals(Set.of("height", "width"))) {
            throw size.refused("must be a number, or have height and width");
        }
        return size.at("width").whole(1) + "x" + size.at("height").whole(1);
    }

    private static String interpolation(JsonNode<InvalidCardException> pixels) throws InvalidCardException {
        if (!pixels.at("do_resize").flag()) {
            return "bilinear";
        }
        JsonNode<InvalidCardException> resample = pixels.at("resample");
        String filter = PILLOW_FILTERS.get(resample.whole(0));
        if (filter == null) {
            throw resample.refused("must be one of Pillow's filters %s".formatted(PILLOW_FILTERS.keySet()));
        }
        return filter;
    }

    private static String normalisation(JsonNode<InvalidCardException> pixels, String key, String without)
            throws InvalidCardException {
        if (!pixels.at("do_rescale").or(true).flag()) {
            throw pixels.at("do_rescale").refused("must be true: pixels of 0 to 255 are not supported");
        }
        JsonNode<InvalidCardException> factor = pixels.at("rescale_factor").or(Preprocessing.UNIT_SCALE);
        if (Math.abs(factor.number() - Preprocessing.UNIT_SCALE) >= 1e-9) {
            throw factor.refused("must be 1/255");
        }
        return pixels.at("do_normalize").flag()
                ? FolderLayout.three(pixels.at(key))
                : String.join(",", without, without, without);
    }

    /** The network's own word on its input, where it has one. */
    private static void requireImageSize(JsonNode<InvalidCardException> config, String input)
            throws InvalidCardException {
        if (Families.of(type(config)).filter(Families::anySize).isPresent()) {
            return;
        }
        JsonNode<InvalidCardException> size = part(config, "vision_config").at("image_size");
        if (size.value() instanceof Integer side && !input.equals(side + "x" + side)) {
            throw size.refused("is another, for %s prepares images of %s".formatted(PREPROCESSOR, input));
        }
    }
}
