// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import io.github.stray.detect.CalibratedDetector;
import io.github.stray.extract.FeatureExtractor;
import io.github.stray.vision.Extractors;
import io.github.stray.vision.model.ModelStore;
import io.github.stray.vision.onnx.InferenceOptions;
import io.github.stray.vision.onnx.Provider;
import java.io.IOException;
import java.nio.file.Path;
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
        return ModelStore.ofEnvironment()
                .require(detector.fitted().space(), file)
                .open(InferenceOptions.on(provider));
    }
}
