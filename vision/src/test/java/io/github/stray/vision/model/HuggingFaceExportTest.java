// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.grack.nanojson.JsonObject;
import io.github.stray.extract.ImageContent.Pixels;
import io.github.stray.feature.Layer;
import io.github.stray.vision.Goldens;
import io.github.stray.vision.MemoryDataset;
import io.github.stray.vision.card.CardJson;
import io.github.stray.vision.card.ExtractorCard;
import io.github.stray.vision.card.InvalidCardException;
import io.github.stray.vision.layout.NetworkOption;
import io.github.stray.vision.layout.NetworkOptions;
import io.github.stray.vision.onnx.InferenceOptions;
import io.github.stray.vision.onnx.OnnxExtractor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HuggingFaceExportTest {
    private static final String CONFIG = """
            {"model_type": "clip_vision_model", "image_size": 32}
            """;
    private static final String PREPROCESSOR = """
            {"crop_size": {"height": 32, "width": 32}, "do_center_crop": true, "do_convert_rgb": true, "do_normalize": true,
             "do_rescale": true, "do_resize": true, "image_mean": [0.48, 0.46, 0.41], "image_std": [0.27, 0.26, 0.28],
             "image_processor_type": "CLIPImageProcessor", "resample": 3, "rescale_factor": 0.00392156862745098,
             "size": {"shortest_edge": 32}}
            """;

    @TempDir
    private Path home;

    private ModelStore store = ModelStore.at(Path.of("."));
    private Path folder = Path.of(".");

    @BeforeEach
    void openStore() throws IOException {
        store = ModelStore.at(home.resolve("stray"));
        folder = Files.createDirectories(home.resolve("export"));
        Files.createDirectories(folder.resolve("onnx"));
    }

    private ExtractorCard add(String network, String file, String config, String preprocessor) throws IOException {
        lay(network, file, config, preprocessor);
        return new ModelInstaller(store)
                .add(folder.toString(), AddOptions.none())
                .card();
    }

    private void lay(String network, String file, String config, String preprocessor) throws IOException {
        Files.copy(Path.of("..", "golden", "graph", network), folder.resolve(file));
        Files.writeString(folder.resolve("config.json"), config);
        Files.writeString(folder.resolve("preprocessor_config.json"), preprocessor);
    }

    private ExtractorCard pooled(String family, NetworkOptions options) throws IOException {
        lay("dino.onnx", "model.onnx", CONFIG.replace("clip_vision_model", family), PREPROCESSOR);
        var said = new AddOptions(Optional.empty(), Optional.empty(), Optional.empty(), options);
        return new ModelInstaller(store).add(folder.toString(), said).card();
    }

    @Test
    void add_clipVisionTower_givesItsFeatures() throws IOException {
        ExtractorCard card = add("clip-hidden.onnx", "onnx/vision_model.onnx", CONFIG, PREPROCESSOR);
        assertThat(card.id()).isEqualTo("export");
        assertThat(card.preprocessing().describe())
                .startsWith("shortest:32 bicubic center-floor:32 32x32 RGB scale 0.0039")
                .endsWith("mean [0.48, 0.46, 0.41] std [0.27, 0.26, 0.28]");
        assertThat(card.layers().keySet()).containsExactly(Layer.FEATURES, Layer.EMBEDDINGS, Layer.PATCHES);
        JsonObject golden = Goldens.cases("graph/clip-hidden.json").getFirst();
        Pixels image = Goldens.noise(
                golden.getInt("width"), golden.getInt("height"), golden.getInt("seed"), golden.getBoolean("binary"));
        try (OnnxExtractor extractor = store.find("export").open()) {
            float[] row = extractor
                    .extract(MemoryDataset.of(1, i -> image), Layer.FEATURES)
                    .features()
                    .features()
                    .row(0);
            for (int j = 0; j < row.length; j++) {
                assertThat((double) row[j])
                        .isCloseTo(golden.getArray("features").getDouble(j), within(1e-5));
            }
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    clip-resnet.onnx     | onnx/model.onnx   | clip   | [features, embeddings]
                    dino.onnx            | onnx/model.onnx   | vit    | [features, patches]
                    classifier-gemm.onnx | model.onnx        | resnet | [features, logits]
                    """)
    void add_otherNetworks_giveTheLayersTheyHave(String network, String file, String type, String layers)
            throws IOException {
        ExtractorCard card = add(network, file, CONFIG.replace("clip_vision_model", type), PREPROCESSOR);
        assertThat(card.layers().keySet().toString()).isEqualTo(layers);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    "id2label": {"0": "j", "1": "i", "2": "h", "3": "g", "4": "f", "5": "e", "6": "d", "7": "c", "8": "b", "9": "a"} | j,i,h,g,f,e,d,c,b,a
                    "label_names": ["j", "i", "h", "g", "f", "e", "d", "c", "b", "a"]                | j,i,h,g,f,e,d,c,b,a
                    "pretrained_cfg": {"label_names": ["j", "i", "h", "g", "f", "e", "d", "c", "b", "a"]} | j,i,h,g,f,e,d,c,b,a
                    "id2label": {"0": "LABEL_0", "1": "LABEL_1", "2": "LABEL_2", "3": "LABEL_3", "4": "LABEL_4", "5": "LABEL_5", "6": "LABEL_6", "7": "LABEL_7", "8": "LABEL_8", "9": "LABEL_9"} | ``
                    "id2label": {"1": "j", "2": "i"}                                                   | ``
                    """, quoteCharacter = '`')
    void add_classifier_keepsTheNamesOfItsClasses(String names, String expected) throws IOException {
        String config = CONFIG.replace("clip_vision_model\"", "resnet\", " + names);
        ExtractorCard card = add("classifier-gemm.onnx", "model.onnx", config, PREPROCESSOR);
        assertThat(String.join(",", card.classNames())).isEqualTo(expected);
        assertThat(store.find("export").head(InferenceOptions.ONE_THREAD).head().classNames())
                .isEqualTo(card.classNames());
    }

    @Test
    void add_namesOfAnotherCountThanLogits_areLeftOutAndSaid() throws IOException {
        String config = CONFIG.replace("clip_vision_model\"", "resnet\", \"id2label\": {\"0\": \"a\"}");
        ExtractorCard card = add("classifier-gemm.onnx", "model.onnx", config, PREPROCESSOR);
        assertThat(card.classNames()).isEmpty();
        assertThat(card.origin()).endsWith("; no class names: its settings name 1 classes, and its logits are of 10");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    "size": {"shortest_edge": 32}         | "size": 32                       | shortest:32 bicubic
                    {"shortest_edge": 32}                 | {"height": 40, "width": 50}       | exact:50x40 bicubic
                    "resample": 3                         | "resample": 2                    | shortest:32 bilinear
                    "do_rescale": true                    | "do_rescale": false              | scale 1.0 mean [0.48, 0.46, 0.41]
                    0.00392156862745098                   | 0.5                              | scale 0.5 mean
                    [0.48, 0.46, 0.41]                    | 0.5                              | mean [0.5, 0.5, 0.5]
                    "resample": 3,                        |                                  | shortest:32 bicubic
                    "size": {"shortest_edge": 32}         | "size": [40, 50]                 | exact:50x40 bicubic
                    "do_normalize": true                  | "do_normalize": false            | mean [0.0, 0.0, 0.0] std [1.0, 1.0, 1.0]
                    "crop_size": {"height": 32, "width": 32} | "crop_size": 32                | center-floor:32 32x32
                    """)
    void add_otherPreprocessing_isRead(String from, String to, String description) throws IOException {
        assertThat(PREPROCESSOR).contains(from);
        ExtractorCard card =
                add("clip-hidden.onnx", "model.onnx", CONFIG, PREPROCESSOR.replace(from, to == null ? "" : to));
        assertThat(card.preprocessing().describe()).contains(description);
    }

    @Test
    void add_keysThatAreNull_areNotSet() throws IOException {
        String settings = PREPROCESSOR
                .replace("CLIPImageProcessor", "ViTImageProcessorFast")
                .replace("{\"shortest_edge\": 32}", "{\"height\": 32, \"width\": 32}")
                .replace("{\"crop_size\": {\"height\": 32, \"width\": 32}", "{\"crop_size\": null, \"do_pad\": null")
                .replace("\"do_center_crop\": true", "\"do_center_crop\": null");
        assertThat(settings).contains("\"do_pad\": null", "\"do_center_crop\": null");
        ExtractorCard card = add("clip-hidden.onnx", "model.onnx", CONFIG, settings);
        assertThat(card.preprocessing().describe()).startsWith("exact:32x32 bicubic none 32x32");
    }

    @Test
    void add_dinov2_takesTheSizeOfItsProcessor() throws IOException {
        String config = CONFIG.replace("clip_vision_model", "dinov2").replace("32", "518");
        ExtractorCard card = add("dino.onnx", "onnx/model.onnx", config, PREPROCESSOR);
        assertThat(card.preprocessing().describe()).startsWith("shortest:32 bicubic center-floor:32 32x32");
        assertThat(card.layers().keySet()).containsExactly(Layer.FEATURES, Layer.PATCHES);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    {"shortest_edge": 32} | 0.875  | shortest:36 bicubic center-floor:32 32x32
                    32                    | 0.875  | shortest:36 bicubic center-floor:32 32x32
                    32                    | null   | shortest:36 bicubic center-floor:32 32x32
                    32                    | 1      | shortest:32 bicubic center-floor:32 32x32
                    """)
    void add_convNext_cropsItsShare(String size, String share, String description) throws IOException {
        ExtractorCard card = add("clip-hidden.onnx", "model.onnx", CONFIG, convNext(size, share));
        assertThat(card.preprocessing().describe()).startsWith(description);
    }

    private static String convNext(String size, String share) {
        return """
                {"crop_pct": %s, "do_normalize": true, "do_rescale": true, "do_resize": true,
                 "feature_extractor_type": "ConvNextFeatureExtractor", "image_mean": [0.485, 0.456, 0.406],
                 "image_std": [0.229, 0.224, 0.225], "resample": 3, "size": %s}
                """.formatted(share, size);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    32                       | 0      | key 'crop_pct' (0) must be a number above 0 and at most 1
                    32                       | "half" | key 'crop_pct' ("half") must be a number
                    {"height":32,"width":32} | 0.875  | must be a number, or have shortest_edge
                    384                      | 0.875  | prepares images of 384x384
                    """)
    void add_unclearConvNext_isRefused(String size, String share, String message) {
        assertThatThrownBy(() -> add("clip-hidden.onnx", "model.onnx", CONFIG, convNext(size, share)))
                .isInstanceOf(InvalidCardException.class)
                .hasMessageContaining(message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    PerceiverImageProcessor   | PerceiverImageProcessor cuts a share out of the image first, and resizes then
                    Siglip2ImageProcessorFast | Siglip2ImageProcessorFast makes patches whose number depends on the image (NaFlex)
                    HouseImageProcessor       | HouseImageProcessor is no class of image processors whose steps are known
                    CLIPProcessor             | CLIPProcessor is no class of image processors whose steps are known
                    """)
    void add_otherProcessors_areRefusedByName(String name, String message) {
        String settings = PREPROCESSOR.replace("CLIPImageProcessor", name);
        assertThatThrownBy(() -> add("clip-hidden.onnx", "model.onnx", CONFIG, settings))
                .isInstanceOf(InvalidCardException.class)
                .hasMessageContaining("preprocessor_config.json: " + message)
                .hasMessageContaining("Known are: CLIPImageProcessor, ");
    }

    @Test
    void add_noClassNamed_takesThatOfTheNetwork() throws IOException {
        String settings = PREPROCESSOR.replace("\"image_processor_type\": \"CLIPImageProcessor\", ", "");
        assertThat(add("clip-hidden.onnx", "model.onnx", CONFIG, settings).processor())
                .contains("CLIPImageProcessor of transformers 4 (Pillow)");
        Files.delete(folder.resolve("model.onnx"));
        assertThatThrownBy(() ->
                        add("clip-hidden.onnx", "model.onnx", CONFIG.replace("clip_vision_model", "house"), settings))
                .hasMessageContaining("names no class of image processors, and 'model_type' of config.json is 'house'");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    4.57.1 | CLIPImageProcessor     | center-floor | CLIPImageProcessor of transformers 4 (Pillow)
                    4.57.1 | CLIPImageProcessorFast | center-fast  | CLIPImageProcessorFast of transformers 4 (torchvision)
                    5.2.0  | CLIPImageProcessor     | center-fast  | CLIPImageProcessor of transformers 5 (torchvision)
                    """)
    void add_anyLibrary_isFollowedAndStandsOnTheCard(String version, String name, String crop, String processor)
            throws IOException {
        String config = CONFIG.replace("{", "{\"transformers_version\": \"" + version + "\", ");
        ExtractorCard card =
                add("clip-hidden.onnx", "model.onnx", config, PREPROCESSOR.replace("CLIPImageProcessor", name));
        assertThat(card.preprocessing().crop()).hasToString(crop + ":32");
        assertThat(card.processor()).contains(processor);
        assertThat(store.find("export").lines()).contains("  processor      " + processor);
        assertThat(CardJson.write(card)).contains("\"processor\":\"" + processor + "\"");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    "resample": 3                  | "resample": 5                          | key 'resample' (5) must be one of
                    "do_resize": true              | "do_resize": "yes"                     | key 'do_resize' ("yes") must be true or false
                    0.00392156862745098            | 0                                      | key 'rescale_factor' (0) must be above 0
                    [0.48, 0.46, 0.41]             | [0.48, 0.46]                           | key 'image_mean' ([0.48,0.46]) must be three numbers
                    "do_convert_rgb": true         | "do_pad": true                         | key 'do_pad' (true) is not known
                    "do_center_crop": true         | "do_center_crop": false                | key 'size' ({"shortest_edge":32}) gives shortest:32 without a crop
                    {"shortest_edge": 32}          | {"longest_edge": 32}                   | key 'size' ({"longest_edge":32}) must be a number, or have height and width
                    "crop_size": {"height": 32, "width": 32} | "crop_size": 48              | key 'image_size' (32) is another, for preprocessor_config.json prepares images of 48x48
                    """)
    void add_unclearPreprocessing_namesFileAndKey(String from, String to, String message) throws IOException {
        assertThat(PREPROCESSOR).contains(from);
        String settings = PREPROCESSOR.replace(from, to);
        assertThatThrownBy(() -> add("clip-hidden.onnx", "model.onnx", CONFIG, settings))
                .isInstanceOf(InvalidCardException.class)
                .hasMessageContaining("config.json: ")
                .hasMessageContaining(message);
    }

    private ExtractorCard add(NetworkOptions said, String network, String preprocessor) throws IOException {
        Files.copy(Path.of("..", "golden", "graph", network), folder.resolve("model.onnx"));
        Files.writeString(folder.resolve("config.json"), CONFIG);
        Files.writeString(folder.resolve("preprocessor_config.json"), preprocessor);
        return new ModelInstaller(store)
                .add(folder.toString(), new AddOptions(Optional.empty(), Optional.empty(), Optional.empty(), said))
                .card();
    }

    @Test
    void add_withOptions_goBeforeTheFolder() throws IOException {
        NetworkOptions said = new NetworkOptions(Map.of(
                NetworkOption.CROP,
                "center:32",
                NetworkOption.CHANNELS,
                "bgr",
                NetworkOption.OUTPUT,
                "features=before(image_embeds)"));
        ExtractorCard card = add(said, "clip-hidden.onnx", PREPROCESSOR);
        assertThat(card.preprocessing().describe()).startsWith("shortest:32 bicubic center:32 32x32 BGR scale 0.0039");
        assertThat(card.layers()).hasSize(1);
        assertThat(card.processor()).contains("CLIPImageProcessor of transformers 4 (Pillow), but for crop, channels");

        Path installed = store.models().resolve("export");
        NetworkOptions more = NetworkOptions.none().with(NetworkOption.CROP, "center-fast:32");
        ExtractorCard again = new ModelInstaller(store)
                .add(
                        installed.toString(),
                        new AddOptions(Optional.of("again"), Optional.empty(), Optional.empty(), more))
                .card();
        assertThat(again.preprocessing().describe())
                .isEqualTo(card.preprocessing().describe().replace("center:", "center-fast:"));
        assertThat(again.layers()).isEqualTo(card.layers());
    }

    @Test
    void add_withClassNames_goBeforeTheFolderAndStayWithIt() throws IOException {
        List<String> names = List.of("z", "y", "x", "w", "v", "u", "t", "s", "r", "q");
        String config = CONFIG.replace("clip_vision_model\"", "resnet\", \"id2label\": {\"0\": \"a\"}");
        assertThat(add("classifier-gemm.onnx", "model.onnx", config, PREPROCESSOR)
                        .classNames())
                .isEmpty();
        AddOptions said =
                new AddOptions(Optional.of("named"), Optional.empty(), Optional.empty(), NetworkOptions.none(), names);
        assertThat(new ModelInstaller(store).add(folder.toString(), said).card().classNames())
                .isEqualTo(names);

        NetworkOptions pixels = NetworkOptions.none().with(NetworkOption.CHANNELS, "bgr");
        AddOptions more = new AddOptions(Optional.of("again"), Optional.empty(), Optional.empty(), pixels);
        String installed = store.models().resolve("named").toString();
        assertThat(new ModelInstaller(store).add(installed, more).card().classNames())
                .isEqualTo(names);

        AddOptions few = new AddOptions(
                Optional.of("few"), Optional.empty(), Optional.empty(), NetworkOptions.none(), List.of("z", "y"));
        assertThatThrownBy(() -> new ModelInstaller(store).add(folder.toString(), few))
                .hasMessage(
                        "there are names of 2 classes, expected as many as the layer 'logits' has numbers, and it has 10");
    }

    @Test
    void add_withPreset_needsNoKnownProcessor() throws IOException {
        NetworkOptions said =
                NetworkOptions.none().with(NetworkOption.PRESET, "ultralytics").with(NetworkOption.INPUT_SIZE, "32");
        ExtractorCard card = add(said, "clip-hidden.onnx", PREPROCESSOR.replace("CLIPImageProcessor", "Perceiver"));
        assertThat(card.preprocessing().describe())
                .startsWith("shortest:32 bilinear center:32 32x32 RGB scale 0.0039")
                .endsWith("mean [0.0, 0.0, 0.0] std [1.0, 1.0, 1.0]");
        assertThat(card.processor()).isEmpty();
    }

    @Test
    void add_nestedSettings_areThoseOfTransformers5() throws IOException {
        Files.copy(Path.of("..", "golden", "graph", "clip-hidden.onnx"), folder.resolve("model.onnx"));
        Files.writeString(folder.resolve("config.json"), CONFIG);
        Files.writeString(folder.resolve("processor_config.json"), "{\"image_processor\": " + PREPROCESSOR + "}");
        ExtractorCard card = new ModelInstaller(store)
                .add(folder.toString(), AddOptions.none())
                .card();
        assertThat(card.processor()).contains("CLIPImageProcessor of transformers 5 (torchvision)");
        assertThat(card.preprocessing().describe()).startsWith("shortest:32 bicubic center-fast:32 32x32");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    "crop_pct": 0.9                         | shortest:35 bicubic center:32 32x32
                    "crop_pct": 0.9, "crop_mode": "squash"  | exact:35x35 bicubic center:32 32x32
                    "crop_pct": 0.9, "crop_mode": "border"  | within:35x35 bicubic center:32@124,116,104 32x32
                    "crop_pct": 1, "interpolation": "bilinear", "std": [1, 1, 1] | shortest:32 bilinear center:32 32x32
                    """)
    void add_timm_followsItsTransform(String settings, String description) throws IOException {
        timm(settings);
        ExtractorCard card = new ModelInstaller(store)
                .add(folder.toString(), AddOptions.none())
                .card();
        assertThat(card.preprocessing().describe())
                .startsWith(description)
                .contains("mean [0.485, 0.456, 0.406] std " + (settings.contains("std") ? "[1.0" : "[0.229"));
        assertThat(card.layers().keySet()).containsExactly(Layer.FEATURES, Layer.LOGITS);
        assertThat(card.origin()).isEqualTo("an export of timm, added from the folder export");
    }

    private void timm(String settings) throws IOException {
        Files.copy(Path.of("..", "golden", "graph", "classifier-gemm.onnx"), folder.resolve("model.onnx"));
        Files.writeString(
                folder.resolve("config.json"),
                "{\"num_classes\": 10, \"pretrained_cfg\": {\"input_size\": [3, 32, 32], " + settings + "}}");
    }

    @Test
    void add_timmWithAnUnknownCrop_isRefused() throws IOException {
        timm("\"crop_mode\": \"random\"");
        assertThatThrownBy(() -> new ModelInstaller(store).add(folder.toString(), AddOptions.none()))
                .hasMessageContaining("key 'pretrained_cfg.crop_mode' (\"random\") is not known");
    }

    @Test
    void add_incompleteOrUnknown_isRefused() throws IOException {
        assertThatThrownBy(
                        () -> add("dino.onnx", "model.onnx", CONFIG.replace("clip_vision_model", "esm"), PREPROCESSOR))
                .hasMessageContaining("config.json: key 'model_type' (\"esm\") with the outputs [last_hidden_state]")
                .hasMessageContaining("by class, mean or pooler");
        Files.delete(folder.resolve("preprocessor_config.json"));
        assertThatThrownBy(() -> new ModelInstaller(store).add(folder.toString(), AddOptions.none()))
                .hasMessageContaining("preprocessor_config.json is missing");
        Files.writeString(folder.resolve("preprocessor_config.json"), "{\"do_resize\":");
        assertThatThrownBy(() -> new ModelInstaller(store).add(folder.toString(), AddOptions.none()))
                .hasMessageContaining("preprocessor_config.json is no JSON");
        Files.delete(folder.resolve("model.onnx"));
        assertThatThrownBy(() -> new ModelInstaller(store).add(folder.toString(), AddOptions.none()))
                .hasMessageContaining("has no network of images called");
    }

    @ParameterizedTest
    @CsvSource({"class, class_token(last_hidden_state)", "mean, mean(last_hidden_state)"})
    void add_unknownFamilyAndPool_hasThoseFeatures(String pool, String tensor) throws IOException {
        ExtractorCard card = pooled("esm", NetworkOptions.none().with(NetworkOption.POOL, pool));
        assertThat(card.layers().keySet()).containsExactly(Layer.FEATURES);
        assertThat(Objects.requireNonNull(card.layers().get(Layer.FEATURES)).tensor())
                .isEqualTo(tensor);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    pooler | pool: 'pooler' reads pooler_output, and the network's outputs are [last_hidden_state]
                    max    | pool: expected class, mean, pooler, was 'max'
                    """)
    void add_poolThatCannotBe_isRefused(String pool, String message) {
        assertThatThrownBy(() -> pooled("esm", NetworkOptions.none().with(NetworkOption.POOL, pool)))
                .hasMessage(message);
    }

    @Test
    void add_poolAndOutput_isRefused() {
        NetworkOptions both = NetworkOptions.none()
                .with(NetworkOption.POOL, "mean")
                .with(NetworkOption.OUTPUT, "features=class_token(last_hidden_state)");
        assertThatThrownBy(() -> pooled("esm", both)).hasMessage("pool: output says the features too; leave one out");
    }

    @Test
    void add_poolOfAKnownFamily_goesBeforeIt() throws IOException {
        ExtractorCard card = pooled("vit", NetworkOptions.none().with(NetworkOption.POOL, "mean"));
        assertThat(Objects.requireNonNull(card.layers().get(Layer.FEATURES)).tensor())
                .isEqualTo("mean(last_hidden_state)");
    }
}
