// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.stray.detect.CalibratedDetector;
import io.github.stray.detect.Detection;
import io.github.stray.detect.Knn;
import io.github.stray.extract.FeatureExtractor;
import io.github.stray.threshold.Verdict;
import io.github.stray.vision.Extractors;
import io.github.stray.vision.dataset.ImageInput;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Java of the README, as it stands there. */
class SnippetsTest {
    @TempDir
    Path folder;

    @Test
    void readme_fiveLines() throws IOException {
        String photos = Images.signs(folder.resolve("photos"), 20).toString();
        String incoming = Images.textures(folder.resolve("incoming"), 3).toString();
        try (FeatureExtractor extractor = Extractors.open("stray-mini")) {
            var guard = CalibratedDetector.fit(
                    new Knn(1), extractor.extract(ImageInput.of(photos)).features());
            List<Detection> detections =
                    guard.detect(extractor.extract(ImageInput.of(incoming)).features(), 1);
            assertThat(detections).allSatisfy(image -> {
                assertThat(image.neighbours()).hasSize(1);
                assertThat(image.pValue().orElseThrow()).isBetween(0.0, 1.0);
            });
            assertThat(detections)
                    .filteredOn(image -> image.verdict().orElseThrow() == Verdict.OUT)
                    .hasSizeGreaterThan(detections.size() / 2);
        }
    }
}
