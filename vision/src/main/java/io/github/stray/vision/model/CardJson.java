// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.model;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import com.grack.nanojson.JsonStringWriter;
import com.grack.nanojson.JsonWriter;
import io.github.stray.store.Json;
import io.github.stray.vision.onnx.NetworkLayer;
import io.github.stray.vision.onnx.Normalisation;
import io.github.stray.vision.preprocess.ChannelOrder;
import io.github.stray.vision.preprocess.CropRule;
import io.github.stray.vision.preprocess.Interpolation;
import io.github.stray.vision.preprocess.Preprocessing;
import io.github.stray.vision.preprocess.ResizeRule;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Reads and writes {@code extractor.json}.
 *
 * <p>{@code {"format": "stray-extractor", "version": 1, "id", "licence", "origin", "network", "files": {name: sha256},
 * "input": {"tensor", "width", "height", "resize", "crop", "interpolation", "scale", "mean", "std", "channels"},
 * "layers": {layer: {"tensor", "dimension", "normalisation"}}}, "text": {"licence", "origin", "network", "tokenizer",
 * "files": {name: sha256}, "inputs": {"ids", "mask", "types"}, "output", "pooling", "dimension", "context", "padding",
 * "pad", "cleaning"}, "reference": {"origin", "tolerance", "layers": {layer: values}}}, the values as float32,
 * little-endian, in base64.
 *
 * <p>Every key is required, but {@code reference}, {@code text} and in it {@code mask}, {@code types} and {@code cleaning}, and unknown keys are refused: a misspelt or unsupported key would change what the network
 * sees without a word. A larger version is refused before anything else is read.
 */
public final class CardJson {
    private static final String FORMAT = "stray-extractor";
    private static final int MAX_BYTES = 1 << 20;
    private static final int MAX_DEPTH = 16;

    private CardJson() {}

    /**
     * Reads a card.
     *
     * @param file the card
     * @return its content
     * @throws InvalidCardException if it is no card or breaks a rule; the message names file and key
     * @throws IOException if the file cannot be read
     */
    public static ExtractorCard read(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return read(in.readNBytes(MAX_BYTES + 1), file.toString());
        }
    }

    /**
     * Reads a card from memory.
     *
     * @param bytes UTF-8
     * @param name for messages
     * @return its content
     * @throws InvalidCardException if it is no card or breaks a rule
     */
    public static ExtractorCard read(byte[] bytes, String name) throws InvalidCardException {
        if (bytes.length > MAX_BYTES) {
            throw new InvalidCardException("%s is larger than %d bytes: no card".formatted(name, MAX_BYTES));
        }
        Node root = new Node(name, "", parse(bytes, name));
        if (!root.has("format") || !root.string("format").equals(FORMAT)) {
            throw new InvalidCardException("%s is no card: expected \"format\": \"%s\"".formatted(name, FORMAT));
        }
        int version = root.integer("version");
        if (version > ExtractorCard.VERSION) {
            throw new InvalidCardException("%s has version %d, this release reads up to %d: update Stray"
                    .formatted(name, version, ExtractorCard.VERSION));
        }
        if (version < 1) {
            throw new InvalidCardException("%s: key 'version' must be at least 1, was %d".formatted(name, version));
        }
        root.allow(
                "format",
                "version",
                "id",
                "licence",
                "origin",
                "network",
                "files",
                "input",
                "layers",
                "text",
                "reference");
        try {
            return new ExtractorCard(
                    root.string("id"),
                    root.string("licence"),
                    root.string("origin"),
                    root.string("network"),
                    files(root.object("files")),
                    root.object("input").string("tensor"),
                    preprocessing(root.object("input")),
                    layers(root.object("layers")),
                    root.has("text") ? Optional.of(text(root.object("text"))) : Optional.empty(),
                    root.has("reference") ? Optional.of(reference(root.object("reference"))) : Optional.empty());
        } catch (IllegalArgumentException e) {
            throw new InvalidCardException(name + ": " + e.getMessage(), e);
        }
    }

    private static JsonObject parse(byte[] bytes, String name) throws InvalidCardException {
        int depth = 0;
        for (byte b : bytes) {
            depth += b == '{' || b == '[' ? 1 : b == '}' || b == ']' ? -1 : 0;
            if (depth > MAX_DEPTH) {
                throw new InvalidCardException("%s nests deeper than %d levels: no card".formatted(name, MAX_DEPTH));
            }
        }
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            Json.requireHarmless(text);
            return JsonParser.object().from(text);
        } catch (CharacterCodingException e) {
            throw new InvalidCardException(name + " is no UTF-8 text", e);
        } catch (JsonParserException | Json.MalformedException e) {
            throw new InvalidCardException(
                    "%s is no JSON object, or is damaged or truncated: %s".formatted(name, e.getMessage()), e);
        }
    }

    private static Map<String, String> files(Node node) throws InvalidCardException {
        var files = new LinkedHashMap<String, String>();
        for (String file : node.keys()) {
            files.put(file, node.string(file));
        }
        return files;
    }

    private static Preprocessing preprocessing(Node node) throws InvalidCardException {
        node.allow("tensor", "width", "height", "resize", "crop", "interpolation", "scale", "mean", "std", "channels");
        int width = node.integer("width");
        int height = node.integer("height");
        ResizeRule resize = node.parsed("resize", ResizeRule::of);
        CropRule crop = node.parsed("crop", CropRule::of);
        Interpolation interpolation = node.parsed("interpolation", Interpolation::of);
        double scale = node.number("scale");
        List<Double> mean = node.numbers("mean");
        List<Double> std = node.numbers("std");
        ChannelOrder channels = node.parsed("channels", CardJson::channels);
        try {
            return new Preprocessing(width, height, resize, crop, interpolation, scale, mean, std, channels);
        } catch (IllegalArgumentException e) {
            throw new InvalidCardException("%s: key 'input': %s".formatted(node.file, e.getMessage()), e);
        }
    }

    private static ChannelOrder channels(String text) {
        for (ChannelOrder order : ChannelOrder.values()) {
            if (order.name().equals(text)) {
                return order;
            }
        }
        throw new IllegalArgumentException("unknown channel order '%s', expected RGB or BGR".formatted(text));
    }

    private static Map<String, NetworkLayer> layers(Node node) throws InvalidCardException {
        var layers = new LinkedHashMap<String, NetworkLayer>();
        for (String name : node.keys()) {
            Node layer = node.object(name);
            layer.allow("tensor", "dimension", "normalisation");
            layers.put(
                    name,
                    new NetworkLayer(
                            layer.string("tensor"),
                            layer.integer("dimension"),
                            layer.parsed("normalisation", Normalisation::of)));
        }
        return layers;
    }

    private static TextTower text(Node node) throws InvalidCardException {
        node.allow(
                "licence",
                "origin",
                "network",
                "tokenizer",
                "files",
                "inputs",
                "output",
                "pooling",
                "dimension",
                "context",
                "padding",
                "pad",
                "cleaning");
        Node inputs = node.object("inputs");
        inputs.allow("ids", "mask", "types");
        return new TextTower(
                node.string("licence"),
                node.string("origin"),
                node.string("network"),
                node.string("tokenizer"),
                files(node.object("files")),
                inputs.string("ids"),
                inputs.optional("mask"),
                inputs.optional("types"),
                node.string("output"),
                node.parsed("pooling", TextTower.Pooling::of),
                node.integer("dimension"),
                node.integer("context"),
                node.parsed("padding", TextTower.Padding::of),
                node.integer("pad"),
                node.has("cleaning") ? node.parsed("cleaning", TextTower.Cleaning::of) : TextTower.Cleaning.NONE);
    }

    private static ReferenceFeatures reference(Node node) throws InvalidCardException {
        node.allow("origin", "tolerance", "layers");
        Node layers = node.object("layers");
        var values = new LinkedHashMap<String, List<Float>>();
        for (String layer : layers.keys()) {
            values.put(layer, layers.parsed(layer, CardJson::floats));
        }
        return new ReferenceFeatures(node.string("origin"), node.number("tolerance"), values);
    }

    private static List<Float> floats(String base64) {
        ByteBuffer bytes = ByteBuffer.wrap(Base64.getDecoder().decode(base64)).order(ByteOrder.LITTLE_ENDIAN);
        if (bytes.remaining() % Float.BYTES != 0) {
            throw new IllegalArgumentException("%d bytes are no float32 values".formatted(bytes.remaining()));
        }
        var values = new ArrayList<Float>();
        while (bytes.hasRemaining()) {
            values.add(bytes.getFloat());
        }
        return values;
    }

    private static String base64(List<Float> values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.size() * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        values.forEach(bytes::putFloat);
        return Base64.getEncoder().encodeToString(bytes.array());
    }

    /** An object of the card that knows its place. */
    private record Node(String file, String path, JsonObject json) {
        boolean has(String key) {
            return json.has(key);
        }

        Set<String> keys() {
            return json.keySet();
        }

        void allow(String... allowed) throws InvalidCardException {
            for (String key : json.keySet()) {
                if (!Arrays.asList(allowed).contains(key)) {
                    throw new InvalidCardException("%s: unknown key '%s', expected only %s"
                            .formatted(file, path + key, String.join(", ", allowed)));
                }
            }
        }

        private <T> T value(String key, Class<T> type, String expected) throws InvalidCardException {
            if (!json.has(key)) {
                throw new InvalidCardException("%s: key '%s' is missing".formatted(file, path + key));
            }
            Object value = json.get(key);
            if (!type.isInstance(value)) {
                throw new InvalidCardException("%s: key '%s' must be %s, was %s"
                        .formatted(file, path + key, expected, JsonWriter.string(value)));
            }
            return type.cast(value);
        }

        String string(String key) throws InvalidCardException {
            String text = value(key, String.class, "a text");
            if (text.isBlank()) {
                throw new InvalidCardException("%s: key '%s' is empty".formatted(file, path + key));
            }
            return text;
        }

        Optional<String> optional(String key) throws InvalidCardException {
            return has(key) ? Optional.of(string(key)) : Optional.empty();
        }

        int integer(String key) throws InvalidCardException {
            double number = number(key);
            if (number != Math.rint(number) || Math.abs(number) > 1e9) {
                throw new InvalidCardException(
                        "%s: key '%s' must be a whole number, was %s".formatted(file, path + key, number));
            }
            return (int) number;
        }

        double number(String key) throws InvalidCardException {
            return value(key, Number.class, "a number").doubleValue();
        }

        List<Double> numbers(String key) throws InvalidCardException {
            JsonArray array = value(key, JsonArray.class, "a list of numbers");
            var numbers = new ArrayList<Double>();
            for (Object element : array) {
                if (!(element instanceof Number number)) {
                    throw new InvalidCardException("%s: key '%s' must be a list of numbers, was %s"
                            .formatted(file, path + key, JsonWriter.string(array)));
                }
                numbers.add(number.doubleValue());
            }
            return numbers;
        }

        Node object(String key) throws InvalidCardException {
            return new Node(file, path + key + ".", value(key, JsonObject.class, "an object"));
        }

        <T> T parsed(String key, Function<String, T> parser) throws InvalidCardException {
            try {
                return parser.apply(string(key));
            } catch (IllegalArgumentException e) {
                throw new InvalidCardException("%s: key '%s': %s".formatted(file, path + key, e.getMessage()), e);
            }
        }
    }

    /**
     * Writes a card.
     *
     * @param card the content
     * @return JSON with a final newline; reading it gives an equal card
     */
    public static String write(ExtractorCard card) {
        Preprocessing input = card.preprocessing();
        var writer = JsonWriter.indent("  ")
                .string()
                .object()
                .value("format", FORMAT)
                .value("version", ExtractorCard.VERSION)
                .value("id", card.id())
                .value("licence", card.licence())
                .value("origin", card.origin())
                .value("network", card.network())
                .object("files");
        card.files().forEach(writer::value);
        writer.end()
                .object("input")
                .value("tensor", card.input())
                .value("width", input.width())
                .value("height", input.height())
                .value("resize", input.resize().toString())
                .value("crop", input.crop().toString())
                .value("interpolation", input.interpolation().id())
                .value("scale", input.scale())
                .array("mean", input.mean())
                .array("std", input.std())
                .value("channels", input.channels().name())
                .end()
                .object("layers");
        card.layers()
                .forEach((name, layer) -> writer.object(name)
                        .value("tensor", layer.tensor())
                        .value("dimension", layer.dimension())
                        .value("normalisation", layer.normalisation().id())
                        .end());
        writer.end();
        card.text().ifPresent(text -> write(text, writer));
        card.reference().ifPresent(reference -> write(reference, writer));
        return writer.end().done() + "\n";
    }

    private static void write(TextTower text, JsonStringWriter writer) {
        writer.object("text")
                .value("licence", text.licence())
                .value("origin", text.origin())
                .value("network", text.network())
                .value("tokenizer", text.tokenizer())
                .object("files");
        text.files().forEach(writer::value);
        writer.end().object("inputs").value("ids", text.ids());
        text.mask().ifPresent(mask -> writer.value("mask", mask));
        text.types().ifPresent(types -> writer.value("types", types));
        writer.end()
                .value("output", text.output())
                .value("pooling", text.pooling().id())
                .value("dimension", text.dimension())
                .value("context", text.context())
                .value("padding", text.padding().id())
                .value("pad", text.pad());
        if (text.cleaning() != TextTower.Cleaning.NONE) {
            writer.value("cleaning", text.cleaning().id());
        }
        writer.end();
    }

    private static void write(ReferenceFeatures reference, JsonStringWriter writer) {
        writer.object("reference")
                .value("origin", reference.origin())
                .value("tolerance", reference.tolerance())
                .object("layers");
        reference.layers().forEach((layer, values) -> writer.value(layer, base64(values)));
        writer.end().end();
    }
}
