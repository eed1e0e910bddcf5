// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import io.github.stray.extract.DatasetSource;
import io.github.stray.extract.ExtractionOptions;
import io.github.stray.extract.FeatureExtractor;
import io.github.stray.feature.FeatureSpace;
import io.github.stray.feature.Layer;
import io.github.stray.provenance.Provenance;
import io.github.stray.store.FeatureFileWriter;
import io.github.stray.vision.Extractors;
import io.github.stray.vision.image.ImageDecoder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Images to features. */
@Command(
        name = "extract",
        description = "Images to features: runs a network and writes its layers to a safetensors file.",
        footer = {"", "Example:", "  stray extract -m stray-mini -i photos -o photos.safetensors"})
final class ExtractCommand extends StrayCommand {
    @Mixin
    private ImageOptions images = new ImageOptions();

    @Mixin
    private ProviderOptions network = new ProviderOptions();

    @Option(
            names = "-m",
            required = true,
            paramLabel = "MODEL",
            description = "Extractor: a name of 'stray models' or a folder.")
    private String model = "";

    @Option(names = "-i", required = true, paramLabel = "INPUT", description = "Images: " + ImageOptions.INPUT_HELP)
    private String input = "";

    @Option(names = "-o", required = true, paramLabel = "FILE", description = "Features to write (.safetensors).")
    private Path output = Path.of("");

    @Option(
            names = "--layer",
            paramLabel = "L",
            split = ",",
            defaultValue = "features",
            description = "Layers, several in one pass: features, embeddings, logits, patches (default: features).")
    private List<Layer> layers = List.of();

    @Option(names = "--force", description = "Replace a file that Stray did not write.")
    private boolean force;

    @Override
    public Integer call() throws IOException {
        images.requireValid();
        Outputs.requireSuffix(output, ".safetensors");
        Outputs.require(output, force);
        var failures = new FailureLog();
        try (FeatureExtractor extractor = Extractors.open(model, network.provider)) {
            Map<Layer, FeatureSpace> spaces = extractor.spaces(layers);
            DatasetSource source = images.open(input);
            images.sayBatch(extractor, common);
            var options = new ExtractionOptions(List.copyOf(spaces.keySet()), images.batch, images.threads());
            Provenance provenance = Provenance.now(Map.of(
                    "command", common.commandLine(),
                    "dataset_fingerprint", source.fingerprint(),
                    "jpeg_decoder", ImageDecoder.jpegDecoder(),
                    "provider", network.provider.id()));
            try (FeatureFileWriter writer =
                    FeatureFileWriter.create(output, spaces, source.classNames(), source.name(), provenance)) {
                try (var progress = new TaskProgress(common, failures)) {
                    progress.begin("extracting", "images", source.size());
                    extractor.extract(source, options, writer.with(progress));
                }
                if (writer.rows() == 0) {
                    common.err().println("stray: no image of %s could be read; nothing was written".formatted(input));
                } else {
                    writer.commit();
                }
                report(extractor, spaces, writer.rows(), source, failures);
            }
        }
        return failures.exitCode();
    }

    private void report(
            FeatureExtractor extractor,
            Map<Layer, FeatureSpace> spaces,
            long rows,
            DatasetSource source,
            FailureLog failures) {
        if (common.json) {
            var document = new LinkedHashMap<String, Object>();
            if (rows > 0) {
                document.put("features", output.toString());
            }
            document.put("extractor", extractor.id());
            document.put("n", rows);
            var dimensions = new LinkedHashMap<String, Integer>();
            spaces.forEach((layer, space) -> dimensions.put(layer.id(), space.dimension()));
            document.put("layers", dimensions);
            document.put("classes", source.classNames().size());
            document.put("ignored", source.ignored());
            document.put("fingerprint", source.fingerprint());
            document.put("failed", failures.document());
            common.json(document);
            return;
        }
        if (rows == 0) {
            return;
        }
        String shapes = spaces.entrySet().stream()
                .map(layer -> layer.getKey() + " " + layer.getValue().dimension())
                .collect(Collectors.joining(", "));
        common.say(
                "%s: %s (%s), %s%s",
                output,
                Count.of(rows, "row", "rows"),
                shapes,
                Count.of(source.classNames().size(), "class", "classes"),
                failures.summary(source));
    }
}
