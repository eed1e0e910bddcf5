// SPDX-License-Identifier: Apache-2.0
package io.github.stray.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.stray.feature.Layer;
import io.github.stray.vision.card.ExtractorCard;
import io.github.stray.vision.model.AddOptions;
import io.github.stray.vision.model.ModelInstaller;
import io.github.stray.vision.model.ModelStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Folders with a wrong file: each is told apart in the message, and nothing is installed. */
class LayoutRefusalTest {
    @TempDir
    private Path home;

    private Path copy(String layout) throws IOException {
        return LayoutFolders.copy(layout, home.resolve(layout));
    }

    private void refused(Path folder, String... messages) throws IOException {
        ModelStore store = ModelStore.at(home.resolve("stray"));
        assertThatThrownBy(() -> new ModelInstaller(store).add(folder.toString(), AddOptions.none()))
                .isInstanceOf(IOException.class)
                .hasMessageContainingAll(messages);
        assertThat(store.list().models()).extracting("name").containsExactly("stray-mini");
        assertThat(store.list().broken()).isEmpty();
    }

    private static void replace(Path file, String from, String to) throws IOException {
        String text = Files.readString(file);
        assertThat(text).contains(from);
        Files.writeString(file, text.replace(from, to));
    }

    @ParameterizedTest
    @CsvSource({
        "hf-two-files, onnx/vision_model.onnx",
        "hf-two-files, onnx/text_model.onnx",
        "hf-one-file, model.onnx",
        "pair, visual/model.onnx",
        "pair, textual/model.onnx"
    })
    void truncatedNetwork(String layout, String file) throws IOException {
        Path network = copy(layout).resolve(file);
        Files.write(network, Arrays.copyOf(Files.readAllBytes(network), 20_000));
        refused(home.resolve(layout), network + " is damaged, truncated or no ONNX network");
    }

    @Test
    void externalData_missingOrTruncated() throws IOException {
        Path weights = copy("hf-one-file").resolve("model.onnx_data");
        Files.write(weights, Arrays.copyOf(Files.readAllBytes(weights), 1000));
        refused(home.resolve("hf-one-file"), "model.onnx");
        Files.delete(weights);
        refused(home.resolve("hf-one-file"), "model.onnx keeps weights in ", "model.onnx_data, which is missing");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    hf-two-files | onnx/vision_model.onnx       | has no network of images called one of vision_model.onnx and model.onnx
                    hf-two-files | preprocessor_config.json     | preprocessor_config.json is missing: how images are prepared is not guessed
                    pair         | visual/preprocess_cfg.json   | preprocess_cfg.json is missing: how images are prepared is not guessed
                    pair         | config.json                  | config.json is missing: it says what the networks are
                    """)
    void missingFile(String layout, String file, String message) throws IOException {
        Files.delete(copy(layout).resolve(file));
        refused(home.resolve(layout), message);
    }

    private void imagesAlone(Path folder, String note) throws IOException {
        ExtractorCard card = new ModelInstaller(ModelStore.at(home.resolve("stray")))
                .add(folder.toString(), AddOptions.none())
                .card();
        assertThat(card.text()).isEmpty();
        assertThat(card.layers()).containsKeys(Layer.FEATURES, Layer.EMBEDDINGS);
        assertThat(card.origin()).contains("texts are left out: ", note);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    hf-two-files | tokenizer.json         | text_model.onnx takes the tokens of a text, and
                    hf-two-files | tokenizer_config.json  | special_tokens_map.json] has a key 'pad_token'
                    pair         | textual/tokenizer.json | has no tokenizer.json, nor the files of a slow tokenizer
                    """)
    void missingFileOfTexts_addsImagesAlone(String layout, String file, String note) throws IOException {
        Files.delete(copy(layout).resolve(file));
        imagesAlone(home.resolve(layout), note);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    "clean":"canonicalize" | "clean":"fancy"   | key 'text_cfg.tokenizer_kwargs.clean' ("fancy") must be one of none, whitespace, lower, canonicalize
                    "clean"                | "strip_sep_token" | key 'text_cfg.tokenizer_kwargs.strip_sep_token' ("canonicalize") is not known
                    """)
    void unclearTexts_addImagesAlone(String from, String to, String note) throws IOException {
        replace(copy("pair").resolve("config.json"), from, to);
        imagesAlone(home.resolve("pair"), note);
    }

    @ParameterizedTest
    @CsvSource({
        "hf-two-files, config.json",
        "hf-two-files, preprocessor_config.json",
        "hf-two-files, tokenizer.json",
        "hf-two-files, tokenizer_config.json",
        "pair, config.json",
        "pair, textual/tokenizer_config.json"
    })
    void damagedJson(String layout, String file) throws IOException {
        Path damaged = copy(layout).resolve(file);
        Files.writeString(damaged, Files.readString(damaged).substring(0, 40));
        refused(home.resolve(layout), damaged + " is no JSON, or is damaged or truncated");
    }

    @Test
    void tokenizerOfAnotherModel() throws IOException {
        Path tokenizer = copy("hf-two-files").resolve("tokenizer.json");
        String own = Files.readString(tokenizer);
        replace(tokenizer, "\"id\":553", "\"id\":30522");
        refused(home.resolve("hf-two-files"), "key 'added_tokens[1].id' (30522) must be 553");
        Files.writeString(tokenizer, own.replace(":553", ":30522").replace(",553]", ",30522]"));
        refused(
                home.resolve("hf-two-files"),
                "knows 30523 tokens, and ",
                "has embeddings for 554: it is the tokenizer of another");
        Files.writeString(tokenizer, own.replace("\"<|startoftext|>\"", "\"[CLS]\""));
        refused(home.resolve("hf-two-files"), "has no token '<|startoftext|>', which is the bos_token of");
        Files.writeString(
                tokenizer,
                own.replace("RobertaProcessing", "ByteLevel")
                        .replace("\"sep\":[\"<|endoftext|>\",553],\"cls\":[\"<|startoftext|>\",552],", ""));
        refused(home.resolve("hf-two-files"), "does not put '<|endoftext|>' (553) behind a text");
        Files.writeString(tokenizer, "{\"version\": \"1.0\"}");
        refused(
                home.resolve("hf-two-files"),
                "tokenizer.json: key 'model' (missing) is needed, and must be an object; without this file the images alone can be added");
        Files.writeString(tokenizer, own);
        replace(
                home.resolve("hf-two-files/tokenizer_config.json"),
                "\"pad_token\":\"<|endoftext|>\"",
                "\"pad_token\":\"[PAD]\"");
        refused(home.resolve("hf-two-files"), "has no token '[PAD]', which is the pad_token of");
    }

    @Test
    void contextOfAnotherModel() throws IOException {
        replace(copy("pair").resolve("config.json"), "\"context_length\":36", "\"context_length\":77");
        refused(home.resolve("pair"), "and the settings beside it say 77 tokens");
    }

    @Test
    void swappedTowers() throws IOException {
        Path pair = copy("pair");
        Files.copy(pair.resolve("visual/model.onnx"), home.resolve("visual.onnx"));
        Files.copy(
                pair.resolve("textual/model.onnx"),
                pair.resolve("visual/model.onnx"),
                StandardCopyOption.REPLACE_EXISTING);
        refused(pair, "takes [text] and no image", "was a text encoder put in its place?");
        Files.copy(home.resolve("visual.onnx"), pair.resolve("visual/model.onnx"), StandardCopyOption.REPLACE_EXISTING);
        Files.copy(
                home.resolve("visual.onnx"), pair.resolve("textual/model.onnx"), StandardCopyOption.REPLACE_EXISTING);
        refused(pair, "takes [image] and not the tokens of texts", "was a network of images put in its place?");
        Path export = copy("hf-two-files");
        Files.copy(
                export.resolve("onnx/text_model.onnx"),
                export.resolve("onnx/vision_model.onnx"),
                StandardCopyOption.REPLACE_EXISTING);
        refused(export, "takes [input_ids] and no image");
    }

    @Test
    void textTowerOfAnotherDimension() throws IOException {
        Path pair = copy("pair");
        Files.copy(
                LayoutFolders.GOLDEN.resolve("../text/tower.onnx"),
                pair.resolve("textual/model.onnx"),
                StandardCopyOption.REPLACE_EXISTING);
        refused(pair, "has embeddings for 14: it is the tokenizer of another model");
        replace(
                pair.resolve("config.json"),
                "\"context_length\":36",
                "\"hf_tokenizer_name\":\"drawn\",\"context_length\":12");
        Files.copy(
                LayoutFolders.GOLDEN.resolve("../text/tower.tokenizer"),
                pair.resolve("textual/tokenizer.json"),
                StandardCopyOption.REPLACE_EXISTING);
        Files.writeString(pair.resolve("textual/tokenizer_config.json"), "{\"pad_token\":\"[PAD]\"}");
        refused(pair, "gives texts 3 dimensions, and ", "gives images 16: they are parts of different models");
    }

    @Test
    void twice() throws IOException {
        Path export = copy("hf-two-files");
        Files.copy(export.resolve("onnx/vision_model.onnx"), export.resolve("vision_model.onnx"));
        refused(export, "are there twice over, and which one is meant is not guessed");
        Path pair = copy("pair");
        Files.copy(pair.resolve("visual/model.onnx"), pair.resolve("visual.onnx"));
        refused(pair, "has both visual/model.onnx and visual.onnx");
        Path tokens = copy("hf-one-file");
        Files.writeString(tokens.resolve("tokenizer_config.json"), "{\"pad_token\": \"<|endoftext|>\"}");
        refused(tokens, "key 'pad_token' ", "remove the file that is not the model's");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    visual/preprocess_cfg.json | "resize_mode":"shortest" | "resize_mode":"tallest" | key 'resize_mode' ("tallest") is not known, expected shortest, longest or squash
                    visual/preprocess_cfg.json | "interpolation":"bicubic" | "interpolation":"box"  | key 'interpolation' ("box") must be bicubic, bilinear or random
                    visual/preprocess_cfg.json | "mode":"RGB"             | "mode":"L"              | key 'mode' ("L") must be RGB
                    visual/preprocess_cfg.json | "fill_color"             | "pad_mode"              | key 'pad_mode' (0) is not known
                    config.json                | "image_size":32          | "image_size":224        | key 'vision_cfg.image_size' (224) is not the 32x32
                    """)
    void unclearPair(String file, String from, String to, String message) throws IOException {
        replace(copy("pair").resolve(file), from, to);
        refused(home.resolve("pair"), message);
    }
}
