// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.model;

import com.grack.nanojson.JsonArray;
import io.github.stray.graph.OnnxGraph;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A CLIP as photo servers keep it: {@code config.json} as open_clip writes it, {@code visual/model.onnx} with
 * {@code preprocess_cfg.json}, {@code textual/model.onnx} with {@code tokenizer.json} and {@code tokenizer_config.json}; or
 * {@code visual.onnx} and {@code textual.onnx} with all of these beside them.
 *
 * <p>Preprocessing is open_clip's for inference: Pillow's resize of the shorter side and torchvision's centre crop, or
 * {@code squash} to both sides; any interpolation but bilinear is bicubic. {@code embeddings} are the output, of unit norm;
 * {@code features} and {@code patches} are taken from the graph where it has the usual shape, and are absent otherwise.
 * Texts are cleaned as {@code text_cfg.tokenizer_kwargs.clean} says, and filled up with {@code pad_token} to
 * {@code text_cfg.context_length} (77 where it is not given, as in open_clip).
 */
final class PhotoServerPair {
    static final String IMAGES = "visual/model.onnx";
    static final String FLAT_IMAGES = "visual.onnx";
    private static final String TEXTS = "textual/model.onnx";
    private static final String FLAT_TEXTS = "textual.onnx";
    private static final int USUAL_CONTEXT = 77;
    private static final Set<String> TOKENIZER_ARGUMENTS = Set.of("clean");
    private static final Set<String> PIXEL_KEYS =
            Set.of("size", "mode", "mean", "std", "interpolation", "resize_mode", "fill_color");

    private PhotoServerPair() {}

    static boolean isOne(Path folder) {
        return Files.isRegularFile(folder.resolve(IMAGES)) || Files.isRegularFile(folder.resolve(FLAT_IMAGES));
    }

    static FolderLayout read(Path folder) throws IOException {
        Path images = one(folder, IMAGES, FLAT_IMAGES)
                .orElseThrow(() -> new InvalidCardException("%s has no %s".formatted(folder, IMAGES)));
        Optional<Path> texts = one(folder, TEXTS, FLAT_TEXTS);
        Path beside = images.resolveSibling("preprocess_cfg.json");
        if (Files.exists(folder.resolve("preprocessor_config.json")) && !Files.exists(beside)) {
            throw new InvalidCardException(
                    "%s has the images' network of a photo server's pair and the preprocessor_config.json of a Hugging Face export: which of them says how images are prepared is not guessed"
                            .formatted(folder));
        }
        JsonSettings config = JsonSettings.read(folder.resolve("config.json"), "it says what the networks are");
        JsonSettings pixels = JsonSettings.read(beside, "how images are prepared is not guessed");
        OnnxGraph graph = OnnxGraph.read(images, images.toString());
        FolderLayout.requireImages(graph, images);
        if (graph.outputs().size() != 1) {
            throw new InvalidCardException(
                    "%s has the outputs %s, expected one: the embeddings of images".formatted(images, graph.outputs()));
        }
        return new FolderLayout(
                "a photo server's pair",
                images,
                place(folder, images),
                options(config, pixels, graph),
                texts.isPresent() ? Optional.of(text(folder, texts.get(), config)) : Optional.empty());
    }

    private static Optional<Path> one(Path folder, String inside, String flat) throws InvalidCardException {
        if (Files.isRegularFile(folder.resolve(inside)) && Files.isRegularFile(folder.resolve(flat))) {
            throw new InvalidCardException("%s has both %s and %s, and which one is meant is not guessed: remove one"
                    .formatted(folder, inside, flat));
        }
        return List.of(inside, flat).stream()
                .map(folder::resolve)
                .filter(Files::isRegularFile)
                .findFirst();
    }

    private static String place(Path folder, Path network) {
        Path parent = folder.relativize(network).getParent();
        return parent == null ? "" : parent + "/";
    }

    private static NetworkOptions options(JsonSettings config, JsonSettings pixels, OnnxGraph graph)
            throws IOException {
        for (String key : pixels.json().keySet()) {
            if (!PIXEL_KEYS.contains(key)) {
                throw pixels.refused(key, "is not known, and may change the pixels");
            }
        }
        if (!pixels.text("mode", "RGB").equals("RGB")) {
            throw pixels.refused("mode", "must be RGB");
        }
        String size = sides(pixels, "size", pixels.require("size"));
        JsonSettings vision = config.inside("vision_cfg")
                .orElseThrow(() -> config.refused("vision_cfg", "is needed: expected the settings of open_clip"));
        if (vision.has("image_size")) {
            String own = sides(vision, "image_size", vision.require("image_size"));
            if (!own.equals(size)) {
                throw vision.refused("image_size", "is not the %s that %s prepares".formatted(size, pixels.file()));
            }
        }
        String mode = pixels.text("resize_mode");
        String[] sides = size.split("x", -1);
        if (!mode.equals("squash") && !(mode.equals("shortest") && sides[0].equals(sides[1]))) {
            throw pixels.refused(
                    "resize_mode",
                    "with images of %s is not supported: expected squash, or shortest with equal sides"
                            .formatted(size));
        }
        boolean squash = mode.equals("squash");
        return new NetworkOptions(
                Optional.of(size),
                Optional.of(squash ? "exact:" + size : "shortest:" + sides[0]),
                Optional.of(squash ? "none" : "center:" + sides[0]),
                Optional.of(interpolation(pixels)),
                Optional.of(three(pixels, "mean")),
                Optional.of(three(pixels, "std")),
                Optional.of(layers(graph)));
    }

    private static String interpolation(JsonSettings pixels) throws InvalidCardException {
        return switch (pixels.text("interpolation")) {
            case "bilinear" -> "bilinear";
            case "bicubic", "random" -> "bicubic";
            default -> throw pixels.refused("interpolation", "must be bicubic, bilinear or random");
        };
    }

    /** Width and height, as {@code WxH}; the file has the height first. */
    private static String sides(JsonSettings settings, String key, Object value) throws InvalidCardException {
        if (value instanceof JsonArray both && both.size() == 2) {
            return settings.pixels(key, both.get(1)) + "x" + settings.pixels(key, both.get(0));
        }
        int side = settings.pixels(key, value);
        return side + "x" + side;
    }

    private static String three(JsonSettings pixels, String key) throws InvalidCardException {
        if (!(pixels.require(key) instanceof JsonArray numbers)
                || numbers.size() != 3
                || !numbers.stream().allMatch(Number.class::isInstance)) {
            throw pixels.refused(key, "must be three numbers");
        }
        return numbers.stream().map(Object::toString).collect(Collectors.joining(","));
    }

    private static String layers(OnnxGraph graph) throws IOException {
        String output = graph.outputs().getFirst();
        String embeddings = "embeddings=" + output + ":l2";
        String features = "before(" + output + ")";
        String patches = "patches(" + output + ")";
        return (FolderLayout.exposes(graph, features) ? "features=" + features + "," : "")
                + embeddings
                + (FolderLayout.exposes(graph, patches) ? ",patches=" + patches : "");
    }

    private static TextSource text(Path folder, Path network, JsonSettings config) throws IOException {
        JsonSettings settings = config.inside("text_cfg")
                .orElseThrow(() -> config.refused("text_cfg", "is needed: expected the settings of open_clip"));
        OnnxGraph graph = OnnxGraph.read(network, network.toString());
        FolderLayout.requireTexts(graph, graph.outputs(), network);
        if (graph.outputs().size() != 1) {
            throw new InvalidCardException(
                    "%s has the outputs %s, expected one: the embeddings of texts".formatted(network, graph.outputs()));
        }
        // A mask of attention is what encoders of Hugging Face take, whose tokenizers are their own.
        boolean foreign = settings.has("hf_tokenizer_name") || graph.inputs().contains(TextSource.MASK);
        Path home = network.getParent() == null ? folder : network.getParent();
        return new TextSource(
                network,
                place(folder, network),
                graph,
                graph.outputs().getFirst(),
                TokenizerFiles.read(home, network),
                settings.has("context_length") ? settings.positive("context_length") : USUAL_CONTEXT,
                cleaning(settings, foreign ? "whitespace" : "lower"),
                !foreign);
    }

    private static TextTower.Cleaning cleaning(JsonSettings settings, String usual) throws InvalidCardException {
        Optional<JsonSettings> arguments = settings.inside("tokenizer_kwargs");
        if (arguments.isEmpty()) {
            return TextTower.Cleaning.of(usual);
        }
        for (String key : arguments.get().json().keySet()) {
            if (!TOKENIZER_ARGUMENTS.contains(key)) {
                throw arguments.get().refused(key, "is not known, and may change the tokens");
            }
        }
        try {
            return TextTower.Cleaning.of(arguments.get().text("clean", usual));
        } catch (IllegalArgumentException e) {
            throw arguments.get().refused("clean", "must be whitespace, lower or canonicalize");
        }
    }
}
