// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import io.github.stray.extract.DatasetSource;
import io.github.stray.extract.Extraction;
import io.github.stray.extract.ExtractionOptions;
import io.github.stray.extract.FeatureExtractor;
import io.github.stray.feature.FeatureSet;
import io.github.stray.store.FeatureFile;
import io.github.stray.vision.Extractors;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Gets features into memory, from a file or from images. */
final class FeatureInput {
    private final Console console;
    private final CommonOptions common;
    private final ImageOptions images;
    private final ProviderOptions network;
    private final FailureLog failures;

    FeatureInput(
            Console console, CommonOptions common, ImageOptions images, ProviderOptions network, FailureLog failures) {
        this.console = console;
        this.common = common;
        this.images = images;
        this.network = network;
        this.failures = failures;
    }

    /**
     * Features and where they came from.
     *
     * @param features the rows
     * @param provenance entries for the file that is made of them
     * @param notes what a user should know about them, often nothing
     */
    record Loaded(FeatureSet features, Map<String, String> provenance, List<String> notes) {
        Loaded with(FeatureSet replacement) {
            return new Loaded(replacement, provenance, notes);
        }
    }

    static boolean isFeatureFile(String name) {
        return namesItsLayers(name) || name.toLowerCase(Locale.ROOT).endsWith(".npy");
    }

    private static boolean namesItsLayers(String name) {
        return name.toLowerCase(Locale.ROOT).endsWith(".safetensors");
    }

    static Loaded fromFile(Path file, List<String> layers) throws IOException {
        FeatureFile read = FeatureFile.read(file);
        List<String> notes = layers.contains("logits")
                        && namesItsLayers(file.toString())
                        && !read.layers().contains("logits")
                ? List.of("%s has no layer 'logits'; its only layer '%s' is taken for it"
                        .formatted(file, read.layers().getFirst()))
                : List.of();
        return new Loaded(read.layers(layers), Map.of("features", file.toString()), notes);
    }

    Loaded fromImages(String model, String input, List<String> layers) throws IOException {
        images.requireValid();
        try (FeatureExtractor extractor = Extractors.open(model, network.provider)) {
            ExtractorLayers.of(extractor, layers);
            DatasetSource source = images.open(input);
            Extraction extraction;
            try (var progress = new Progress(console, common.quiet, "extracting", "images", source.size())) {
                extraction = extractor.extract(
                        source,
                        new ExtractionOptions(layers, images.batch, images.threads()),
                        new ExtractionProgress(progress, failures));
            }
            return new Loaded(
                    extraction.requireRows(input),
                    new TreeMap<>(Map.of(
                            "images",
                            input,
                            "dataset_fingerprint",
                            source.fingerprint(),
                            "provider",
                            network.provider.id())),
                    List.of());
        }
    }
}
