// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import static io.github.stray.cli.Count.formatted;
import static io.github.stray.store.JsonRow.row;

import io.github.stray.extract.FeatureExtractor;
import io.github.stray.feature.FeatureMatrix;
import io.github.stray.text.TextEncoder;
import io.github.stray.vision.model.ModelCheck;
import io.github.stray.vision.model.ModelStore;
import io.github.stray.vision.model.StoredModel;
import io.github.stray.vision.onnx.InferenceOptions;
import io.github.stray.vision.onnx.OnnxNetwork;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Tries an extractor. */
@Command(
        name = "check",
        description = {
            "Try an extractor on generated images: layers, determinism, batch invariance, speed, memory.",
            "What it makes of one image is compared with what the card says it made when it was installed."
        })
final class ModelsCheckCommand extends StrayCommand {
    private static final String CAT = "a photo of a cat";
    private static final String TOWER = "a stone tower at night";

    /** A text encoder that tells nothing apart gives every text nearly this. */
    private static final double ALIKE = 1 - 1e-6;

    @Mixin
    private ProviderOptions network = new ProviderOptions();

    @Parameters(paramLabel = "M", description = "Name or folder.")
    private String model = "";

    @Override
    public Integer call() throws IOException {
        int threads = Runtime.getRuntime().availableProcessors();
        StoredModel stored = ModelStore.ofEnvironment().find(model);
        ModelCheck check;
        try (FeatureExtractor extractor = stored.open(InferenceOptions.on(network.provider))) {
            check = ModelCheck.of(extractor, stored.card().reference(), threads);
        }
        OptionalDouble texts = texts(stored);
        boolean passed = check.passed() && texts.orElse(0) < ALIKE;
        String provider = network.provider.id();
        var document = row(
                "model", model,
                "passed", passed,
                "provider", provider,
                "onnxruntime", OnnxNetwork.runtimeVersion());
        document.putAll(check.document());
        var lines = new ArrayList<String>();
        lines.add("%s: %s".formatted(model, passed ? "passed" : "FAILED"));
        lines.add("  provider        %s, ONNX Runtime %s".formatted(provider, OnnxNetwork.runtimeVersion()));
        lines.addAll(check.lines());
        texts.ifPresent(cosine -> {
            document.put("text_cosine", cosine);
            lines.add(formatted("  texts           '%s' and '%s' have a cosine of %.3f", CAT, TOWER, cosine));
        });
        common.print(document, lines);
        return passed ? ExitCode.DONE : ExitCode.FAILED;
    }

    /** Cosine of two texts that mean different things, where there is a text encoder. */
    private OptionalDouble texts(StoredModel stored) throws IOException {
        if (stored.card().text().isEmpty()) {
            return OptionalDouble.empty();
        }
        try (TextEncoder encoder = TextEncoder.open(stored, network.provider)) {
            FeatureMatrix rows = encoder.encode(List.of(CAT, TOWER)).features();
            double cosine = 0;
            for (int i = 0; i < rows.dimension(); i++) {
                cosine += (double) rows.row(0)[i] * rows.row(1)[i];
            }
            return OptionalDouble.of(cosine);
        }
    }
}
