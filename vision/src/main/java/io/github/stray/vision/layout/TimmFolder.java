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
import java.util.Optional;

/**
 * A network of timm: {@code config.json} as timm writes it for a hub, with {@code pretrained_cfg}, and {@code model.onnx}.
 *
 * <p>Images are prepared as timm's transform for evaluation does it on images of Pillow ({@code
 * timm.data.transforms_factory.transforms_imagenet_eval}, timm 1.0.31): the size is {@code input_size}, and both sides by
 * {@code crop_pct}, rounded down, are resized to; {@code center} keeps proportions, {@code squash} does not; then torchvision's
 * centre crop. {@code border} fits the image into them and fills the rest with the mean colour. A network with {@code num_classes} has these logits and
 * what its last linear layer reads; one without has features.
 */
final class TimmFolder {
    private static final String CONFIG = "config.json";
    private static final String SETTINGS = "pretrained_cfg";
    private static final List<Double> IMAGENET_MEAN = List.of(0.485, 0.456, 0.406);
    private static final List<Double> IMAGENET_STD = List.of(0.229, 0.224, 0.225);

    private TimmFolder() {}

    static boolean isOne(Path folder) throws IOException {
        Path config = folder.resolve(CONFIG);
        return Files.isRegularFile(config)
                && !Files.exists(folder.resolve("preprocessor_config.json"))
                && JsonNode.read(config, InvalidCardException::new).at(SETTINGS).isObject();
    }

    static FolderLayout read(Path folder, Optional<String> file, NetworkOptions given) throws IOException {
        JsonNode<InvalidCardException> config = JsonNode.read(folder.resolve(CONFIG), InvalidCardException::new);
        Path network = ExportedFiles.in(folder, file).images();
        OnnxGraph graph = OnnxGraph.read(network, network.toString());
        FolderLayout.requireImages(graph, network);
        NetworkOptions said = given.pooled(graph);
        boolean all = said.resolved(Optional.empty()).sayAllOfPixels();
        NetworkOptions pixels = FolderLayout.both(said, all ? NetworkOptions.none() : pixels(config.at(SETTINGS)));
        return new FolderLayout(
                "an export of timm",
                network,
                "",
                said.get(NetworkOption.OUTPUT).isPresent()
                        ? pixels
                        : pixels.with(NetworkOption.OUTPUT, layers(config, graph, network)),
                all ? Optional.empty() : Optional.of("pretrained_cfg of timm (Pillow)"),
                List.of(),
                Optional.empty());
    }

    private static String layers(JsonNode<InvalidCardException> config, OnnxGraph graph, Path network)
            throws IOException {
        List<String> outputs = graph.outputs();
        if (outputs.size() != 1 && !outputs.contains("logits")) {
            throw new InvalidCardException("%s has the outputs %s, expected one".formatted(network, outputs));
        }
        String output = outputs.contains("logits") ? "logits" : outputs.getFirst();
        JsonNode<InvalidCardException> classes = config.at("num_classes").isPresent()
                ? config.at("num_classes")
                : config.at(SETTINGS).at("num_classes");
        return classes.whole(0) == 0
                ? "features=" + output
                : ImageLayers.classifier(graph, output).output();
    }

    static NetworkOptions pixels(JsonNode<InvalidCardException> settings) throws InvalidCardException {
        JsonNode<InvalidCardException> size = settings.at("input_size").or(List.of(3, 224, 224));
        List<Integer> sides = size.list(side -> side.whole(1));
        if (sides.size() != 3 || sides.getFirst() != 3) {
            throw size.refused("must be [3, height, width]");
        }
        int height = sides.get(1);
        int width = sides.get(2);
        JsonNode<InvalidCardException> share = settings.at("crop_pct").or(0.875);
        if (!(share.number() > 0)) {
            throw share.refused("must be above 0");
        }
        int scaledHeight = (int) (height / share.number());
        int scaledWidth = (int) (width / share.number());
        JsonNode<InvalidCardException> mode = settings.at("crop_mode").or("center");
        String resize = switch (mode.text()) {
            case "squash" -> "exact:%dx%d".formatted(scaledWidth, scaledHeight);
            case "center" ->
                scaledWidth == scaledHeight
                        ? "shortest:" + scaledWidth
                        : "cover:%dx%d".formatted(scaledWidth, scaledHeight);
            case "border" -> "within:%dx%d".formatted(scaledWidth, scaledHeight);
            default -> throw mode.refused("is not known, expected center, squash or border");
        };
        JsonNode<InvalidCardException> mean = settings.at("mean").or(IMAGENET_MEAN);
        CropRule crop = mode.text().equals("border")
                ? new CropRule.Center(
                        width,
                        height,
                        CropRule.Alignment.EVEN,
                        FolderLayout.threeNumbers(mean).stream()
                                .map(level -> (int) Math.rint(255 * level))
                                .toList())
                : new CropRule.Center(width, height);
        JsonNode<InvalidCardException> interpolation =
                settings.at("interpolation").or("bicubic");
        return NetworkOptions.none()
                .with(NetworkOption.INPUT_SIZE, width + "x" + height)
                .with(NetworkOption.RESIZE, resize)
                .with(NetworkOption.CROP, crop.toString())
                .with(NetworkOption.INTERPOLATION, interpolation.parsed(TimmFolder::interpolation))
                .with(NetworkOption.MEAN, FolderLayout.three(mean))
                .with(NetworkOption.STD, FolderLayout.three(settings.at("std").or(IMAGENET_STD)));
    }

    private static String interpolation(String name) {
        return switch (name) {
            case "nearest", "bilinear", "bicubic", "box", "lanczos" -> name;
            default -> throw new IllegalArgumentException("it is none of Pillow's that are known");
        };
    }
}
