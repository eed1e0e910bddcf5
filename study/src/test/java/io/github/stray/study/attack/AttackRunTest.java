// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.stray.detect.Detectors;
import io.github.stray.detect.Training;
import io.github.stray.extract.ImageContent.Pixels;
import io.github.stray.feature.FeatureMatrix;
import io.github.stray.feature.FeatureSet;
import io.github.stray.feature.Layer;
import io.github.stray.graph.gradient.InputGradient.Objective;
import io.github.stray.vision.attack.AdversarialAttack;
import io.github.stray.vision.attack.AttackRecipe;
import io.github.stray.vision.attack.AttackRecipe.Method;
import io.github.stray.vision.attack.ImageGradient;
import io.github.stray.vision.image.ImageDecoder;
import io.github.stray.vision.onnx.InferenceOptions;
import io.github.stray.vision.onnx.NetworkInput;
import io.github.stray.vision.onnx.NetworkLayer;
import io.github.stray.vision.onnx.NetworkSource;
import io.github.stray.vision.onnx.Normalisation;
import io.github.stray.vision.onnx.OnnxExtractor;
import io.github.stray.vision.onnx.OnnxNetwork;
import io.github.stray.vision.preprocess.ChannelOrder;
import io.github.stray.vision.preprocess.CropRule;
import io.github.stray.vision.preprocess.Interpolation;
import io.github.stray.vision.preprocess.Preprocessing;
import io.github.stray.vision.preprocess.ResizeRule;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whole runs: which image goes to which target, what is kept of it, and what detectors are shown. */
class AttackRunTest {
    private static final int SIDE = 32;
    private static final Path NETWORK = Path.of("..", "golden", "graph", "clip-projected.onnx");
    private static final String TENSOR = "before(image_embeds)";
    private static final Preprocessing PREPROCESSING = new Preprocessing(
            SIDE,
            SIDE,
            new ResizeRule.None(),
            new CropRule.None(),
            Interpolation.BICUBIC,
            Preprocessing.UNIT_SCALE,
            List.of(0.5, 0.4, 0.3),
            List.of(0.3, 0.2, 0.25),
            ChannelOrder.RGB);

    @TempDir
    Path folder;

    private ImageGradient gradient;
    private OnnxExtractor extractor;
    private FeatureSet gallery;

    @BeforeEach
    void open() throws IOException {
        NetworkSource network = NetworkSource.of(NETWORK, "clip");
        gradient = ImageGradient.open(
                network, "pixel_values", TENSOR, Objective.COSINE, 2, SIDE, SIDE, InferenceOptions.ONE_THREAD);
        extractor = new OnnxExtractor(
                "clip",
                OnnxNetwork.load(network.withOutputs(List.of(TENSOR)), InferenceOptions.ONE_THREAD),
                new NetworkInput("pixel_values"),
                PREPROCESSING,
                Map.of(Layer.FEATURES, new NetworkLayer(TENSOR, gradient.targetLength(), Normalisation.NONE)),
                "weights");
        float[][] rows = new float[4][];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = features(noise(500 + i));
        }
        gallery = set(rows);
    }

    @AfterEach
    void close() {
        gradient.close();
        extractor.close();
    }

    private static Pixels noise(int seed) {
        byte[] rgb = new byte[3 * SIDE * SIDE];
        new Random(seed).nextBytes(rgb);
        return new Pixels(SIDE, SIDE, rgb);
    }

    private static FeatureSet set(float[]... rows) {
        int dimension = rows[0].length;
        float[] values = new float[rows.length * dimension];
        for (int i = 0; i < rows.length; i++) {
            System.arraycopy(rows[i], 0, values, i * dimension, dimension);
        }
        return FeatureSet.of(FeatureMatrix.copyOf(values, rows.length, dimension), "rows");
    }

    private float[] features(Pixels image) throws IOException {
        FloatBuffer prepared = extractor.buffer(1);
        PREPROCESSING.tensor(image, prepared, 0);
        return Objects.requireNonNull(
                extractor.features(1, prepared, List.of(Layer.FEATURES)).get(Layer.FEATURES));
    }

    private AttackRun run(AttackRecipe recipe, int... targets) throws IOException {
        var run = new AttackRun(
                new AttackFolder(folder, recipe.toString()),
                new AdversarialAttack(recipe, PREPROCESSING, gradient),
                extractor,
                List.of(Layer.FEATURES),
                gallery,
                targets,
                2);
        for (int i = 0; i < targets.length; i++) {
            run.accept("image-" + i, noise(600 + i), step -> {});
        }
        run.flush(step -> {});
        return run;
    }

    private static double cosine(float[] one, float[] other) {
        double product = 0;
        double square = 0;
        double otherSquare = 0;
        for (int i = 0; i < one.length; i++) {
            product += (double) one[i] * other[i];
            square += (double) one[i] * one[i];
            otherSquare += (double) other[i] * other[i];
        }
        return product / Math.sqrt(square * otherSquare);
    }

    @Test
    void accept_images_eachGoesToItsTarget() throws IOException {
        var recipe = new AttackRecipe(Method.ADAM, 40, 1e-2, 0, 1, 42);
        AttackRun run = run(recipe, 3, 0, 3);
        FeatureSet attacked = run.features(gallery).attacked();
        var targets = new ArrayList<Integer>();
        int row = 0;
        for (AttackPart part : run.parts()) {
            for (int i = 0; i < part.ids().size(); i++) {
                int target = part.targets()[i];
                targets.add(target);
                double reached = Objects.requireNonNull(part.figures().get("cosine"))[i];
                assertThat(cosine(
                                attacked.features().row(row), gallery.features().row(target)))
                        .isCloseTo(reached, within(1e-4));
                for (int other = 0; other < gallery.size(); other++) {
                    assertThat(cosine(
                                    attacked.features().row(row),
                                    gallery.features().row(other)))
                            .isLessThanOrEqualTo(reached + 1e-4);
                }
                row++;
            }
        }
        assertThat(targets).containsExactly(3, 0, 3);
        assertThat(run.parts().getFirst().ids()).containsExactly("image-0", "image-1");
    }

    @Test
    void sets_changesBelowHalfALevel_areGoneFromTheFilesAlone() throws IOException {
        var recipe = new AttackRecipe(Method.PGD, 10, 0.2 / 255, 0, 0.4 / 255, 42);
        AttackRun run = run(recipe, 1, 2);
        AttackFigures.Ood sets = run.features(gallery);
        for (int i = 0; i < 2; i++) {
            Pixels original = noise(600 + i);
            assertThat(ImageDecoder.decode(Files.readAllBytes(run.picture(i))).rgb())
                    .isEqualTo(original.rgb());
            float[] clean = features(original);
            assertThat(sets.rounded().features().row(i)).containsExactly(clean, within(1e-5f));
            assertThat(cosine(sets.attacked().features().row(i), clean)).isLessThan(1 - 1e-5);
        }
    }

    @Test
    void sets_damagedPicture_isNamed() throws IOException {
        AttackRun run = run(new AttackRecipe(Method.ADAM, 1, 1e-3, 0, 1, 42), 1);
        Files.write(run.picture(0), new byte[] {1, 2, 3});
        assertThatThrownBy(() -> run.features(gallery))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("00000.png cannot be read any more")
                .hasMessageContaining("start the attack again");
    }

    @Test
    void detector_imageOnItsTarget_isHomeOnlyWhileTheTargetIsInTheGallery() {
        FeatureSet basis = set(new float[] {1, 0, 0}, new float[] {0, 1, 0}, new float[] {0, 0.1f, 1});
        FeatureSet image = set(new float[] {2, 0, 0});
        FeatureSet test = set(new float[] {0, 1, 1});
        List<AttackFigures> figures = AttackedDetector.fit(
                        "knn", Detectors.parse("knn"), Training.NOTHING, basis, new int[] {0, 0})
                .figures(test, new AttackFigures.Ood(test, image, test));
        assertThat(figures).extracting(AttackFigures::targetsInGallery).containsExactly(true, false);
        assertThat(figures.get(0).scores().attacked().get(0)).isEqualTo(1);
        assertThat(figures.get(1).scores().attacked().get(0)).isZero();
        assertThat(figures.get(0).attacked().auroc()).isZero();
        assertThat(figures.get(0).rounded().auroc()).isEqualTo(0.5);
        assertThat(figures.get(1).attacked().auroc()).isEqualTo(1);
    }

    @Test
    void detector_galleryTooSmallWithoutTheTargets_isRefusedWhenItIsFitted() {
        FeatureSet basis = set(new float[] {1, 0, 0}, new float[] {0, 1, 0}, new float[] {0, 0.1f, 1});
        assertThatThrownBy(() -> AttackedDetector.fit(
                        "knn:k=3", Detectors.parse("knn:k=3"), Training.NOTHING, basis, new int[] {0}))
                .hasMessageContaining("knn:k=3, fitted to the 2 of 3 ID training images that are no targets: ");
        assertThatThrownBy(() -> AttackedDetector.fit(
                        "knn", Detectors.parse("knn"), Training.NOTHING, basis, new int[] {0, 2, 1}))
                .hasMessageContaining("all 3 ID training images are targets");
    }
}
