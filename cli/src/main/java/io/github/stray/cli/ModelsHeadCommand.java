// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import static io.github.stray.cli.Count.formatted;
import static io.github.stray.store.JsonRow.row;

import io.github.stray.probe.LinearHead;
import io.github.stray.provenance.Provenance;
import io.github.stray.store.HeadFile;
import io.github.stray.vision.model.ClassifierHead;
import io.github.stray.vision.model.ModelStore;
import io.github.stray.vision.onnx.InferenceOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Takes out a head. */
@Command(
        name = "head",
        description = {
            "Take a classifier's last linear layer out of its network, for detectors that need a head.",
            "On generated images its logits are compared with the network's own."
        },
        footer = {
            "",
            "Example:",
            "  stray models head resnet20 -o head.safetensors",
            "  stray fit -d vim -m resnet20 -i photos --head head.safetensors -o guard.stray"
        })
final class ModelsHeadCommand extends StrayCommand {
    @Mixin
    private ProviderOptions network = new ProviderOptions();

    @Parameters(paramLabel = "M", description = "Name or folder.")
    private String model = "";

    @Option(names = "-o", required = true, paramLabel = "HEAD", description = "Head to write (.safetensors).")
    private Path output = Path.of("");

    @Option(names = "--force", description = "Replace a file that Stray did not write.")
    private boolean force;

    @Override
    public Integer call() throws IOException {
        Outputs.requireSuffix(output, ".safetensors");
        Outputs.require(output, force);
        ClassifierHead taken = ModelStore.ofEnvironment().find(model).head(InferenceOptions.on(network.provider));
        var inputs = new LinkedHashMap<String, String>();
        inputs.put("model", model);
        inputs.put("head", taken.dequantised() ? "the network's own, dequantised" : "the network's own");
        inputs.put("command", common.commandLine());
        HeadFile.write(output, taken.head(), Provenance.now(inputs));
        LinearHead head = taken.head();
        var document = row(
                "head", output.toString(),
                "model", model,
                "classes", head.classes(),
                "dimension", head.dimension(),
                "dequantised", taken.dequantised(),
                "difference", taken.difference(),
                "same_class", taken.sameClass());
        String rounded = taken.dequantised()
                ? ", which rounds them to integers; %.0f %% have the same largest one"
                        .formatted(100 * taken.sameClass())
                : "";
        String shape = "%s: head of %,d classes x %,d dimensions of %s";
        String differ = "on generated images its logits differ by %.1e of their norm from the network's own%s";
        common.print(
                document,
                List.of(
                        formatted(shape, output, head.classes(), head.dimension(), model),
                        formatted(differ, taken.difference(), rounded)));
        return ExitCode.DONE;
    }
}
