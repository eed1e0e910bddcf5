// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.layout;

import io.github.stray.graph.OnnxGraph;
import io.github.stray.store.JsonNode;
import io.github.stray.vision.card.InvalidCardException;
import io.github.stray.vision.preprocess.CropRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * A CLIP as photo servers keep it: {@code config.json} as open_clip writes it, {@code visual/model.onnx} with
 * {@code preprocess_cfg.json}, {@code textual/model.onnx} with {@code tokenizer.json} and {@code tokenizer_config.json}; or
 * {@code visual.onnx} and {@code textual.onnx} with all of these beside them; or {@code open_clip_config.json}, which holds the
 * settings of both, with {@code onnx/vision_model.onnx}, {@code onnx/text_model.onnx} and the tokenizer's files.
 *
 * <p>Preprocessing is open_clip's for inference: Pillow's resize of the shorter side and torchvision's centre crop, {@code
 * squash} to both sides, or {@code longest}, which fits the image in and fills the rest with {@code fill_color}; any
 * interpolation but bilinear is bicubic, and so is every one of a {@code shortest} with sides that differ. {@code embeddings} are the output, of unit norm;
 * {@code features} and {@code patches} are taken from the graph where it has the usual shape, and are absent otherwise.
 * Texts are read as {@link OpenClipTexts} says.
 */
final class PhotoServerPair {
    static final String IMAGES = "visual/model.onnx";
    static final String FLAT_IMAGES = "visual.onnx";
    private static final String HUB = "open_clip_config.json";
    private static final String TEXTS = "textual/model.onnx";
    private static final String FLAT_TEXTS = "textual.onnx";
    private static final int USUAL_SIZE = 224;
    private static final List<Double> MEAN = List.of(0.48145466, 0.4578275, 0.40821073);
    private static final List<Double> STD = List.of(0.26862954, 0.26130258, 0.27577711);
    private static final Set<String> PIXEL_KEYS =
            Set.of("size", "mode", "mean", "std", "interpolation", "resize_mode", "fill_color");

    private PhotoServerPair() {}

    static boolean isOne(Path folder) {
        return Files.isRegularFile(folder.resolve(IMAGES))
                || Files.isRegularFile(folder.resolve(FLAT_IMAGES))
                || isHub(folder);
    }

    /** Whether settings of open_clip are all there is. */
    private static boolean isHub(Path folder) {
        return Files.isRegularFile(folder.resolve(HUB)) && !Files.isRegularFile(folder.resolve("config.json"));
    }

    private static FolderLayout hub(Path folder, Optional<String> file, NetworkOptions said) throws IOException {
        JsonNode<InvalidCardException> settings = FolderLayout.settings(folder.resolve(HUB), "it says what it is");
        ExportedFiles files = ExportedFiles.in(folder, file);
        return layout(
                "an export of open_clip",
                folder,
                files,
                settings.at("model_cfg"),
                settings.at("preprocess_cfg").or(Map.of()),
                said);
    }

    static FolderLayout read(Path folder, Optional<String> file, NetworkOptions said) throws IOException {
        if (isHub(folder)) {
            return hub(folder, file, said);
        }
        Path images = file.isPresent()
                ? chosen(folder, file.get())
                : one(folder, IMAGES, FLAT_IMAGES)
                        .orElseThrow(() -> new InvalidCardException("%s has no %s".formatted(folder, IMAGES)));
        Path same = folder.resolve(TEXTS).resolveSibling(String.valueOf(images.getFileName()));
        Optional<Path> texts = Files.isRegularFile(same) ? Optional.of(same) : one(folder, TEXTS, FLAT_TEXTS);
        Path beside = images.resolveSibling("preprocess_cfg.json");
        if (Files.exists(folder.resolve("preprocessor_config.json")) && !Files.exists(beside)) {
            throw new InvalidCardException(
                    "%s has the images' network of a photo server's pair and the preprocessor_config.json of a Hugging Face export: which of them says how images are prepared is not guessed"
                            .formatted(folder));
        }
        JsonNode<InvalidCardException> config =
                FolderLayout.settings(folder.resolve("config.json"), "it says what the networks are");
        JsonNode<InvalidCardException> pixels = FolderLayout.settings(beside, "how images are prepared is not guessed");
        return layout("a photo server's pair", folder, new ExportedFiles(images, texts), config, pixels, said);
    }

    private static FolderLayout layout(
            String kind,
            Path folder,
            ExportedFiles files,
            JsonNode<InvalidCardException> config,
            JsonNode<InvalidCardException> pixels,
            NetworkOptions said)
            throws IOException {
        Path images = files.images();
        OnnxGraph graph = OnnxGraph.read(images, images.toString());
        FolderLayout.requireImages(graph, images);
        if (graph.outputs().size() != 1) {
            throw new InvalidCardException(
                    "%s has the outputs %s, expected one: the embeddings of images".formatted(images, graph.outputs()));
        }
        Optional<Path> texts = files.texts();
        ImageLayers layers = ImageLayers.of(graph, graph.outputs().getFirst());
        NetworkOptions options = pixels(config, pixels).with(NetworkOption.OUTPUT, layers.output());
        FolderTexts words = texts.isEmpty()
                ? FolderTexts.NONE
                : OpenClipTexts.read(
                        texts.get(),
                        place(folder, texts.get()),
                        isHub(folder) ? folder : texts.get().resolveSibling(""),
                        openClip(config, "text_cfg"));
        return new FolderLayout(
                kind,
                images,
                place(folder, images),
                FolderLayout.both(said, options),
                Optional.empty(),
                words.after(layers.notes()),
                words.source());
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

    /** A network of images by its name, or by its path in the folder. */
    private static Path chosen(Path folder, String name) throws InvalidCardException {
        Path inside = folder.resolve(IMAGES).resolveSibling(name);
        Path images = Files.isRegularFile(inside) ? inside : folder.resolve(name);
        if (!Files.isRegularFile(images)) {
            throw new InvalidCardException("%s has no %s, in visual/ or beside its settings".formatted(folder, name));
        }
        return images;
    }

    private static String place(Path folder, Path network) {
        Path parent = folder.relativize(network).getParent();
        return parent == null ? "" : parent + "/";
    }

    /** How images are prepared. */
    static NetworkOptions pixels(JsonNode<InvalidCardException> config, JsonNode<InvalidCardException> pixels)
            throws InvalidCardException {
        for (String key : pixels.keys()) {
            if (!PIXEL_KEYS.contains(key)) {
                throw pixels.at(key).refused("is not known, and may change the pixels");
            }
        }
        if (!pixels.at("mode").or("RGB").text().equals("RGB")) {
            throw pixels.at("mode").refused("must be RGB");
        }
        JsonNode<InvalidCardException> own = openClip(config, "vision_cfg").at("image_size");
        String size = sides(pixels.at("size").or(Objects.requireNonNullElse(own.value(), USUAL_SIZE)));
        if (own.isPresent() && !sides(own).equals(size)) {
            throw own.refused("is not the %s that %s prepares".formatted(size, pixels.source()));
        }
        String mode = pixels.at("resize_mode").or("shortest").text();
        String[] sides = size.split("x", -1);
        boolean square = sides[0].equals(sides[1]);
        int level = mode.equals("longest") ? pixels.at("fill_color").or(0).whole(0) : 0;
        String crop = new CropRule.Center(
                        Integer.parseInt(sides[0]),
                        Integer.parseInt(sides[1]),
                        CropRule.Alignment.EVEN,
                        List.of(level, level, level))
                .toString();
        NetworkOptions brought = switch (mode) {
            case "squash" -> sized("exact:" + size, "none", interpolation(pixels));
            case "longest" -> sized("within:" + size, crop, interpolation(pixels));
            case "shortest" ->
                square
                        ? sized("shortest:" + sides[0], crop, interpolation(pixels))
                        : sized("cover:" + size, crop, "bicubic");
            default -> throw pixels.at("resize_mode").refused("is not known, expected shortest, longest or squash");
        };
        return brought.with(NetworkOption.INPUT_SIZE, size)
                .with(NetworkOption.MEAN, FolderLayout.three(pixels.at("mean").or(MEAN)))
                .with(NetworkOption.STD, FolderLayout.three(pixels.at("std").or(STD)));
    }

    private static NetworkOptions sized(String resize, String crop, String interpolation) {
        return NetworkOptions.none()
                .with(NetworkOption.RESIZE, resize)
                .with(NetworkOption.CROP, crop)
                .with(NetworkOption.INTERPOLATION, interpolation);
    }

    private static String interpolation(JsonNode<InvalidCardException> pixels) throws InvalidCardException {
        return switch (pixels.at("interpolation").or("bicubic").text()) {
            case "bilinear" -> "bilinear";
            case "bicubic", "random" -> "bicubic";
            default -> throw pixels.at("interpolation").refused("must be bicubic, bilinear or random");
        };
    }

    /** Width and height, as {@code WxH}; the file has the height first. */
    private static String sides(JsonNode<InvalidCardException> size) throws InvalidCardException {
        if (!(size.value() instanceof List<?> both) || both.size() != 2) {
            int side = size.whole(1);
            return side + "x" + side;
        }
        List<Integer> sides = size.list(side -> side.whole(1));
        return sides.get(1) + "x" + sides.get(0);
    }

    private static JsonNode<InvalidCardException> openClip(JsonNode<InvalidCardException> config, String key)
            throws InvalidCardException {
        if (!config.at(key).isPresent()) {
            throw config.at(key).refused("is needed: expected the settings of open_clip");
        }
        return config.at(key);
    }
}
