// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.model;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import com.grack.nanojson.JsonWriter;
import io.github.stray.graph.OnnxGraph;
import io.github.stray.graph.UnreadableGraphException;
import io.github.stray.vision.preprocess.Preprocessing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * An image network as Hugging Face's exporter lays it out: {@code config.json}, {@code preprocessor_config.json}, and
 * {@code vision_model.onnx} or {@code model.onnx}, in {@code onnx/} or beside them.
 *
 * <p>Preprocessing is that of the processors of NumPy arrays (the centre crop rounds down). Layers: with an output
 * {@code image_embeds}, what its projection reads as {@code features} and itself, of unit norm, as {@code embeddings}, and
 * {@code patches} where the graph has the usual shape; with {@code logits}, these and what their last linear layer reads;
 * with {@code pooler_output} of a CLIP, that; else the class token of {@code last_hidden_state}, for the networks that are
 * known to have one. Everything else, and every key whose meaning is not known, is refused.
 *
 * @param network the network's file
 * @param options its description
 */
record HuggingFaceExport(Path network, NetworkOptions options) {
    private static final String CONFIG = "config.json";
    private static final String PREPROCESSOR = "preprocessor_config.json";
    private static final List<String> NETWORKS =
            List.of("onnx/vision_model.onnx", "onnx/model.onnx", "vision_model.onnx", "model.onnx");
    private static final Set<String> CLASS_TOKEN = Set.of("vit", "deit", "vit_msn", "dinov2", "dinov2_with_registers");
    private static final Set<String> CLIP = Set.of("clip", "clip_vision_model");
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

    static boolean isOne(Path folder) {
        return !Files.exists(folder.resolve(ExtractorCard.FILE_NAME)) && Files.isRegularFile(folder.resolve(CONFIG));
    }

    static HuggingFaceExport read(Path folder) throws IOException {
        Path network = NETWORKS.stream()
                .map(folder::resolve)
                .filter(Files::isRegularFile)
                .findFirst()
                .orElseThrow(() -> new InvalidCardException(
                        "%s has a %s and no network: expected one of %s".formatted(folder, CONFIG, NETWORKS)));
        Settings config = Settings.read(folder.resolve(CONFIG));
        Settings pixels = Settings.read(folder.resolve(PREPROCESSOR));
        for (String key : pixels.json.keySet()) {
            if (!SILENT.contains(key) && !READ.contains(key) && !Boolean.FALSE.equals(pixels.json.get(key))) {
                throw pixels.refused(key, "is not known, and may change the pixels");
            }
        }
        String resize = resize(pixels);
        Optional<String> crop = crop(pixels);
        String input = crop.orElse(resize.startsWith("exact:") ? resize.substring("exact:".length()) : "");
        if (input.isEmpty()) {
            throw pixels.refused("size", "gives %s without a crop: images of many sizes".formatted(resize));
        }
        config.requireImageSize(input);
        return new HuggingFaceExport(
                network,
                new NetworkOptions(
                        Optional.of(input),
                        Optional.of(resize),
                        Optional.of(crop.map(size -> "center-floor:" + size).orElse("none")),
                        Optional.of(interpolation(pixels)),
                        Optional.of(normalisation(pixels, "image_mean", "0")),
                        Optional.of(normalisation(pixels, "image_std", "1")),
                        Optional.of(layers(config, network))));
    }

    private static String resize(Settings pixels) throws InvalidCardException {
        if (!pixels.flag("do_resize")) {
            return "none";
        }
        Object size = pixels.require("size");
        if (size instanceof JsonObject sides && sides.keySet().equals(Set.of("shortest_edge"))) {
            return "shortest:" + pixels.pixels("size", sides.get("shortest_edge"));
        }
        if (size instanceof JsonObject) {
            return "exact:" + sides(pixels, "size");
        }
        String processor = pixels.text("image_processor_type", pixels.text("feature_extractor_type", ""));
        if (processor.startsWith("CLIP")) {
            return "shortest:" + pixels.pixels("size", size);
        }
        if (processor.startsWith("ViT") || processor.startsWith("Deit") || processor.startsWith("DeiT")) {
            return "exact:" + sides(pixels, "size");
        }
        throw pixels.refused(
                "size",
                "is a number, which is the shorter side for some processors and both for others, and 'image_processor_type' is '%s'"
                        .formatted(processor));
    }

    private static Optional<String> crop(Settings pixels) throws InvalidCardException {
        if (pixels.json.has("do_center_crop") && pixels.flag("do_center_crop")) {
            return Optional.of(sides(pixels, "crop_size"));
        }
        return Optional.empty();
    }

    /** Width and height, as {@code WxH}. */
    private static String sides(Settings pixels, String key) throws InvalidCardException {
        Object value = pixels.require(key);
        if (value instanceof JsonObject sides) {
            if (!sides.keySet().equals(Set.of("height", "width"))) {
                throw pixels.refused(key, "must be a number, or have height and width");
            }
            return pixels.pixels(key, sides.get("width")) + "x" + pixels.pixels(key, sides.get("height"));
        }
        int side = pixels.pixels(key, value);
        return side + "x" + side;
    }

    private static String interpolation(Settings pixels) throws InvalidCardException {
        if (!pixels.flag("do_resize")) {
            return "bilinear";
        }
        String filter = pixels.require("resample") instanceof Integer code ? PILLOW_FILTERS.get(code) : null;
        if (filter == null) {
            throw pixels.refused("resample", "must be one of Pillow's filters %s".formatted(PILLOW_FILTERS.keySet()));
        }
        return filter;
    }

    private static String normalisation(Settings pixels, String key, String without) throws InvalidCardException {
        boolean rescaled = !pixels.json.has("do_rescale") || pixels.flag("do_rescale");
        Object factor = pixels.json.get("rescale_factor");
        if (!rescaled) {
            throw pixels.refused("do_rescale", "must be true: pixels of 0 to 255 are not supported");
        }
        if (factor != null
                && !(factor instanceof Number number
                        && Math.abs(number.doubleValue() - Preprocessing.UNIT_SCALE) < 1e-9)) {
            throw pixels.refused("rescale_factor", "must be 1/255");
        }
        if (!pixels.flag("do_normalize")) {
            return String.join(",", without, without, without);
        }
        if (!(pixels.require(key) instanceof JsonArray numbers)
                || numbers.size() != 3
                || !numbers.stream().allMatch(Number.class::isInstance)) {
            throw pixels.refused(key, "must be three numbers");
        }
        return numbers.stream().map(Object::toString).collect(Collectors.joining(","));
    }

    private static String layers(Settings config, Path network) throws IOException {
        OnnxGraph graph = OnnxGraph.read(network, network.toString());
        List<String> outputs = graph.outputs();
        String type = config.text("model_type", "");
        if (outputs.contains("image_embeds")) {
            String both = "features=before(image_embeds),embeddings=image_embeds:l2";
            return hasPatches(graph) ? both + ",patches=patches(image_embeds)" : both;
        }
        if (outputs.contains("logits")) {
            return "features=before(logits),logits=logits";
        }
        if (CLIP.contains(type) && outputs.contains("pooler_output")) {
            return "features=pooler_output";
        }
        if (CLASS_TOKEN.contains(type) && outputs.contains("last_hidden_state")) {
            return "features=class_token(last_hidden_state)";
        }
        throw config.refused(
                "model_type",
                "with the outputs %s of %s is not known: add the network by --output and the other options of its images"
                        .formatted(outputs, network));
    }

    private static boolean hasPatches(OnnxGraph graph) throws IOException {
        try {
            return graph.expose(List.of("patches(image_embeds)")).length > 0;
        } catch (UnreadableGraphException e) {
            return false;
        }
    }

    /** A JSON file that names itself. */
    private record Settings(Path file, JsonObject json) {
        static Settings read(Path file) throws IOException {
            if (!Files.isRegularFile(file)) {
                throw new InvalidCardException("%s is missing: how images are prepared is not guessed".formatted(file));
            }
            try {
                return new Settings(file, JsonParser.object().from(Files.readString(file)));
            } catch (JsonParserException e) {
                throw new InvalidCardException(
                        "%s is no JSON object, or is damaged or truncated: %s".formatted(file, e.getMessage()), e);
            }
        }

        InvalidCardException refused(String key, String reason) {
            return new InvalidCardException("%s: key '%s' (%s) %s"
                    .formatted(file, key, json.has(key) ? JsonWriter.string(json.get(key)) : "missing", reason));
        }

        Object require(String key) throws InvalidCardException {
            Object value = json.get(key);
            if (value == null) {
                throw refused(key, "is needed");
            }
            return value;
        }

        boolean flag(String key) throws InvalidCardException {
            if (require(key) instanceof Boolean flag) {
                return flag;
            }
            throw refused(key, "must be true or false");
        }

        String text(String key, String otherwise) {
            return Objects.requireNonNullElse(json.getString(key), otherwise);
        }

        int pixels(String key, @Nullable Object value) throws InvalidCardException {
            if (value instanceof Integer side && side >= 1) {
                return side;
            }
            throw refused(key, "must give whole numbers of pixels");
        }

        /** The network's own word on its input, where it has one. */
        void requireImageSize(String input) throws InvalidCardException {
            JsonObject own = json.has("vision_config") ? json.getObject("vision_config") : json;
            if (own != null && own.get("image_size") instanceof Integer side && !input.equals(side + "x" + side)) {
                throw new InvalidCardException("%s: key 'image_size' is %d, and %s prepares images of %s"
                        .formatted(file, side, PREPROCESSOR, input));
            }
        }
    }
}
