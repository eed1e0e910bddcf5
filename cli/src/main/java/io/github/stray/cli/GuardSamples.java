// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import io.github.stray.detect.CalibratedDetector;
import io.github.stray.detect.GalleryUpdate;
import io.github.stray.detect.ImageDetector;
import io.github.stray.extract.DatasetSource;
import io.github.stray.extract.Extraction;
import io.github.stray.extract.ExtractionOptions;
import io.github.stray.extract.FeatureExtractor;
import io.github.stray.feature.FeatureSet;
import io.github.stray.feature.IdView;
import io.github.stray.feature.Layer;
import io.github.stray.provenance.Sha256;
import io.github.stray.store.FeatureFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** ID samples for a fitted detector: features of a file, or images and the network that the detector was fitted with. */
final class GuardSamples {
    @Mixin
    private ImageOptions images = new ImageOptions();

    @Mixin
    private ProviderOptions network = new ProviderOptions();

    @Option(names = "-f", paramLabel = "GOOD", description = "Features of ID samples to calibrate on.")
    private @Nullable Path features;

    @Option(names = "-i", paramLabel = "GOOD", description = "ID images to calibrate on: " + ImageOptions.INPUT_HELP)
    private @Nullable String input;

    @Option(
            names = "-m",
            paramLabel = "MODEL",
            description = "Extractor for images (default: the one the detector was fitted on, found by its digest).")
    private @Nullable String model;

    @Option(names = "--assume-same-space", description = "Use features although they name another feature space.")
    private boolean assumeSameSpace;

    private final CommonOptions common;
    private final FailureLog failures;

    GuardSamples(CommonOptions common, FailureLog failures) {
        this.common = common;
        this.failures = failures;
    }

    /**
     * Features and where they came from.
     *
     * @param features the rows
     * @param source entries for the provenance of what is made of them: name, and digest or fingerprint
     */
    record Loaded(FeatureSet features, Map<String, String> source) {
        /** The entries under a name. */
        Map<String, String> provenance(String name) {
            var entries = new LinkedHashMap<String, String>();
            source.forEach((key, value) -> entries.put(key.isEmpty() ? name : name + "_" + key, value));
            return entries;
        }
    }

    @Nullable
    Path file() {
        return features;
    }

    boolean given() {
        return features != null || input != null;
    }

    /** The samples of {@code -f} or {@code -i}, to calibrate on. */
    Loaded good(Path file, CalibratedDetector detector) throws IOException {
        UsageException.require(
                (features == null) != (input == null),
                "give either -f GOOD (features) or -i GOOD (images) to calibrate on, not both");
        return features != null
                ? fromFile(features, detector, false)
                : fromImages(Objects.requireNonNull(input), file, detector);
    }

    /**
     * Samples that an option names: a features file by its suffix, else images.
     *
     * @param numberedOn whether rows without ids get the numbers behind those of the detector's samples
     */
    Loaded read(String given, Path file, CalibratedDetector detector, boolean numberedOn) throws IOException {
        return TrainingInput.isFeatureFile(given)
                ? fromFile(Path.of(given), detector, numberedOn)
                : fromImages(given, file, detector);
    }

    private Loaded fromFile(Path given, CalibratedDetector detector, boolean numberedOn) throws IOException {
        FeatureFile read = FeatureFile.read(given);
        FeatureSet rows = read.layers(detector.fitted().layers());
        if (numberedOn && read.numbered()) {
            long first = GalleryUpdate.nextNumber(detector);
            rows = rows.withIds(new IdView(rows.size(), row -> Long.toString(first + row)));
        }
        var source = new LinkedHashMap<>(Map.of("", given.toString()));
        source.put("sha256", Sha256.of(given));
        return new Loaded(assumeSameSpace ? rows.forgetOrigin() : rows, source);
    }

    private Loaded fromImages(String given, Path file, CalibratedDetector detector) throws IOException {
        images.requireValid();
        try (FeatureExtractor extractor = GuardExtractor.open(file, detector, model, network.provider)) {
            List<Layer> layers = detector.fitted().layers();
            ImageDetector.spaces(extractor, layers);
            DatasetSource source = images.open(given);
            images.sayBatch(extractor, common);
            Extraction extraction;
            try (var progress = new TaskProgress(common, failures)) {
                progress.begin("extracting", "images", source.size());
                extraction = extractor.extract(
                        source, new ExtractionOptions(layers, images.batch, images.threads()), progress);
            }
            FeatureSet rows = extraction.requireRows(given);
            var entries = new LinkedHashMap<>(Map.of("", given));
            entries.put("fingerprint", source.fingerprint());
            return new Loaded(assumeSameSpace ? rows.forgetOrigin() : rows, entries);
        }
    }
}
