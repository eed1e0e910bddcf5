// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.card;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.stray.feature.Layer;
import io.github.stray.vision.preprocess.Arithmetic;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

public class CardJsonTest {
    private static final String ONE_FILE = "\"external.onnx\": \"" + "0".repeat(64) + "\"";

    public static String card(String files) {
        return """
                {
                  "format": "stray-extractor", "version": 1, "id": "external", "licence": "MIT", "origin": "test",
                  "network": "external.onnx", "files": {%s},
                  "input": {"tensor": "input", "width": 8, "height": 8, "resize": "exact:8x8", "crop": "none",
                    "interpolation": "bilinear", "scale": 0.5, "mean": [0, 0.25, 1], "std": [1, 1, 1e-1],
                    "channels": "BGR"},
                  "layers": {"features": {"tensor": "output", "dimension": 2, "normalisation": "none"}}
                }
                """.formatted(files);
    }

    private static ExtractorCard read(String json) throws IOException {
        return CardJson.read(json.getBytes(StandardCharsets.UTF_8), "card");
    }

    @Test
    void write_anyCard_readsBackEqual() throws IOException {
        ExtractorCard card = read(card(ONE_FILE));
        assertThat(card.preprocessing().std()).containsExactly(1.0, 1.0, 0.1);
        assertThat(read(CardJson.write(card))).isEqualTo(card);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    "id": "external"            | "id": "../up"                | card: '../up' is no name for an extractor
                    "id": "external",           | ""                           | card is no JSON, or is damaged
                    "id": "external"            | "name": "external"           | card: key 'name' ("external") is not known, expected only format, version, id
                    "licence": "MIT"            | "licence": " "               | card: key 'licence' (" ") is empty
                    "licence": "MIT",           | ``                           | card: key 'licence' (missing) is needed, and must be a text
                    "version": 1                | "version": 2                 | card has version 2, this release reads up to 1: update Stray
                    "version": 1                | "version": 0                 | card: key 'version' (0) must be a whole number, at least 1
                    "stray-extractor"           | "something"                  | card is no card: expected "format": "stray-extractor"
                    "width": 8                  | "width": 8.5                 | card: key 'input.width' (8.5) must be a whole number, at least 1
                    "width": 8                  | "width": "8"                 | card: key 'input.width' ("8") must be a whole number, at least 1
                    "width": 8                  | "width": 9                   | card: key 'input': resize exact:8x8 gives images of 8 x 8
                    "crop": "none"              | "crop": "middle"             | card: key 'input.crop' ("middle") is refused: unknown crop rule 'middle'
                    "crop": "none"              | "cropp": "none"              | card: key 'input.cropp' ("none") is not known, expected only tensor, width
                    "mean": [0, 0.25, 1]        | "mean": [0, "a", 1]          | card: key 'input.mean[1]' ("a") must be a number
                    "mean": [0, 0.25, 1]        | "mean": [0, 1]               | card: key 'input': mean and std need three values each
                    "scale": 0.5                | "scale": null                | card: key 'input.scale' (null) has no value
                    "channels": "BGR"           | "channels": "bgr"            | card: key 'input.channels' ("bgr") must be one of RGB, BGR
                    "channels": "BGR"           | "channels": "BGR", "layout": "HWC" | card: key 'input.layout' ("HWC") must be one of NCHW, NHWC
                    "channels": "BGR"           | "channels": "BGR", "batch": 0 | card: key 'input.batch' (0) must be a whole number, at least 1
                    "dimension": 2              | "dimension": 0               | card: key 'layers.features.dimension' (0) must be a whole number, at least 1
                    "normalisation": "none"     | "normalisation": "L2"        | card: key 'layers.features.normalisation' ("L2") must be one of none, l2
                    "features":                 | "ids":                       | card: 'ids' is no name for a layer
                    "network": "external.onnx"  | "network": "other.onnx"      | card: network 'other.onnx' is not among the files [external.onnx]
                    "external.onnx": "0         | "../external.onnx": "0       | card: file name '../external.onnx' is not allowed
                    "external.onnx": "0         | "external.onnx": "           | card: sha256 of file 'external.onnx' must be 64 lower-case
                    """)
    void read_wrongCard_namesTheKey(String text, String replacement, String message) {
        String json = card(ONE_FILE);
        assertThat(json).contains(text);
        assertThatThrownBy(() -> read(json.replace(text, replacement)))
                .isInstanceOf(InvalidCardException.class)
                .hasMessageStartingWith(message);
    }

    @Test
    void write_unroundedOfAProcessor_readsBackEqual() throws IOException {
        ExtractorCard card = read(card(ONE_FILE)
                .replace(
                        "\"channels\": \"BGR\"",
                        "\"channels\": \"BGR\", \"arithmetic\": \"unrounded\", \"processor\": \"P\""));
        assertThat(card.preprocessing().arithmetic()).isEqualTo(Arithmetic.UNROUNDED);
        assertThat(card.processor()).contains("P");
        assertThat(read(CardJson.write(card))).isEqualTo(card);
        assertThat(CardJson.write(read(card(ONE_FILE)))).doesNotContain("arithmetic", "processor");
    }

    @Test
    void classNames_areKeptAndOnlyThoseOfLogits() throws IOException {
        String named = card(ONE_FILE)
                .replace("\"features\":", "\"logits\":")
                .replace("\"layers\":", "\"classes\": [\"crane\", \"crane\"], \"layers\":");
        ExtractorCard card = read(named);
        assertThat(card.classNames()).containsExactly("crane", "crane");
        assertThat(read(CardJson.write(card))).isEqualTo(card);
        assertThat(card.withId("other").from("elsewhere", Optional.empty()).classNames())
                .isEqualTo(card.classNames());
        assertThat(CardJson.write(read(card(ONE_FILE)))).doesNotContain("classes");
        for (String wrong : List.of(
                named.replace("\"logits\":", "\"features\":"), named.replace("\"dimension\": 2", "\"dimension\": 3"))) {
            assertThatThrownBy(() -> read(wrong))
                    .isInstanceOf(InvalidCardException.class)
                    .hasMessageContaining(
                            "there are names of 2 classes, expected as many as the layer 'logits' has numbers");
        }
    }

    private static String withText() {
        return card(ONE_FILE).replace("""
                  "layers":""", """
                  "text": {"licence": "MIT", "origin": "test", "network": "text.onnx", "tokenizer": "tokenizer.json",
                    "files": {"text.onnx": "%s", "tokenizer.json": "%s"},
                    "inputs": {"ids": "input_ids", "mask": "attention_mask"}, "output": "text_embeds",
                    "pooling": "none", "dimension": 2, "context": 77, "padding": "context", "pad": 49407},
                  "layers":""".formatted("1".repeat(64), "2".repeat(64)));
    }

    @Test
    void write_cardWithTextEncoder_readsBackEqual() throws IOException {
        ExtractorCard card = read(withText());
        TextTower text = card.text().orElseThrow();
        assertThat(text.mask()).contains("attention_mask");
        assertThat(text.types()).isEmpty();
        assertThat(text.pad()).isEqualTo(49407);
        assertThat(text.padding()).isEqualTo(TextTower.Padding.CONTEXT);
        assertThat(read(CardJson.write(card))).isEqualTo(card);
        assertThat(card.weightsSha256()).isEqualTo(read(card(ONE_FILE)).weightsSha256());
        assertThat(card.allFiles()).containsOnlyKeys("external.onnx", "text.onnx", "tokenizer.json");
        assertThat(card.withId("other").text()).contains(text);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    "mask":                   | "masks":                | card: key 'text.inputs.masks' ("attention_mask") is not known, expected only ids, mask, types
                    "ids": "input_ids",       | ``                      | card: key 'text.inputs.ids' (missing) is needed
                    "pooling": "none"         | "pooling": "max"        | card: key 'text.pooling' ("max") must be one of none, mean
                    "padding": "context"      | "padding": "longest"    | card: key 'text.padding' ("longest") must be one of none, context
                    "pad": 49407              | "pad": -1               | card: key 'text.pad' (-1) must be a whole number, at least 0
                    "context": 77             | "context": 0            | card: key 'text.context' (0) must be a whole number, at least 1
                    "dimension": 2, "context" | "dimension": 3, "context" | card: text embeddings of dimension 3 have no image embeddings beside them
                    "tokenizer": "tokenizer.json" | "tokenizer": "vocab.json" | card: text network 'text.onnx' and tokenizer 'vocab.json' must be among the files
                    "text.onnx": "1           | "external.onnx": "1     | card: text network 'text.onnx'
                    """)
    void read_wrongTextEncoder_namesTheKey(String text, String replacement, String message) {
        String json = withText();
        assertThat(json).contains(text);
        assertThatThrownBy(() -> read(json.replace(text, replacement)))
                .isInstanceOf(InvalidCardException.class)
                .hasMessageStartingWith(message);
    }

    /** 1.5 and -2, little-endian. */
    private static String withReference() {
        return card(ONE_FILE).replace("""
                  "layers":""", """
                  "reference": {"origin": "test", "tolerance": 0.001, "layers": {"features": "AADAPwAAAMA="}},
                  "layers":""");
    }

    @Test
    void write_cardWithReference_readsBackEqual() throws IOException {
        ExtractorCard card = read(withReference());
        ReferenceFeatures reference = card.reference().orElseThrow();
        assertThat(reference.tolerance()).isEqualTo(0.001);
        assertThat(reference.layers()).containsEntry(Layer.FEATURES, List.of(1.5f, -2f));
        assertThat(read(CardJson.write(card))).isEqualTo(card);
        assertThat(card.withId("other").reference()).contains(reference);
        assertThat(read(card(ONE_FILE)).reference()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                    "origin": "test", "tolerance" | "tolerance"      | card: key 'reference.origin' (missing) is needed
                    "tolerance": 0.001      | "tolerance": 0         | card: reference: tolerance must be above 0 and at most 0.1, was 0.0
                    "tolerance": 0.001      | "tolerance": 1         | card: reference: tolerance must be above 0 and at most 0.1, was 1.0
                    "AADAPwAAAMA="          | "AADAPwAA"             | card: key 'reference.layers.features' ("AADAPwAA") is refused: 6 bytes are no float32 values
                    "AADAPwAAAMA="          | "..."                  | card: key 'reference.layers.features' ("...") is refused: Illegal base64
                    "AADAPwAAAMA="          | "AADAfw=="             | card: reference: layer 'features' needs 1 to 4096 finite values
                    {"features": "AA        | {"logits": "AA         | card: reference is of the layers [logits], the card has [features]
                    """)
    void read_wrongReference_namesTheKey(String text, String replacement, String message) {
        String json = withReference();
        assertThat(json).contains(text);
        assertThatThrownBy(() -> read(json.replace(text, replacement)))
                .isInstanceOf(InvalidCardException.class)
                .hasMessageStartingWith(message);
    }

    @Test
    void read_hostileText_isRefused() {
        assertThatThrownBy(() -> read("[".repeat(500_000)))
                .isInstanceOf(InvalidCardException.class)
                .hasMessage("card is refused: it is nested more than 64 deep");
        assertThatThrownBy(() -> read(" ".repeat((1 << 22) + 1)))
                .hasMessage("card is larger than 4194304 bytes: no card");
        assertThatThrownBy(() -> CardJson.read(new byte[] {'{', (byte) 0xff, '}'}, "card"))
                .hasMessage("card is no UTF-8 text, so no JSON");
        String whole = card(ONE_FILE);
        for (int length = 0; length < whole.strip().length(); length += 7) {
            String cut = whole.substring(0, length);
            assertThatThrownBy(() -> read(cut)).isInstanceOf(InvalidCardException.class);
        }
    }
}
