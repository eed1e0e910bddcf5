// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import io.github.stray.vision.layout.NetworkOptions;
import io.github.stray.vision.model.AddOptions;
import io.github.stray.vision.model.ModelInstaller;
import io.github.stray.vision.model.ModelStore;
import io.github.stray.vision.model.StoredModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Installs an extractor. */
@Command(
        name = "add",
        description = {
            "Install an extractor: a name of the catalogue ('stray models list'), a repository of the model hub (hf:organisation/name[@revision]), a folder with extractor.json, a Hugging Face export (config.json, preprocessor_config.json, onnx/.., for texts tokenizer.json), a photo server's pair (config.json, visual/.., textual/..), or a bare .onnx file.",
            "What is fetched is checked and kept below STRAY_HOME; a download that was broken off goes on. STRAY_OFFLINE=1: only what is there already. STRAY_HUB_MIRROR: address of another hub. HF_TOKEN: access to gated repositories.",
            "A bare file needs --card, or all of --input-size --resize --crop --interpolation --mean --std --output: nothing about preprocessing is guessed."
        },
        footer = {
            "",
            "Example:",
            "  stray models add clip-vit-b32",
            "  stray models add hf:Xenova/dino-vits16 --name dino",
            "  stray models add resnet20.onnx --input-size 32 --resize exact:32x32 \\",
            "    --crop none --interpolation bilinear --mean .485,.456,.406 \\",
            "    --std .229,.224,.225 --output features,logits",
            "  stray models add clip.onnx .. \\",
            "    --output 'features=before(image_embeds),embeddings=image_embeds:l2'"
        })
final class ModelsAddCommand implements Callable<Integer> {
    @Mixin
    private CommonOptions common = new CommonOptions();

    @Parameters(paramLabel = "SOURCE", description = "Name, hf:organisation/name, folder or .onnx file.")
    private String source = "";

    @Option(names = "--name", paramLabel = "N", description = "Name to install it under.")
    private Optional<String> name = Optional.empty();

    @Option(names = "--card", paramLabel = "F", description = "Card (extractor.json) of a bare .onnx file.")
    private Optional<Path> card = Optional.empty();

    @Option(
            names = "--file",
            paramLabel = "F",
            description = "Network of images in a folder that has several, such as model_quantized.onnx.")
    private Optional<String> file = Optional.empty();

    @Option(names = "--input-size", paramLabel = "S", description = "N or WxH.")
    private Optional<String> inputSize = Optional.empty();

    @Option(names = "--resize", paramLabel = "R", description = "none, shortest:N or exact:WxH.")
    private Optional<String> resize = Optional.empty();

    @Option(names = "--crop", paramLabel = "C", description = "none, center:N, center:WxH or center-floor:N.")
    private Optional<String> crop = Optional.empty();

    @Option(names = "--interpolation", paramLabel = "I", description = "nearest, box, bilinear, bicubic or lanczos.")
    private Optional<String> interpolation = Optional.empty();

    @Option(names = "--mean", paramLabel = "R,G,B", description = "Means of values scaled to 0..1.")
    private Optional<String> mean = Optional.empty();

    @Option(names = "--std", paramLabel = "R,G,B", description = "Standard deviations likewise.")
    private Optional<String> std = Optional.empty();

    @Option(
            names = "--output",
            paramLabel = "O",
            description = {
                "Tensors to use as layers: layer=tensor[:l2] or tensor[:l2], separated by commas. An output, a hidden tensor, or one of",
                "  before(T): what the last linear layer in front of T reads",
                "  patches(T): what T is of the class token, of all others",
                "  class_token(T): the first token of T."
            })
    private Optional<String> outputs = Optional.empty();

    @Override
    public Integer call() throws IOException {
        var network = new NetworkOptions(inputSize, resize, crop, interpolation, mean, std, outputs);
        var options = new AddOptions(name, card, file, network);
        StoredModel added;
        try (var progress = new DownloadProgress(common)) {
            added = new ModelInstaller(ModelStore.ofEnvironment(), progress).add(source, options);
        }
        common.print(added.document(), added.lines());
        return ExitCode.DONE;
    }
}
