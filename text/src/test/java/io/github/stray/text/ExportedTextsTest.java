// SPDX-License-Identifier: Apache-2.0
package io.github.stray.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import io.github.stray.feature.FeatureMatrix;
import io.github.stray.store.Npy;
import io.github.stray.vision.card.TextTower;
import io.github.stray.vision.model.AddOptions;
import io.github.stray.vision.model.ModelInstaller;
import io.github.stray.vision.model.ModelStore;
import io.github.stray.vision.model.StoredModel;
import io.github.stray.vision.onnx.Provider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Folders of {@code tools/exports} with a slow tokenizer's files alone: token numbers and text embeddings are those of the
 * library's own tokenizer and network.
 */
class ExportedTextsTest {
    private static final Path EXPORTS = Path.of("src", "test", "exports");

    /** Largest difference of a number of a unit embedding that counts as rounding. */
    private static final double ROUNDING = 1e-5;

    @TempDir
    private Path home;

    private ModelStore store() {
        return ModelStore.at(home.resolve("stray"));
    }

    private StoredModel add(Path model) throws IOException {
        return new ModelInstaller(store()).add(model.toString(), AddOptions.none());
    }

    private Path copy(String name) throws IOException {
        Path source = EXPORTS.resolve(name).resolve("model");
        List<Path> files;
        try (Stream<Path> walk = Files.walk(source)) {
            files = walk.filter(Files::isRegularFile).toList();
        }
        for (Path file : files) {
            Path copy = home.resolve("model").resolve(source.relativize(file).toString());
            Files.createDirectories(copy.getParent());
            Files.copy(file, copy);
        }
        return home.resolve("model");
    }

    private static List<String> texts(String name) throws IOException {
        try {
            return JsonParser.array()
                    .from(Files.readString(EXPORTS.resolve(name).resolve("texts.json")))
                    .stream()
                    .map(String.class::cast)
                    .toList();
        } catch (JsonParserException e) {
            throw new AssertionError(name, e);
        }
    }

    /** Largest difference of a number to the library's. */
    private static double difference(TextEncoder encoder, String name) throws IOException {
        FeatureMatrix rows = encoder.encode(texts(name)).features();
        double[] right =
                Npy.read(EXPORTS.resolve(name).resolve("expected-text.npy")).toDoubles();
        double largest = 0;
        for (int i = 0; i < right.length; i++) {
            largest = Math.max(largest, Math.abs(right[i] - rows.row(i / rows.dimension())[i % rows.dimension()]));
        }
        return largest;
    }

    /** Its digest stands in cards, and tells spaces of embeddings apart. */
    @ParameterizedTest
    @CsvSource({
        "siglip-one-file, 2190793990b802e3ddbed35c593800e392f87b802a4966455df7bcea3f38a076",
        "altclip-two-files, e9ae5eb69d536b016d1a80ed9cedf539a810512d9272c9ebb35c56aa5e0d1328",
        "chinese-clip-two-files, 7b08ad3b4f18a60cdaab952272e3647501944941f757d564dc444ef10d49e57c"
    })
    void convertedSlowTokenizer_hasTheSameBytesEachTime(String name, String digest) throws IOException {
        assertThat(add(copy(name)).card().text().orElseThrow().files()).containsEntry("tokenizer.json", digest);
    }

    @ParameterizedTest
    @CsvSource({
        "siglip-one-file, 64, 1, CONTEXT",
        "altclip-two-files, 38, 1, NONE",
        "chinese-clip-two-files, 96, 0, NONE"
    })
    void add_slowTokenizer_givesTheLibrarysTexts(String name, int context, int pad, TextTower.Padding padding)
            throws IOException {
        StoredModel model = add(copy(name));
        TextTower text = model.card().text().orElseThrow();
        assertThat(text.context()).isEqualTo(context);
        assertThat(text.pad()).isEqualTo(pad);
        assertThat(text.padding()).isEqualTo(padding);
        long[] ids = Npy.read(EXPORTS.resolve(name).resolve("expected-ids.npy")).toLongs();
        List<String> texts = texts(name);
        try (TextEncoder encoder = TextEncoder.open(model, Provider.CPU)) {
            for (int i = 0; i < texts.size(); i++) {
                int length = ids.length / texts.size();
                long[] filled = new long[length];
                Arrays.fill(filled, pad);
                long[] own = encoder.tokens(texts.get(i));
                System.arraycopy(own, 0, filled, 0, own.length);
                assertThat(filled).as(texts.get(i)).isEqualTo(Arrays.copyOfRange(ids, i * length, (i + 1) * length));
            }
            assertThat(difference(encoder, name)).isLessThan(ROUNDING);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    siglip-one-file        | tokenizer_config.json | "pad_token": "</s>"     | "pad_token": "<unk>"
                    siglip-one-file        | tokenizer_config.json | "model_max_length": 64  | "model_max_length": 40
                    siglip-one-file        | tokenizer_config.json | "do_lower_case": true   | "do_lower_case": false
                    chinese-clip-two-files | tokenizer_config.json | "do_lower_case": true   | "do_lower_case": false
                    """)
    void add_alteredSettings_isFarFromTheLibrary(String name, String file, String from, String to) throws IOException {
        Path model = copy(name);
        Files.deleteIfExists(model.resolve("special_tokens_map.json"));
        String settings = Files.readString(model.resolve(file));
        assertThat(settings).contains(from);
        Files.writeString(model.resolve(file), settings.replace(from, to));
        try (TextEncoder encoder = TextEncoder.open(add(model), Provider.CPU)) {
            assertThat(difference(encoder, name)).isGreaterThan(1e-2);
        }
    }

    @ParameterizedTest
    @CsvSource({"1000000000000000019884624838656, 96", "52, 52", "200, 96"})
    void add_lengthOfTheTokenizer_countsWhereItIsShorter(String length, int context) throws IOException {
        Path settings = copy("chinese-clip-two-files").resolve("tokenizer_config.json");
        String said = Files.readString(settings);
        assertThat(said).contains("\"model_max_length\": 96");
        Files.writeString(settings, said.replace("\"model_max_length\": 96", "\"model_max_length\": " + length));
        StoredModel model = add(home.resolve("model"));
        assertThat(model.card().text().orElseThrow().context()).isEqualTo(context);
        try (TextEncoder encoder = TextEncoder.open(model, Provider.CPU)) {
            assertThat(difference(encoder, "chinese-clip-two-files")).isLessThan(ROUNDING);
        }
    }

    @Test
    void add_unknownTokenizer_addsImagesAlone() throws IOException {
        Path model = copy("siglip-one-file");
        Path settings = model.resolve("tokenizer_config.json");
        Files.writeString(settings, Files.readString(settings).replace("SiglipTokenizer", "OtherTokenizer"));
        StoredModel added = add(model);
        assertThat(added.card().text()).isEmpty();
        assertThat(added.card().origin()).contains("texts are left out: ", "its class is 'OtherTokenizer'");
    }

    @Test
    void add_truncatedSentencePiece_isRefused() throws IOException {
        Path pieces = copy("siglip-one-file").resolve("spiece.model");
        Files.write(pieces, Arrays.copyOf(Files.readAllBytes(pieces), 300));
        assertThatThrownBy(() -> add(home.resolve("model")))
                .hasMessageContaining("spiece.model is damaged, truncated or no model of SentencePiece");
    }
}
