// SPDX-License-Identifier: Apache-2.0
package io.github.stray.text;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.stray.extract.DatasetSource;
import io.github.stray.extract.ExtractionOptions;
import io.github.stray.extract.FeatureCollector;
import io.github.stray.extract.FeatureExtractor;
import io.github.stray.feature.FeatureSet;
import io.github.stray.feature.Labels;
import io.github.stray.feature.Layer;
import io.github.stray.language.ClassEmbeddings;
import io.github.stray.vision.Extractors;
import io.github.stray.vision.dataset.ImageInput;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;

/** Real images told apart by nothing but the names of their classes. */
class ZeroShotTest {
    private static Path shared(String path) {
        String shared = System.getenv("STRAY_SHARED");
        Path file = Path.of(shared == null ? "../../shared" : shared).resolve(path);
        assumeTrue(Files.exists(file), () -> file + " is missing");
        return file;
    }

    /** First synonym of each class, by the name of its folder. */
    private static SequencedMap<String, String> names(String file) throws IOException {
        var names = new LinkedHashMap<String, String>();
        try (ZipFile meta = new ZipFile(shared("data/images/meta.zip").toFile())) {
            String lines = new String(
                    meta.getInputStream(requireNonNull(meta.getEntry(file))).readAllBytes(), StandardCharsets.UTF_8);
            for (String line : lines.strip().split("\n", -1)) {
                String[] cells = line.strip().split("\t", -1);
                names.put(cells[0], cells[1].split(",", -1)[0]);
            }
        }
        return names;
    }

    /** Share of images whose nearest class name is their own. */
    private static double accuracy(String zip, String classFile, int classes) throws IOException {
        SequencedMap<String, String> names = names(classFile);
        assertThat(names).hasSize(classes);
        FeatureSet images;
        try (FeatureExtractor extractor = Extractors.open("stray-mini")) {
            DatasetSource dataset =
                    ImageInput.of(shared("data/images").resolve(zip).toString());
            var collector = new FeatureCollector(
                    Layer.EMBEDDINGS, requireNonNull(extractor.layers().get(Layer.EMBEDDINGS)));
            extractor.extract(dataset, new ExtractionOptions(List.of(Layer.EMBEDDINGS), 32, 2), collector);
            images = collector.extraction(dataset.name(), dataset.classNames()).features();
        }
        ClassEmbeddings embeddings;
        try (TextEncoder encoder = TextEncoder.open("stray-mini")) {
            embeddings = encoder.classes(List.copyOf(names.values()), Templates.PAPER);
        }
        List<String> folders = List.copyOf(names.keySet());
        Labels labels = images.labels().orElseThrow();
        int right = 0;
        for (int i = 0; i < images.size(); i++) {
            double[] cosines = embeddings.cosines(images.features().row(i), 1);
            int best = 0;
            for (int c = 1; c < cosines.length; c++) {
                best = cosines[c] > cosines[best] ? c : best;
            }
            right += folders.get(best).equals(labels.nameOf(labels.get(i))) ? 1 : 0;
        }
        double accuracy = (double) right / images.size();
        System.err.printf("stray-mini, zero-shot on %d images of %s: %.4f%n", images.size(), zip, accuracy);
        return accuracy;
    }

    @Test
    void imagenette_byNames_isFarAboveChance() throws IOException {
        assertThat(accuracy("imagenette-val224.zip", "imagenette_classes.tsv", 10))
                .isBetween(0.2, 0.95);
    }

    /** Its card: 0.452 of 5,000 images, by Pillow and ONNX Runtime for Python. Of 788, 0.07 is four deviations. */
    @Test
    void tinyImageNet_byNames_isWhatWasMeasuredElsewhere() throws IOException {
        assertThat(accuracy("tinyimagenet-val.zip", "tinyimagenet_classes.tsv", 200))
                .isCloseTo(0.452, within(0.07));
    }
}
