// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import io.github.stray.detect.CalibratedDetector;
import io.github.stray.extract.FeatureExtractor;
import io.github.stray.feature.FeatureSpace;
import io.github.stray.vision.Extractors;
import io.github.stray.vision.model.ModelStore;
import io.github.stray.vision.model.StoredModel;
import io.github.stray.vision.onnx.InferenceOptions;
import io.github.stray.vision.onnx.Provider;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The network that a detector of a file was fitted with. */
final class GuardExtractor {
    private GuardExtractor() {}

    /** Opens the one that was named with {@code -m}, else the one of the detector's digest. */
    static FeatureExtractor open(Path file, CalibratedDetector detector, @Nullable String model, Provider provider)
            throws IOException {
        if (model != null) {
            return Extractors.open(model, provider);
        }
        FeatureSpace space = detector.fitted().space();
        if (space.weightsSha256().isEmpty() && space.extractor().isPresent()) {
            // Fitted on class names alone, whose embeddings name the extractor but not its image network.
            return Extractors.open(space.extractor().get(), provider);
        }
        if (space.weightsSha256().isEmpty()) {
            throw new UsageException(
                    "%s was fitted on features that name no extractor: name the one that made them with -m"
                            .formatted(file));
        }
        ModelStore store = ModelStore.ofEnvironment();
        Optional<StoredModel> extractor = store.find(space);
        if (extractor.isEmpty()) {
            throw new UsageException("%s was fitted with the extractor '%s' (sha256 %s)%s"
                    .formatted(
                            file,
                            space.extractor().orElse("unknown"),
                            space.weightsSha256().get(),
                            instead(store, space)));
        }
        return extractor.get().open(InferenceOptions.on(provider));
    }

    /** The end of the sentence that says that the detector's extractor is not here. */
    private static String instead(ModelStore store, FeatureSpace space) throws IOException {
        Optional<StoredModel> namesake = store.list().models().stream()
                .filter(model -> space.extractor().equals(Optional.of(model.name())))
                .findFirst();
        return namesake.isEmpty()
                ? ", which is not installed: install it with 'stray models add', or name it with -m"
                : "; '%s' here is another version (sha256 %s), whose scores would mean something else: fit the detector anew with 'stray fit', or name the folder of the extractor it was fitted with by -m"
                        .formatted(namesake.get().name(), namesake.get().card().weightsSha256());
    }
}
