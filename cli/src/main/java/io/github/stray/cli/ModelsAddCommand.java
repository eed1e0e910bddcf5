// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import io.github.stray.text.TextLines;
import io.github.stray.vision.layout.NetworkOption;
import io.github.stray.vision.layout.NetworkOptions;
import io.github.stray.vision.model.AddOptions;
import io.github.stray.vision.model.ModelInstaller;
import io.github.stray.vision.model.ModelStore;
import io.github.stray.vision.model.StoredModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Installs an extractor. */
@Command(
        name = "add",
        description = {
            "Install an extractor: a name of the catalogue ('stray models list'), a repository of the model hub (hf:organisation/name[@revision]), a folder with extractor.json, a Hugging Face export (config.json, preprocessor_config.json, onnx/.., for texts tokenizer.json), a photo server's pair (config.json, visual/.., textual/..), or a bare .onnx file.",
            "What is fetched is checked and kept below STRAY_HOME; a download that was broken off goes on. STRAY_OFFLINE=1: only what is there already. STRAY_HUB_MIRROR: address of another hub. HF_TOKEN: access to gated repositories.",
            "A bare file needs --card, or all of --input-size --resize --crop --interpolation --mean --std --output, or --preset for all but the last: nothing about preprocessing is guessed. Of a folder or a repository these go before what it says."
        },
        footer = {
            "",
            "Example:",
            "  stray models add clip-vit-b32",
            "  stray models add hf:Xenova/dino-vits16 --name dino",
            "  stray models add dinov2-small --file onnx/model_int8.onnx --name dinov2-int8",
            "  stray models add resnet20.onnx --input-size 32 --resize exact:32x32 \\",
            "    --crop none --interpolation bilinear --mean .485,.456,.406 \\",
            "    --std .229,.224,.225 --output features,logits",
            "  stray models add clip.onnx .. \\",
            "    --output 'features=before(image_embeds),embeddings=image_embeds:l2'"
        })
final class ModelsAddCommand extends StrayCommand {
    @Parameters(paramLabel = "SOURCE", description = "Name, hf:organisation/name, folder or .onnx file.")
    private String source = "";

    @Option(names = "--name", paramLabel = "N", description = "Name to install it under.")
    private Optional<String> name = Optional.empty();

    @Option(names = "--card", paramLabel = "F", description = "Card (extractor.json) of a bare .onnx file.")
    private Optional<Path> card = Optional.empty();

    @Option(
            names = "--file",
            paramLabel = "F",
            description =
                    "Network of images in a folder or repository that has several, by its name or path: onnx/model_quantized.onnx. Its texts' network is the one of the same ending.")
    private Optional<String> file = Optional.empty();

    @Option(
            names = "--classes",
            paramLabel = "FILE",
            description =
                    "Names of the network's classes, one a line, in the order of its logits; for weights whose file does not hold them.")
    private Optional<Path> classes = Optional.empty();

    private NetworkOptions network = NetworkOptions.none();

    @Option(
            names = "--preset",
            paramLabel = "P",
            description =
                    "A usual preparation by its name: torchvision:IMAGENET1K_V1, torchvision:IMAGENET1K_V2, keras:caffe, keras:tf, keras:torch or ultralytics. The options below go before it.")
    void preset(String value) {
        network = network.with(NetworkOption.PRESET, value);
    }

    @Option(names = "--input-size", paramLabel = "S", description = "N or WxH.")
    void inputSize(String value) {
        network = network.with(NetworkOption.INPUT_SIZE, value);
    }

    @Option(
            names = "--resize",
            paramLabel = "R",
            description = "none, shortest:N, shortest:N/D, cover:WxH, within:WxH or exact:WxH.")
    void resize(String value) {
        network = network.with(NetworkOption.RESIZE, value);
    }

    @Option(
            names = "--crop",
            paramLabel = "C",
            description =
                    "none, center:N, center:WxH, or the same with center-floor or center-fast; @R,G,B behind it for borders that are not black.")
    void crop(String value) {
        network = network.with(NetworkOption.CROP, value);
    }

    @Option(
            names = "--interpolation",
            paramLabel = "I",
            description = "nearest, nearest-exact, box, bilinear, bicubic or lanczos.")
    void interpolation(String value) {
        network = network.with(NetworkOption.INTERPOLATION, value);
    }

    @Option(
            names = "--scale",
            paramLabel = "F",
            description = "Factor on levels of 0 to 255, such as 1/127.5; 1/255 if it is not given.")
    void scale(String value) {
        network = network.with(NetworkOption.SCALE, value);
    }

    @Option(
            names = "--mean",
            paramLabel = "R,G,B",
            description = "Means of scaled values, in the order of the channels.")
    void mean(String value) {
        network = network.with(NetworkOption.MEAN, value);
    }

    @Option(names = "--std", paramLabel = "R,G,B", description = "Standard deviations likewise.")
    void std(String value) {
        network = network.with(NetworkOption.STD, value);
    }

    @Option(names = "--channels", paramLabel = "O", description = "rgb, or bgr; rgb if it is not given.")
    void channels(String value) {
        network = network.with(NetworkOption.CHANNELS, value);
    }

    @Option(
            names = "--arithmetic",
            paramLabel = "A",
            description =
                    "levels: resized pixels are Pillow's; torchvision: they are torchvision's; unrounded: they are not rounded. levels if it is not given.")
    void arithmetic(String value) {
        network = network.with(NetworkOption.ARITHMETIC, value);
    }

    @Option(
            names = "--output",
            paramLabel = "O",
            description = {
                "Tensors to use as layers: layer=tensor[:l2] or tensor[:l2], separated by commas. An output, a hidden tensor, or one of",
                "  before(T): what the last linear layer in front of T reads",
                "  patches(T): what T is of the class token, of all others",
                "  class_token(T): the first token of T",
                "  tokens(T, K..): the tokens of T from the K-th on, or the places of a map",
                "  mean(T): the mean over tokens or places. A classifier's layers need not be said where it ends with an activation, or a preset is given."
            })
    void output(String value) {
        network = network.with(NetworkOption.OUTPUT, value);
    }

    @Option(
            names = "--pool",
            paramLabel = "P",
            description =
                    "Features of a base network whose family is not known, instead of --output: class (its first token), mean (over tokens or places) or pooler (its pooler_output).")
    void pool(String value) {
        network = network.with(NetworkOption.POOL, value);
    }

    @Override
    public Integer call() throws IOException {
        List<String> names = classes.isPresent() ? TextLines.classNames(classes.get()) : List.of();
        var options = new AddOptions(name, card, file, network, names);
        StoredModel added;
        try (var progress = new DownloadProgress(common)) {
            added = new ModelInstaller(ModelStore.ofEnvironment(), progress).add(source, options);
        }
        common.print(added.document(), added.lines());
        return ExitCode.DONE;
    }
}
