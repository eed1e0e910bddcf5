// SPDX-License-Identifier: Apache-2.0
package io.github.stray.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.stray.feature.FeatureMatrix;
import io.github.stray.feature.FeatureSet;
import io.github.stray.feature.Layer;
import io.github.stray.internal.linalg.Norms;
import io.github.stray.language.ClassEmbeddings;
import io.github.stray.metric.Auroc;
import io.github.stray.probe.LinearHead;
import io.github.stray.probe.PseudoLabels;
import io.github.stray.probe.SeenSamples;
import io.github.stray.score.IdOodScores;
import io.github.stray.score.Scores;
import io.github.stray.store.ClassEmbeddingsFile;
import io.github.stray.store.FeatureFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Real CLIP features from the file to the score, against text embeddings of 1,000 class names. */
class ClipFeaturesTest {
    private static final Path FOLDER = Path.of(
                    Objects.requireNonNullElse(System.getenv("STRAY_SHARED"), "../../shared"))
            .resolve("data/clip-vitb32-features");

    @BeforeEach
    void requireFeatures() {
        assumeTrue(Files.isDirectory(FOLDER), "needs " + FOLDER);
    }

    private static FeatureSet images(String name, Layer... layers) throws IOException {
        return FeatureFile.read(FOLDER.resolve(name + ".safetensors")).layers(List.of(layers));
    }

    private static ClassEmbeddings text(String prompts) throws IOException {
        return ClassEmbeddingsFile.read(FOLDER.resolve("imagenet-text-" + prompts + ".safetensors"));
    }

    /** CLIP's own zero-shot classifier: its logit scale, 100, on the unit text embeddings. */
    private static LinearHead zeroShotHead(ClassEmbeddings text, FeatureSet images) {
        int e = text.dimension();
        float[] weight = new float[text.classes() * e];
        for (int c = 0; c < text.classes(); c++) {
            float[] row = text.rows().row(c);
            double norm = Norms.norm(row, 0, e);
            for (int t = 0; t < e; t++) {
                weight[c * e + t] = (float) (100 * row[t] / norm);
            }
        }
        return new LinearHead(
                FeatureMatrix.copyOf(weight, text.classes(), e),
                new float[text.classes()],
                Optional.empty(),
                text.names(),
                images.space(),
                SeenSamples.UNKNOWN);
    }

    private static double auroc(FittedDetector fitted, FeatureSet id, FeatureSet ood) {
        Scores scores = fitted.score(id);
        assertThat(scores.toArray())
                .hasSize(id.size())
                .doesNotContain(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);
        return Auroc.of(new IdOodScores(scores, fitted.score(ood)));
    }

    @ParameterizedTest
    @CsvSource({
        "imagenet-train-4shot, a, 0.589",
        "imagenet-train-4shot, b, 0.611",
        "imagenet-test-3shot, a, 0.604",
        "imagenet-test-3shot, b, 0.611"
    })
    void pseudoLabels_imagenet_accuracyAsMeasuredElsewhere(String set, String prompts, double accuracy)
            throws IOException {
        PseudoLabels pseudo = PseudoLabels.of(images(set, Layer.EMBEDDINGS), text(prompts));
        assertThat(pseudo.accuracy().orElseThrow()).isCloseTo(accuracy, within(0.001));
    }

    /** Figures of NumPy and scikit-learn on the same files; zero-shot energy at temperature 1 is indeed worse than chance. */
    @ParameterizedTest
    @CsvSource({"mcm, 0.8533568", "zero-shot-energy, 0.4687270"})
    void cosineScore_imagenetAgainstTextures_aurocOfTheOracle(String detector, double expected) throws IOException {
        FeatureSet id = images("imagenet-test-3shot", Layer.EMBEDDINGS);
        FittedDetector fitted = Detectors.parse(detector).fit(Training.NOTHING.with(text("a")));
        assertThat(auroc(fitted, id, images("dtd-test", Layer.EMBEDDINGS))).isCloseTo(expected, within(1e-6));
    }

    /** As above; the weights of the head here are rounded to float32, those of the oracle are not. */
    @ParameterizedTest
    @CsvSource({"msp, 0.7931509", "maxlogit, 0.8215573", "energy, 0.7884679", "gen, 0.8352957", "klm, 0.8138570"})
    void logitScore_zeroShotHead_aurocOfTheOracle(String detector, double expected) throws IOException {
        assertThat(onZeroShotHead(detector)).isCloseTo(expected, within(2e-6));
    }

    @Test
    void entropy_zeroShotHead_tellsThemApart() throws IOException {
        assertThat(onZeroShotHead("entropy")).isGreaterThan(0.5);
    }

    private static double onZeroShotHead(String detector) throws IOException {
        FeatureSet training = images("imagenet-train-4shot", Layer.FEATURES);
        FittedDetector fitted =
                Detectors.parse(detector).fit(Training.of(training).with(zeroShotHead(text("a"), training)));
        return auroc(fitted, images("imagenet-test-3shot", Layer.FEATURES), images("dtd-test", Layer.FEATURES));
    }

    @ParameterizedTest
    @ValueSource(strings = {"plp:score=energy,epochs=1", "linear-probe:score=energy,epochs=1"})
    void probe_imagenetAgainstTextures_tellsThemApart(String detector) throws IOException {
        FeatureSet training = images("imagenet-train-4shot", Layer.FEATURES, Layer.EMBEDDINGS);
        FittedDetector fitted =
                Detectors.parse(detector).fit(Training.of(training).with(text("a")));
        double auroc = auroc(fitted, images("imagenet-test-3shot", Layer.FEATURES), images("dtd-test", Layer.FEATURES));
        assertThat(auroc).isGreaterThan(0.5);
    }
}
