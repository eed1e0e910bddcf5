// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.grack.nanojson.JsonObject;
import io.github.stray.extract.ExtractionOptions;
import io.github.stray.extract.FeatureCollector;
import io.github.stray.feature.FeatureMatrix;
import io.github.stray.feature.FeatureSet;
import io.github.stray.feature.Layer;
import io.github.stray.metric.Correlation;
import io.github.stray.remedy.RefusedException;
import io.github.stray.remedy.Remedied;
import io.github.stray.remedy.Remedy;
import io.github.stray.vision.Goldens;
import io.github.stray.vision.SharedData;
import io.github.stray.vision.card.InvalidCardException;
import io.github.stray.vision.dataset.ImageInput;
import io.github.stray.vision.dataset.Selection;
import io.github.stray.vision.layout.NetworkOption;
import io.github.stray.vision.layout.NetworkOptions;
import io.github.stray.vision.onnx.InferenceOptions;
import io.github.stray.vision.onnx.OnnxExtractor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ClassifierHeadTest {
    private static final Selection SELECTION = new Selection(OptionalInt.of(24), OptionalInt.empty(), 1);

    @TempDir
    private Path folder;

    private ModelStore store = ModelStore.at(Path.of("."));

    @BeforeEach
    void openStore() {
        store = ModelStore.at(folder.resolve("stray"));
    }

    private static AddOptions described(String name, int size, String output) {
        return new AddOptions(
                Optional.of(name),
                Optional.empty(),
                Optional.empty(),
                new NetworkOptions(Map.of(
                        NetworkOption.INPUT_SIZE,
                        Integer.toString(size),
                        NetworkOption.RESIZE,
                        "exact:%dx%d".formatted(size, size),
                        NetworkOption.CROP,
                        "none",
                        NetworkOption.INTERPOLATION,
                        "bilinear",
                        NetworkOption.MEAN,
                        "0.485,0.456,0.406",
                        NetworkOption.STD,
                        "0.229,0.224,0.225",
                        NetworkOption.OUTPUT,
                        output)));
    }

    static List<JsonObject> heads() {
        return Goldens.cases("graph/heads.json");
    }

    @ParameterizedTest
    @MethodSource("heads")
    void head_everyForm_givesTheNetworksLogits(JsonObject golden) throws IOException {
        Path network = folder.resolve(golden.getString("name") + ".onnx");
        Files.write(network, Base64.getDecoder().decode(golden.getString("onnx")));
        new ModelInstaller(store).add(network.toString(), described("net", 8, "features,logits"));
        ClassifierHead taken = store.find("net").head(InferenceOptions.ONE_THREAD);
        assertThat(taken.dequantised()).isEqualTo(golden.getBoolean("quantised"));
        assertThat(taken.difference()).isLessThan(taken.dequantised() ? 0.05 : 1e-6);
        assertThat(taken.head().space().layer()).hasValue("features");
    }

    @ParameterizedTest
    @CsvSource({"classifier-gemm", "classifier-matmul"})
    void head_exportsWithoutFeatures_areReadBesideTheirHiddenLayer(String name) throws IOException {
        Path network = Path.of("..", "golden", "graph", name + ".onnx");
        new ModelInstaller(store).add(network.toString(), described("net", 32, "features=before(logits),logits"));
        ClassifierHead taken = store.find("net").head(InferenceOptions.ONE_THREAD);
        assertThat(taken.head().classes()).isEqualTo(10);
        assertThat(taken.head().dimension()).isEqualTo(24);
        assertThat(taken.difference()).isLessThan(1e-6);
        assertThat(taken.sameClass()).isEqualTo(1);
    }

    @Test
    void head_extractorWithoutBothLayers_saysHowToAddThem() throws IOException {
        assertThatThrownBy(() -> store.find("stray-mini").head(InferenceOptions.ONE_THREAD))
                .isInstanceOfSatisfying(
                        RefusedException.class, refused -> assertRemedied(refused, "features=before(T),logits=T"))
                .hasMessageContaining("extractor stray-mini has no layer 'logits', only [features, embeddings]");
        String network =
                Path.of("..", "golden", "graph", "classifier-gemm.onnx").toString();
        new ModelInstaller(store).add(network, described("one", 32, "logits"));
        assertThatThrownBy(() -> store.find("one").head(InferenceOptions.ONE_THREAD))
                .hasMessageContaining("has no layer 'features'");
        new ModelInstaller(store).add(network, described("same", 32, "features=logits,logits=logits"));
        assertThatThrownBy(() -> store.find("same").head(InferenceOptions.ONE_THREAD))
                .isInstanceOfSatisfying(
                        InvalidCardException.class,
                        refused -> assertRemedied(refused, "features=before(logits),logits=logits"))
                .hasMessageContaining("its layer features is 'logits' with 10");
        new ModelInstaller(store).add(network, described("unit", 32, "features=before(logits):l2,logits"));
        assertThatThrownBy(() -> store.find("unit").head(InferenceOptions.ONE_THREAD))
                .hasMessageContaining("is normalised (l2)");
    }

    private static void assertRemedied(Remedied refused, String layers) {
        assertThat(refused.remedy()).isEqualTo(Remedy.NETWORK_LAYERS);
        assertThat(refused.about()).isEqualTo(layers);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    mobilenet_v1_025_imagenet      | 224 | features,logits        | 1e-4
                    mobilenetv2_imagenet_int8_feat | 224 | features,logits=output | 0.1
                    resnet20_cifar10               | 32  | features,logits        | 1e-4
                    resnet56_cifar10               | 32  | features,logits        | 1e-4
                    resnet20_cifar10               | 32  | features=before(logits),logits | 1e-4
                    """)
    void head_pretrainedNetworks_giveTheirLogitsOnRealImages(String name, int size, String output, double allowed)
            throws IOException {
        String network = SharedData.require("models/" + name + ".onnx").toString();
        Path images = SharedData.require("data/images/imagenette-val224.zip");
        new ModelInstaller(store).add(network, described("net", size, output));
        ClassifierHead taken = store.find("net").head(InferenceOptions.ONE_THREAD);
        FeatureSet features;
        try (OnnxExtractor extractor = store.find("net").open()) {
            var collector = new FeatureCollector(new LinkedHashMap<>(extractor.layers()));
            extractor.extract(
                    ImageInput.of(images.toString(), SELECTION),
                    ExtractionOptions.of(List.copyOf(extractor.layers().keySet())),
                    collector);
            features = collector.extraction("imagenette", List.of()).features();
        }
        FeatureSet logits = features.layer(Layer.LOGITS).orElseThrow();
        FeatureMatrix expected = logits.features();
        FeatureMatrix actual = taken.head().logits(features).features();
        int agreed = 0;
        for (int i = 0; i < features.size(); i++) {
            double[] theirs = doubles(expected.row(i));
            double[] own = doubles(actual.row(i));
            double square = 0;
            double norm = 0;
            for (int c = 0; c < own.length; c++) {
                square += Math.pow(own[c] - theirs[c], 2);
                norm += Math.pow(theirs[c], 2);
            }
            assertThat(Math.sqrt(square / norm)).isLessThan(allowed);
            agreed += largest(own) == largest(theirs) ? 1 : 0;
            assertThat(Correlation.of(own, theirs).pearson()).isGreaterThan(taken.dequantised() ? 0.995 : 0.999999);
        }
        assertThat(features.size()).isEqualTo(24);
        assertThat(taken.dequantised()).isEqualTo(name.contains("int8"));
        assertThat(agreed).isGreaterThanOrEqualTo(taken.dequantised() ? 22 : 24);
    }

    private static double[] doubles(float[] row) {
        double[] doubles = new double[row.length];
        for (int c = 0; c < row.length; c++) {
            doubles[c] = row[c];
        }
        return doubles;
    }

    private static int largest(double[] logits) {
        int best = 0;
        for (int c = 1; c < logits.length; c++) {
            best = logits[c] > logits[best] ? c : best;
        }
        return best;
    }
}
