// SPDX-License-Identifier: Apache-2.0
package io.github.stray.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import io.github.stray.language.ClassEmbeddings;
import io.github.stray.language.NegativeWords;
import io.github.stray.provenance.Sha256;
import io.github.stray.remedy.Remedy;
import io.github.stray.vision.card.CardJson;
import io.github.stray.vision.card.ExtractorCard;
import io.github.stray.vision.card.InvalidCardException;
import io.github.stray.vision.card.TextTower;
import io.github.stray.vision.card.TextTower.Padding;
import io.github.stray.vision.card.TextTower.Pooling;
import io.github.stray.vision.layout.NetworkOption;
import io.github.stray.vision.layout.NetworkOptions;
import io.github.stray.vision.model.AddOptions;
import io.github.stray.vision.model.ModelInstaller;
import io.github.stray.vision.model.ModelStore;
import io.github.stray.vision.model.StoredModel;
import io.github.stray.vision.onnx.InvalidNetworkException;
import io.github.stray.vision.onnx.Provider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A tiny text encoder in an installed extractor, against NumPy. */
class TextEncoderTest {
    private static final JsonObject GOLDEN = Goldens.read("tower.json");
    private static final String NETWORK = "tower.onnx";
    private static final String TOKENIZER = "tower.tokenizer";

    @TempDir
    Path folder;

    private Path source = Path.of(".");
    private ModelStore store = ModelStore.at(Path.of("."));

    @BeforeEach
    void copyNetworks() throws IOException {
        store = ModelStore.at(folder.resolve("home"));
        source = Files.createDirectory(folder.resolve("source"));
        Files.copy(Path.of("..", "golden", "extractor", "relu.onnx"), source.resolve("relu.onnx"));
        Files.copy(Goldens.FOLDER.resolve(NETWORK), source.resolve(NETWORK));
        Files.copy(Goldens.FOLDER.resolve(TOKENIZER), source.resolve(TOKENIZER));
    }

    private TextTower tower(int context, Padding padding, long pad, int dimension) throws IOException {
        return new TextTower(
                "Apache-2.0",
                "drawn",
                NETWORK,
                TOKENIZER,
                Map.of(
                        NETWORK, Sha256.of(source.resolve(NETWORK)),
                        TOKENIZER, Sha256.of(source.resolve(TOKENIZER))),
                "input_ids",
                Optional.empty(),
                Optional.empty(),
                "text_embeds",
                Pooling.NONE,
                dimension,
                context,
                padding,
                pad,
                TextTower.Cleaning.NONE);
    }

    private TextTower tower(long pad) throws IOException {
        return tower(GOLDEN.getInt("context"), Padding.CONTEXT, pad, 3);
    }

    /** Installs an extractor whose images go through one network and whose texts go through another. */
    private String install(String name, TextTower text) throws IOException {
        var plain = new NetworkOptions(Map.of(
                NetworkOption.INPUT_SIZE,
                "8",
                NetworkOption.RESIZE,
                "exact:8x8",
                NetworkOption.CROP,
                "none",
                NetworkOption.INTERPOLATION,
                "bilinear",
                NetworkOption.MEAN,
                "0.5,0.5,0.5",
                NetworkOption.STD,
                "1,1,1",
                NetworkOption.OUTPUT,
                "embeddings=output"));
        ModelStore scratch = ModelStore.at(folder.resolve("scratch"));
        ExtractorCard images = new ModelInstaller(scratch)
                .add(
                        source.resolve("relu.onnx").toString(),
                        new AddOptions(Optional.of(name), Optional.empty(), Optional.empty(), plain))
                .card();
        var card = new ExtractorCard(
                name,
                images.licence(),
                images.origin(),
                images.network(),
                images.files(),
                images.input(),
                images.preprocessing(),
                images.processor(),
                images.layers(),
                List.of(),
                Optional.of(text),
                Optional.empty());
        Files.writeString(source.resolve(ExtractorCard.FILE_NAME), CardJson.write(card));
        new ModelInstaller(store)
                .add(
                        source.toString(),
                        new AddOptions(Optional.empty(), Optional.empty(), Optional.empty(), NetworkOptions.none()));
        ExtractorCard installed = store.find(name).card();
        assertThat(installed.reference()).isPresent();
        assertThat(installed)
                .usingRecursiveComparison()
                .ignoringFields("reference")
                .isEqualTo(card);
        assertThat(card.weightsSha256()).isEqualTo(images.weightsSha256());
        return name;
    }

    private static List<String> texts() {
        return Goldens.objects(GOLDEN.getArray("texts")).stream()
                .map(golden -> golden.getString("text"))
                .toList();
    }

    private static void assertRow(float[] row, JsonArray expected) {
        double[] numbers = Goldens.numbers(expected);
        for (int t = 0; t < numbers.length; t++) {
            assertThat((double) row[t]).isCloseTo(numbers[t], within(1e-6));
        }
    }

    @Test
    void encode_installedTower_isNumPys() throws IOException {
        StoredModel tiny = store.find(install("tiny", tower(1)));
        try (TextEncoder encoder = TextEncoder.open(tiny, Provider.CPU)) {
            var rows = encoder.encode(texts()).features();
            for (int i = 0; i < rows.rows(); i++) {
                assertRow(
                        rows.row(i),
                        Goldens.objects(GOLDEN.getArray("texts")).get(i).getArray("embedding"));
            }
            assertThat(encoder.space().extractor()).contains("tiny");
            assertThat(encoder.space().weightsSha256()).contains(tiny.card().weightsSha256());
            assertThat(encoder.space().preprocessing().orElseThrow())
                    .contains(tiny.card().text().orElseThrow().sha256());
        }
    }

    @Test
    void encode_anotherPadToken_isFarFromTheReference() throws IOException {
        try (TextEncoder encoder = TextEncoder.open(store.find(install("tiny", tower(5))), Provider.CPU)) {
            var rows = encoder.encode(texts()).features();
            assertThat(rows.rows()).isEqualTo(texts().size()).isGreaterThan(1);
            for (int i = 0; i < rows.rows(); i++) {
                JsonObject golden = Goldens.objects(GOLDEN.getArray("texts")).get(i);
                assertRow(rows.row(i), golden.getArray("padded_by_another"));
                double square = 0;
                double[] right = Goldens.numbers(golden.getArray("embedding"));
                for (int t = 0; t < right.length; t++) {
                    square += Math.pow(rows.row(i)[t] - right[t], 2);
                }
                assertThat(Math.sqrt(square)).isGreaterThan(1e-2);
            }
        }
    }

    @Test
    void classes_byTemplates_areNumPys() throws IOException {
        List<JsonObject> golden = Goldens.objects(GOLDEN.getArray("classes"));
        List<String> names = golden.stream().map(c -> c.getString("name")).toList();
        try (TextEncoder encoder = TextEncoder.open(store.find(install("tiny", tower(1))), Provider.CPU)) {
            for (String templates : List.of("paper", "mcm-original")) {
                ClassEmbeddings classes = encoder.classes(names, Templates.of(templates));
                for (int c = 0; c < names.size(); c++) {
                    assertRow(classes.rows().row(c), golden.get(c).getArray(templates));
                }
            }
        }
    }

    @Test
    void negatives_haveTheirPartsOfSpeechAndPrompts() throws IOException {
        var words = new Words(List.of(new Words.Word("ship", false), new Words.Word("blurry", true)));
        try (TextEncoder encoder = TextEncoder.open(store.find(install("tiny", tower(1))), Provider.CPU)) {
            NegativeWords negatives = encoder.negatives(words, done -> {});
            assertThat(negatives.parts()).containsExactly(0, 1);
            assertThat(negatives.words().names()).containsExactly("ship", "blurry");
            assertThat(negatives.words().rows().row(0))
                    .isEqualTo(
                            encoder.encode(List.of("the nice ship")).features().row(0));
            assertThat(negatives.words().rows().row(1))
                    .isEqualTo(encoder.encode(List.of("This is a blurry photo"))
                            .features()
                            .row(0));
        }
    }

    @Test
    void open_withoutTextEncoder_saysWhatToDo() throws IOException {
        install("tiny", tower(1));
        ModelStore scratch = ModelStore.at(folder.resolve("scratch"));
        assertThatThrownBy(() -> TextEncoder.open(scratch.find("tiny"), Provider.CPU))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("extractor tiny has no text encoder")
                .hasMessageContaining("stray-mini")
                .hasFieldOrPropertyWithValue("remedy", Remedy.TEXT_ENCODER);
    }

    @Test
    void open_filesThatAreNotTheCards_areRefused() throws IOException {
        install("tiny", tower(1));
        Path installed = store.find("tiny").folder().orElseThrow();
        Files.writeString(installed.resolve(TOKENIZER), "{}");
        assertThatThrownBy(() -> TextEncoder.open(store.find("tiny"), Provider.CPU))
                .isInstanceOf(InvalidCardException.class)
                .hasMessageContaining(TOKENIZER)
                .hasMessageContaining("not the file its card was written for");
        Files.delete(installed.resolve(TOKENIZER));
        assertThatThrownBy(() -> TextEncoder.open(store.find("tiny"), Provider.CPU))
                .hasMessageContaining("is missing, but the card lists it");
    }

    @Test
    void add_withoutTheTextFiles_isRefused() throws IOException {
        TextTower text = tower(1);
        Files.delete(source.resolve(NETWORK));
        assertThatThrownBy(() -> install("tiny", text))
                .hasMessageContaining(NETWORK)
                .hasMessageContaining("is missing");
        assertThat(store.list().models()).extracting("name").containsExactly("stray-mini");
    }

    @Test
    void add_whatIsNoTokenizerOrNetwork_isRefused() throws IOException {
        Files.writeString(source.resolve(TOKENIZER), "{\"model\": 7}");
        assertThatThrownBy(() -> install("damaged", tower(1)))
                .isInstanceOf(InvalidCardException.class)
                .hasMessageContaining(TOKENIZER)
                .hasMessageContaining("key 'model' (7) must be an object");
        Files.copy(Goldens.FOLDER.resolve(TOKENIZER), source.resolve(TOKENIZER), StandardCopyOption.REPLACE_EXISTING);
        Files.writeString(source.resolve(NETWORK), "no network");
        assertThatThrownBy(() -> install("broken", tower(1)))
                .isInstanceOf(InvalidNetworkException.class)
                .hasMessageContaining(NETWORK);
    }

    @Test
    void card_thatDoesNotFit_isRefused() throws IOException {
        assertThatThrownBy(() -> install("narrow", tower(12, Padding.CONTEXT, 1, 2)))
                .hasMessageContaining("text embeddings of dimension 2 have no image embeddings beside them");
        String unpadded = install("unpadded", tower(12, Padding.NONE, 1, 3));
        try (TextEncoder encoder = TextEncoder.open(store.find(unpadded), Provider.CPU)) {
            assertThatThrownBy(() -> encoder.encode(List.of("a cat")))
                    .isInstanceOf(InvalidNetworkException.class)
                    .hasMessageContaining("input_ids");
        }
        String tight = install("tight", tower(3, Padding.NONE, 1, 3));
        try (TextEncoder encoder = TextEncoder.open(store.find(tight), Provider.CPU)) {
            assertThatThrownBy(() -> encoder.encode(List.of("a photo of a cat")))
                    .hasMessageContaining("text 1 'a photo of a cat' has 5 tokens, the text encoder takes 3 at most");
        }
    }

    @Test
    void open_unknownExtractor_isRefused() {
        assertThatThrownBy(() -> TextEncoder.open(store.find("nothing"), Provider.CPU))
                .hasMessageContaining("no extractor 'nothing'");
    }
}
