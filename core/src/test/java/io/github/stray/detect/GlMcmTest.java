// SPDX-License-Identifier: Apache-2.0
package io.github.stray.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.github.stray.feature.FeatureLayer;
import io.github.stray.feature.FeatureMatrix;
import io.github.stray.feature.FeatureSet;
import io.github.stray.feature.FeatureSpace;
import io.github.stray.feature.Layer;
import io.github.stray.language.ClassEmbeddings;
import io.github.stray.tensor.Tensor;
import io.github.stray.threshold.Promise;
import java.util.List;
import org.junit.jupiter.api.Test;

class GlMcmTest extends DetectorContract {
    private static final ClassEmbeddings AXES = new ClassEmbeddings(
            FeatureMatrix.copyOf(new float[] {1, 0, 0, 1}, 2, 2), List.of(), FeatureSpace.unknown(2));

    @Override
    Detector detector() {
        return new GlMcm(0.05, 0.5);
    }

    /** Two patches a sample: the image's own embedding, and another direction. */
    @Override
    FeatureSet withFurtherLayers(FeatureSet samples) {
        int e = samples.space().dimension();
        float[] patches = new float[samples.size() * 2 * e];
        for (int i = 0; i < samples.size(); i++) {
            float[] row = samples.features().row(i);
            System.arraycopy(row, 0, patches, 2 * i * e, e);
            for (int t = 0; t < e; t++) {
                patches[(2 * i + 1) * e + t] = row[t] - t;
            }
        }
        return samples.with(
                Layer.PATCHES, new FeatureLayer(Tensor.ofFloats(patches, samples.size(), 2, e), samples.space()));
    }

    private static FeatureSet images(float[] rows, int patches, float... values) {
        int n = rows.length / 2;
        return Sets.of(Sets.space("net-a", 2), rows)
                .with(Layer.PATCHES, new FeatureLayer(Tensor.ofFloats(values, n, patches, 2), FeatureSpace.unknown(2)));
    }

    private static double[] scores(String detector, FeatureSet samples) {
        return Detectors.parse(detector)
                .fit(Training.NOTHING.with(AXES))
                .score(samples)
                .toArray();
    }

    private static double share(double cosine, double other, double temperature) {
        return 1 / (1 + Math.exp((other - cosine) / temperature));
    }

    @Test
    void score_byHand() {
        FeatureSet one = images(new float[] {3, 4}, 3, 5, 5, 0, -7, -4, 3);
        double image = share(0.8, 0.6, 1);
        double patch = share(0.6, -0.8, 1);
        assertThat(scores("glmcm", one)).containsExactly(new double[] {image + patch}, within(1e-15));
        assertThat(scores("glmcm:lambda=0.25,temperature=2", one))
                .containsExactly(new double[] {share(0.8, 0.6, 2) + 0.25 * share(0.6, -0.8, 2)}, within(1e-15));
    }

    @Test
    void score_lambdaZero_isMcm() {
        FeatureSet samples = withFurtherLayers(Sets.blobs(30, 1));
        Training given = Training.NOTHING.with(Sets.classes());
        assertThat(new GlMcm(0.1, 0).fit(given).score(samples))
                .isEqualTo(new Mcm(0.1).fit(given).score(samples));
    }

    @Test
    void score_patchesInOtherOrder_sameBits() {
        assertThat(scores("glmcm", images(new float[] {3, 4}, 3, 1, 5, 2, -7, -4, 3)))
                .isEqualTo(scores("glmcm", images(new float[] {3, 4}, 3, -4, 3, 1, 5, 2, -7)));
    }

    @Test
    void score_zeroPatches_areEvenShares() {
        assertThat(scores("glmcm", images(new float[2], 2, new float[4]))).containsExactly(1.0);
    }

    @Test
    void score_oneClass_isOnePlusLambda() {
        ClassEmbeddings one =
                new ClassEmbeddings(FeatureMatrix.copyOf(new float[] {1, 2}, 1, 2), List.of(), FeatureSpace.unknown(2));
        assertThat(new GlMcm(1, 0.5)
                        .fit(Training.NOTHING.with(one))
                        .score(images(new float[] {-3, 4}, 1, 7, 1))
                        .get(0))
                .isEqualTo(1.5);
    }

    @Test
    void score_withoutPatches_saysHowToGetThem() {
        assertThatThrownBy(() -> scores("glmcm", Sets.of(Sets.space("net-a", 2), 1, 2)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "glmcm reads the layer patches beside embeddings, and 'set' lacks it; it has no further layer;"
                                + " extract both");
    }

    @Test
    void score_badPatches_areRefused() {
        FeatureSet flat = Sets.of(Sets.space("net-a", 2), 1, 2);
        assertThatThrownBy(() -> scores(
                        "glmcm",
                        flat.with(
                                Layer.PATCHES,
                                new FeatureLayer(Tensor.ofFloats(new float[2], 1, 2), FeatureSpace.unknown(2)))))
                .hasMessageContaining("expected [1, P, 2] with P at least 1");
        assertThatThrownBy(() -> scores("glmcm", images(new float[] {1, 2}, 0))).hasMessageContaining("P at least 1");
        assertThatThrownBy(() -> scores(
                        "glmcm",
                        flat.with(
                                Layer.PATCHES,
                                new FeatureLayer(Tensor.ofFloats(new float[3], 1, 1, 3), FeatureSpace.unknown(3)))))
                .hasMessageContaining("expected [1, P, 2]");
        FeatureLayer elsewhere = new FeatureLayer(Tensor.ofFloats(new float[10], 1, 2, 5), Sets.space("net-b", 5));
        assertThatThrownBy(() -> new GlMcm()
                        .fit(Training.NOTHING.with(Sets.classes()))
                        .score(Sets.of(Sets.SPACE, 1, 2, 3, 4, 5).with(Layer.PATCHES, elsewhere)))
                .hasMessageContaining("the patches of 'set' live in")
                .hasMessageContaining("net-b");
    }

    @Test
    void score_nonFinitePatch_isRefusedNamingTheSample() {
        for (float bad : new float[] {Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY}) {
            assertThatThrownBy(() -> scores("glmcm", images(new float[] {1, 2, 3, 4}, 2, 1, 2, 3, 4, 5, 6, 7, bad)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("patch 1 of sample '1' of 'set' holds %s at dimension 1; expected finite numbers"
                            .formatted(bad));
        }
    }

    @Test
    void calibrate_keepsThePatchesOfTheSamples() {
        FeatureSet samples = withFurtherLayers(Sets.blobs(60, 1));
        CalibratedDetector guard =
                CalibratedDetector.fit(new GlMcm(), Training.of(samples).with(Sets.classes()), Promise.onAverage(0.9));
        assertThat(guard.calibration()).isPresent();
        assertThatThrownBy(() -> CalibratedDetector.fit(
                        new GlMcm(), Training.of(Sets.blobs(60, 1)).with(Sets.classes()), Promise.onAverage(0.9)))
                .hasMessageContaining("glmcm reads the layer patches");
    }

    @Test
    void options_outOfRange_areRefused() {
        assertThatThrownBy(() -> Detectors.parse("glmcm:temperature=0"))
                .hasMessage("option temperature of glmcm must be above 0 and finite, was 0.0");
        for (String bad : new String[] {"-1.0", "NaN", "Infinity"}) {
            assertThatThrownBy(() -> Detectors.parse("glmcm:lambda=" + bad))
                    .hasMessage("option lambda of glmcm must be at least 0 and finite, was " + bad);
        }
    }
}
