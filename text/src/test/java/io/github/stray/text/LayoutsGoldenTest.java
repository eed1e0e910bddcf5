// SPDX-License-Identifier: Apache-2.0
package io.github.stray.text;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import com.grack.nanojson.JsonWriter;
import io.github.stray.extract.ExtractionOptions;
import io.github.stray.extract.FeatureCollector;
import io.github.stray.feature.FeatureMatrix;
import io.github.stray.feature.Layer;
import io.github.stray.vision.card.CardJson;
import io.github.stray.vision.card.ExtractorCard;
import io.github.stray.vision.card.TextTower;
import io.github.stray.vision.dataset.ImageInput;
import io.github.stray.vision.model.AddOptions;
import io.github.stray.vision.model.ModelInstaller;
import io.github.stray.vision.model.ModelStore;
import io.github.stray.vision.onnx.OnnxExtractor;
import io.github.stray.vision.onnx.Provider;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Folders as exporters leave them: the card comes out of them, and features and text embeddings are the oracle's. */
class LayoutsGoldenTest {
    /** Largest relative difference that counts as rounding: norm of the difference over norm. */
    private static final double ROUNDING = 1e-4;

    /** Smallest relative difference that an altered card must make. */
    private static final double ALTERED = 1e-2;

    @TempDir
    private Path home;

    private ModelStore store = ModelStore.at(Path.of("."));

    @BeforeEach
    void openStore() {
        store = ModelStore.at(home.resolve("stray"));
    }

    private ExtractorCard add(String layout) throws IOException {
        Path folder = LayoutFolders.copy(layout, home.resolve(layout));
        return new ModelInstaller(store)
                .add(folder.toString(), AddOptions.none())
                .card();
    }

    private double[][] rows(String layout, Layer layer) throws IOException {
        try (OnnxExtractor extractor = store.find(layout).open()) {
            var images = ImageInput.of(LayoutFolders.GOLDEN.resolve("images").toString());
            var collector = new FeatureCollector(
                    layer, requireNonNull(extractor.layers().get(layer)));
            extractor.extract(images, new ExtractionOptions(List.of(layer), 2, 1), collector);
            return rows(collector
                    .extraction(images.name(), images.classNames())
                    .features()
                    .features());
        }
    }

    private static double[][] rows(FeatureMatrix matrix) {
        double[][] rows = new double[matrix.rows()][];
        for (int i = 0; i < rows.length; i++) {
            float[] row = matrix.row(i);
            rows[i] = new double[row.length];
            for (int j = 0; j < row.length; j++) {
                rows[i][j] = row[j];
            }
        }
        return rows;
    }

    private static double[][] golden(String layout, String list, String key) throws IOException {
        return LayoutFolders.expected(layout).getArray(list).stream()
                .map(entry -> Goldens.numbers(((JsonObject) entry).getArray(key)))
                .toArray(double[][]::new);
    }

    /** Norm of the difference over the norm of the expected row, for each row. */
    private static double[] differences(double[][] actual, double[][] expected) {
        assertThat(actual).hasDimensions(expected.length, expected[0].length);
        double[] differences = new double[expected.length];
        for (int i = 0; i < expected.length; i++) {
            double difference = 0;
            double norm = 0;
            for (int j = 0; j < expected[i].length; j++) {
                difference += Math.pow(actual[i][j] - expected[i][j], 2);
                norm += Math.pow(expected[i][j], 2);
            }
            differences[i] = Math.sqrt(difference / norm);
        }
        return differences;
    }

    private static void assertEqual(double[][] actual, double[][] expected) {
        assertThat(Arrays.stream(differences(actual, expected)).max().orElseThrow())
                .isLessThan(ROUNDING);
    }

    private static void assertFar(double[][] actual, double[][] expected) {
        assertThat(Arrays.stream(differences(actual, expected)).min().orElseThrow())
                .isGreaterThan(ALTERED);
    }

    private double[][] texts(String layout) throws IOException {
        List<String> texts = LayoutFolders.expected(layout).getArray("texts").stream()
                .map(entry -> ((JsonObject) entry).getString("text"))
                .toList();
        try (TextEncoder encoder = TextEncoder.open(store.find(layout), Provider.CPU)) {
            return rows(encoder.encode(texts).features());
        }
    }

    /** Puts another value, in JSON, into an installed card: the part, the key in it. */
    private void alterCard(String layout, String part, String key, String value) throws IOException {
        Path file = home.resolve("stray/models").resolve(layout).resolve(ExtractorCard.FILE_NAME);
        try {
            JsonObject card = JsonParser.object().from(Files.readString(file));
            JsonObject inside = card;
            for (String name : part.split("/", -1)) {
                inside = inside.getObject(name);
            }
            Object before = inside.put(key, JsonParser.any().from(value));
            assertThat(before).isNotNull().isNotEqualTo(inside.get(key));
            Files.writeString(file, JsonWriter.string(card));
        } catch (JsonParserException e) {
            throw new AssertionError(file.toString(), e);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    hf-image     | [features, patches]              | exact:32x32 bilinear none 32x32 RGB
                    hf-two-files | [features, embeddings, patches]  | shortest:36 bicubic center-floor:32 32x32 RGB
                    hf-one-file  | [features, embeddings, patches]  | shortest:36 bicubic center-floor:32 32x32 RGB
                    pair         | [features, embeddings, patches]  | shortest:32 bicubic center:32 32x32 RGB
                    """)
    void add_folder_givesTheOraclesFeatures(String layout, String layers, String preprocessing) throws IOException {
        ExtractorCard card = add(layout);
        assertThat(card.id()).isEqualTo(layout);
        assertThat(card.layers().keySet().toString()).isEqualTo(layers);
        assertThat(card.preprocessing().describe()).startsWith(preprocessing);
        assertEqual(rows(layout, Layer.FEATURES), golden(layout, "images", "features"));
        if (card.text().isPresent()) {
            assertEqual(rows(layout, Layer.EMBEDDINGS), golden(layout, "images", "embeddings"));
        }
        for (Layer layer : List.of(Layer.FEATURES, Layer.EMBEDDINGS)) {
            double[][] rows = rows(layout, layer);
            assertFar(new double[][] {rows[0], rows[1], rows[2]}, new double[][] {rows[1], rows[2], rows[0]});
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"hf-two-files", "hf-one-file", "pair"})
    void add_folder_givesTheOraclesTexts(String layout) throws IOException {
        TextTower text = add(layout).text().orElseThrow();
        JsonObject expected = LayoutFolders.expected(layout);
        assertThat(text.context()).isEqualTo(expected.getInt("context"));
        assertThat(text.pad()).isEqualTo(expected.getInt("pad"));
        try (TextEncoder encoder = TextEncoder.open(store.find(layout), Provider.CPU)) {
            for (JsonObject golden : Goldens.objects(expected.getArray("texts"))) {
                assertThat(encoder.tokens(golden.getString("text")))
                        .as(golden.getString("text"))
                        .isEqualTo(golden.getArray("ids").stream()
                                .mapToLong(id -> ((Number) id).longValue())
                                .toArray());
            }
        }
        double[][] rows = texts(layout);
        assertEqual(rows, golden(layout, "texts", "embedding"));
        assertFar(
                new double[][] {rows[0], rows[1], rows[2], rows[3]},
                new double[][] {rows[1], rows[2], rows[3], rows[4]});
    }

    @Test
    void add_folder_recordsTheLicenceOfItsReadme() throws IOException {
        assertThat(add("hf-two-files").licence()).isEqualTo("mit");
        ExtractorCard pair = add("pair");
        assertThat(pair.licence()).isEqualTo("unknown");
        assertThat(pair.text().orElseThrow().licence()).isEqualTo("unknown");
        assertThat(pair.origin()).isEqualTo("a photo server's pair, added from the folder pair");
        assertThat(pair.allFiles().keySet())
                .containsExactly("textual/model.onnx", "textual/tokenizer.json", "visual/model.onnx");
        assertThat(CardJson.read(CardJson.write(pair).getBytes(StandardCharsets.UTF_8), "pair"))
                .isEqualTo(pair);
    }

    @Test
    void extract_anotherCrop_movesWhatHasAnOddRest() throws IOException {
        add("hf-two-files");
        alterCard("hf-two-files", "input", "crop", "\"center:32\"");
        double[] differences =
                differences(rows("hf-two-files", Layer.FEATURES), golden("hf-two-files", "images", "features"));
        assertThat(differences[0]).isLessThan(ROUNDING);
        assertThat(differences[1]).isGreaterThan(ALTERED);
    }

    @Test
    void add_clipConfigWithoutItsContext_takes77() throws IOException {
        Path folder = LayoutFolders.copy("hf-two-files", home.resolve("hf-two-files"));
        Path config = folder.resolve("config.json");
        String text = Files.readString(config);
        Files.writeString(config, text.replaceAll("\"max_position_embeddings\":\\d+,", ""));
        assertThat(Files.readString(config)).isNotEqualTo(text);
        new ModelInstaller(store).add(folder.toString(), AddOptions.none());
        assertEqual(texts("hf-two-files"), golden("hf-two-files", "texts", "embedding"));
    }

    @Test
    void add_flatPair_isTheSameModel() throws IOException {
        Path pair = LayoutFolders.copy("pair", home.resolve("from"));
        Path flat = Files.createDirectory(home.resolve("flat"));
        Files.copy(pair.resolve("config.json"), flat.resolve("config.json"));
        for (String part : List.of("visual", "textual")) {
            Files.copy(pair.resolve(part).resolve("model.onnx"), flat.resolve(part + ".onnx"));
        }
        Files.copy(pair.resolve("visual/preprocess_cfg.json"), flat.resolve("preprocess_cfg.json"));
        for (String settings : List.of("tokenizer.json", "tokenizer_config.json")) {
            Files.copy(pair.resolve("textual").resolve(settings), flat.resolve(settings));
        }
        new ModelInstaller(store)
                .add(
                        flat.toString(),
                        new AddOptions(
                                Optional.of("pair"),
                                Optional.empty(),
                                Optional.empty(),
                                AddOptions.none().network()));
        assertEqual(rows("pair", Layer.FEATURES), golden("pair", "images", "features"));
        assertEqual(texts("pair"), golden("pair", "texts", "embedding"));
    }

    @Test
    void add_settingsOfOpenClip_areTheSameModel() throws IOException {
        Path pair = LayoutFolders.copy("pair", home.resolve("from"));
        Path folder = home.resolve("pair");
        Files.createDirectories(folder.resolve("onnx"));
        Files.writeString(
                folder.resolve("open_clip_config.json"),
                "{\"model_cfg\": %s, \"preprocess_cfg\": %s}"
                        .formatted(
                                Files.readString(pair.resolve("config.json")),
                                Files.readString(pair.resolve("visual/preprocess_cfg.json"))));
        Files.copy(pair.resolve("visual/model.onnx"), folder.resolve("onnx/vision_model.onnx"));
        Files.copy(pair.resolve("textual/model.onnx"), folder.resolve("onnx/text_model.onnx"));
        for (String settings : List.of("tokenizer.json", "tokenizer_config.json")) {
            Files.copy(pair.resolve("textual").resolve(settings), folder.resolve(settings));
        }
        ExtractorCard card = new ModelInstaller(store)
                .add(folder.toString(), AddOptions.none())
                .card();
        assertThat(card.origin()).isEqualTo("an export of open_clip, added from the folder pair");
        assertEqual(rows("pair", Layer.FEATURES), golden("pair", "images", "features"));
        assertEqual(texts("pair"), golden("pair", "texts", "embedding"));
    }

    private static void replace(Path file, String from, String to) throws IOException {
        String text = Files.readString(file);
        assertThat(text).contains(from);
        Files.writeString(file, text.replace(from, to));
    }

    @Test
    void add_openClipsOwnTokenizer_fillsWithZero() throws IOException {
        Path folder = LayoutFolders.copy("pair", home.resolve("pair"));
        replace(
                folder.resolve("textual/tokenizer_config.json"),
                "\"pad_token\":\"!\"",
                "\"pad_token\":\"<|endoftext|>\"");
        ExtractorCard card = new ModelInstaller(store)
                .add(folder.toString(), AddOptions.none())
                .card();
        assertThat(card.text().orElseThrow().pad()).isZero();
        assertThat(card.origin()).contains("filled up with token 0, as open_clip does, and not with the tokenizer's");
        assertEqual(texts("pair"), golden("pair", "texts", "embedding"));
    }

    @Test
    void add_modelMaxLength_isTheContextWhereItIsShorter() throws IOException {
        Path folder = LayoutFolders.copy("hf-two-files", home.resolve("hf-two-files"));
        Path settings = folder.resolve("tokenizer_config.json");
        replace(settings, "{", "{\"model_max_length\":1000000000000000019884624838656,");
        assertThat(new ModelInstaller(store)
                        .add(folder.toString(), AddOptions.none())
                        .card()
                        .text()
                        .orElseThrow()
                        .context())
                .isEqualTo(LayoutFolders.expected("hf-two-files").getInt("context"));
        replace(settings, "1000000000000000019884624838656", "30");
        store.remove("hf-two-files");
        assertThat(new ModelInstaller(store)
                        .add(folder.toString(), AddOptions.none())
                        .card()
                        .text()
                        .orElseThrow()
                        .context())
                .isEqualTo(30);
        assertEqual(texts("hf-two-files"), golden("hf-two-files", "texts", "embedding"));
    }

    /** The slow tokenizer's files hold what its tokenizer.json does. */
    @Test
    void add_slowTokenizer_givesTheSameTexts() throws Exception {
        Path folder = LayoutFolders.copy("hf-two-files", home.resolve("hf-two-files"));
        Path tokenizer = folder.resolve("tokenizer.json");
        JsonObject model = JsonParser.object().from(Files.readString(tokenizer)).getObject("model");
        Files.delete(tokenizer);
        Files.writeString(folder.resolve("vocab.json"), JsonWriter.string(model.getObject("vocab")));
        Files.writeString(
                folder.resolve("merges.txt"),
                "#version: 0.2\n"
                        + model.getArray("merges").stream()
                                .map(merge -> merge instanceof JsonArray pair
                                        ? pair.getString(0) + " " + pair.getString(1)
                                        : merge.toString())
                                .collect(Collectors.joining("\n")));
        new ModelInstaller(store).add(folder.toString(), AddOptions.none());
        assertEqual(texts("hf-two-files"), golden("hf-two-files", "texts", "embedding"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    mean          | [0.41, 0.46, 0.48]
                    std           | [0.24, 0.26, 0.28]
                    channels      | "BGR"
                    interpolation | "bilinear"
                    resize        | "shortest:32"
                    """)
    void extract_alteredPreprocessing_isFarFromTheOracle(String key, String value) throws IOException {
        add("hf-two-files");
        alterCard("hf-two-files", "input", key, value);
        assertFar(rows("hf-two-files", Layer.FEATURES), golden("hf-two-files", "images", "features"));
        assertFar(rows("hf-two-files", Layer.EMBEDDINGS), golden("hf-two-files", "images", "embeddings"));
    }

    @Test
    void extract_anotherLayer_isFarFromTheOracle() throws IOException {
        add("pair");
        alterCard("pair", "layers/features", "normalisation", "\"l2\"");
        assertFar(rows("pair", Layer.FEATURES), golden("pair", "images", "features"));
        add("hf-two-files");
        alterCard("hf-two-files", "layers/features", "tensor", "\"class_token(last_hidden_state)\"");
        assertFar(rows("hf-two-files", Layer.FEATURES), golden("hf-two-files", "images", "features"));
        alterCard("hf-two-files", "layers/features", "tensor", "\"image_embeds\"");
        assertThatThrownBy(() -> rows("hf-two-files", Layer.FEATURES)).isInstanceOf(IOException.class);
    }

    @Test
    void encode_alteredPadCleaningContextOrPooling_isFarFromTheOracle() throws IOException {
        add("pair");
        double[][] right = golden("pair", "texts", "embedding");
        alterCard("pair", "text", "pad", "5");
        assertFar(texts("pair"), right);
        assertEqual(texts("pair"), golden("pair", "padded_by_another", "embedding"));
        alterCard("pair", "text", "pad", "0");
        alterCard("pair", "text", "cleaning", "\"lower\"");
        assertFar(new double[][] {texts("pair")[0]}, new double[][] {right[0]});
        alterCard("pair", "text", "context", "35");
        assertThatThrownBy(() -> texts("pair")).isInstanceOf(IOException.class).hasMessageContaining("35");
        alterCard("pair", "text", "context", "36");
        alterCard("pair", "text", "pooling", "\"mean\"");
        assertThatThrownBy(() -> texts("pair")).isInstanceOf(IOException.class).hasMessageContaining("[1, 16]");
    }

    @Test
    void encode_textBeyondTheContext_isRefused() throws IOException {
        add("hf-one-file");
        try (TextEncoder encoder = TextEncoder.open(store.find("hf-one-file"), Provider.CPU)) {
            assertThatThrownBy(() -> encoder.encode(List.of("a photo of ".repeat(20))))
                    .hasMessageContaining("has 62 tokens, the text encoder takes 40 at most");
        }
    }
}
