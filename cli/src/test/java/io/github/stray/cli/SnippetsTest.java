// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.stray.detect.CalibratedDetector;
import io.github.stray.detect.Detection;
import io.github.stray.detect.Knn;
import io.github.stray.extract.FeatureExtractor;
import io.github.stray.feature.FeatureSet;
import io.github.stray.vision.Extractors;
import io.github.stray.vision.dataset.ImageInput;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Java of the README, as it stands there. */
class SnippetsTest {
    private final List<String> printed = new ArrayList<>();

    @TempDir
    Path folder;

    @Test
    void readme_fiveLines() throws IOException {
        String photos = Images.signs(folder.resolve("photos"), 20).toString();
        String incoming = Images.textures(folder.resolve("incoming"), 3).toString();
        try (FeatureExtractor extractor = Extractors.open("stray-mini")) {
            FeatureSet expected = extractor.extract(ImageInput.of(photos)).features();
            CalibratedDetector guard = CalibratedDetector.fit(new Knn(1), expected);
            FeatureSet unknown = extractor.extract(ImageInput.of(incoming)).features();
            for (Detection image : guard.detect(unknown, 3)) {
                printed.add("%s: %s, p = %.2f, most like %s"
                        .formatted(
                                image.id(),
                                image.verdict().orElseThrow(),
                                image.pValue().orElseThrow(),
                                image.neighbours().getFirst().id()));
            }
        }
        assertThat(printed)
                .hasSize(15)
                .allMatch(line -> line.matches("\\S+: (IN|OUT), p = 0\\.\\d\\d, most like \\S+\\.png"));
        assertThat(printed).filteredOn(line -> line.contains(": OUT, p = 0.0")).hasSizeGreaterThan(7);
    }
}
