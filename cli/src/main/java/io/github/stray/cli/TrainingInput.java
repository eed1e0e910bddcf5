// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import static io.github.stray.cli.UsageException.require;

import io.github.stray.detect.Detector;
import io.github.stray.detect.ImageDetector;
import io.github.stray.extract.DatasetSource;
import io.github.stray.extract.Extraction;
import io.github.stray.extract.ExtractionOptions;
import io.github.stray.extract.FeatureExtractor;
import io.github.stray.feature.FeatureSet;
import io.github.stray.feature.Layer;
import io.github.stray.store.FeatureFile;
import io.github.stray.store.LabelFile;
import io.github.stray.vision.Extractors;
import io.github.stray.vision.onnx.Provider;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** ID samples to fit to and to calibrate on: features of a file, or images and the network that makes features of them. */
final class TrainingInput {
    @Mixin
    private ImageOptions images = new ImageOptions();

    @Mixin
    private ProviderOptions network = new ProviderOptions();

    @Option(names = "-f", paramLabel = "TRAIN", description = "Training features (.safetensors or .npy).")
    private @Nullable Path features;

    @Option(
            names = "-m",
            paramLabel = "MODEL",
            description = "Extractor for images and class names: a name of 'stray models' or a folder.")
    private @Nullable String model;

    @Option(names = "-i", paramLabel = "INPUT", description = "Training images: " + ImageOptions.INPUT_HELP)
    private @Nullable String input;

    @Option(
            names = "--labels",
            paramLabel = "L",
            description = "Labels of the training features (.npy, one integer a row).")
    private @Nullable Path labels;

    private final CommonOptions common;
    private final FailureLog failures;

    TrainingInput(CommonOptions common, FailureLog failures) {
        this.common = common;
        this.failures = failures;
    }

    /**
     * Features and where they came from.
     *
     * @param features the rows
     * @param provenance entries for the file that is made of them
     * @param notes what a user should know about them, often nothing
     */
    record Loaded(FeatureSet features, Map<String, String> provenance, List<String> notes) {}

    static boolean isFeatureFile(String name) {
        return namesItsLayers(name) || name.toLowerCase(Locale.ROOT).endsWith(".npy");
    }

    private static boolean namesItsLayers(String name) {
        return name.toLowerCase(Locale.ROOT).endsWith(".safetensors");
    }

    @Nullable
    Path[] files() {
        return new @Nullable Path[] {features, labels};
    }

    @Nullable
    String model() {
        return model;
    }

    Provider provider() {
        return network.provider;
    }

    /**
     * The training samples; none where the detector can do without. {@code encodes}: {@code -m} has texts to encode.
     */
    Optional<Loaded> read(Detector detector, List<Layer> layers, HeldOut held, boolean encodes) throws IOException {
        require(
                features == null || input == null,
                "give either -f TRAIN (features) or -m MODEL -i INPUT (images), not both");
        if (features != null) {
            requireFeaturesAlone(features, held instanceof HeldOut.Images, encodes);
            return Optional.of(labelled(fromFile(features, layers)));
        }
        if (input != null) {
            return Optional.of(labelled(fromImages("-i", input, layers)));
        }
        require(
                !detector.needs().fitted(),
                "%s is fitted to training samples: give either -f TRAIN (features) or -m MODEL -i INPUT (images)",
                detector.id());
        require(
                !(held instanceof HeldOut.Split),
                "without training samples there is nothing to calibrate on: give them with -f TRAIN or -m MODEL -i INPUT, or --calibration with other ID samples, or --calibration none");
        require(labels == null, "--labels are those of training samples, and none are given (-f TRAIN)");
        return Optional.empty();
    }

    /** With features to train on, an extractor serves calibration images and texts alone. */
    private void requireFeaturesAlone(Path training, boolean calibratesOnImages, boolean encodes) {
        if (calibratesOnImages) {
            images.requireValid();
        } else {
            images.requireNoChoice();
        }
        require(
                model == null || encodes || calibratesOnImages,
                "-m %s extracts images, and -f %s holds features already; leave -m out",
                model,
                training);
    }

    private Loaded labelled(Loaded rows) throws IOException {
        return labels == null ? rows : new Loaded(LabelFile.label(rows.features, labels), rows.provenance, rows.notes);
    }

    static Loaded fromFile(Path file, List<Layer> layers) throws IOException {
        FeatureFile read = FeatureFile.read(file);
        List<String> notes = layers.contains(Layer.LOGITS)
                        && namesItsLayers(file.toString())
                        && !read.layers().contains(Layer.LOGITS)
                ? List.of("%s has no layer 'logits'; its only layer '%s' is taken for it"
                        .formatted(file, read.layers().getFirst()))
                : List.of();
        return new Loaded(read.layers(layers), Map.of("features", file.toString()), notes);
    }

    /** What an option names as images, as the network of {@code -m} sees them. */
    Loaded fromImages(String option, String given, List<Layer> layers) throws IOException {
        if (model == null) {
            throw new UsageException(
                    "%s %s are images: name the extractor with -m (see: stray models)".formatted(option, given));
        }
        images.requireValid();
        try (FeatureExtractor extractor = Extractors.open(model, network.provider)) {
            ImageDetector.spaces(extractor, layers);
            DatasetSource source = images.open(given);
            images.sayBatch(extractor, common);
            Extraction extraction;
            try (var progress = new TaskProgress(common, failures)) {
                progress.begin("extracting", "images", source.size());
                var options = new ExtractionOptions(layers, images.batch, images.threads());
                extraction = extractor.extract(source, options, progress);
            }
            Map<String, String> provenance = new TreeMap<>(Map.of(
                    "images", given, "dataset_fingerprint", source.fingerprint(), "provider", network.provider.id()));
            return new Loaded(extraction.requireRows(given), provenance, List.of());
        }
    }
}
