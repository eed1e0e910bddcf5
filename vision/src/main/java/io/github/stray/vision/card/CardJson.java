// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.card;

import com.grack.nanojson.JsonStringWriter;
import com.grack.nanojson.JsonWriter;
import io.github.stray.feature.Layer;
import io.github.stray.provenance.InputFile;
import io.github.stray.store.JsonNode;
import io.github.stray.vision.card.TextTower.Cleaning;
import io.github.stray.vision.card.TextTower.Padding;
import io.github.stray.vision.card.TextTower.Pooling;
import io.github.stray.vision.onnx.NetworkInput;
import io.github.stray.vision.onnx.NetworkLayer;
import io.github.stray.vision.onnx.Normalisation;
import io.github.stray.vision.preprocess.Arithmetic;
import io.github.stray.vision.preprocess.ChannelOrder;
import io.github.stray.vision.preprocess.CropRule;
import io.github.stray.vision.preprocess.Interpolation;
import io.github.stray.vision.preprocess.Preprocessing;
import io.github.stray.vision.preprocess.ResizeRule;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads and writes {@code extractor.json}.
 *
 * <p>{@code {"format": "stray-extractor", "version": 1, "id", "licence", "origin", "network", "files": {name: sha256},
 * "input": {"tensor", "layout", "batch", "width", "height", "resize", "crop", "interpolation", "scale", "mean", "std", "channels",
 * "arithmetic", "processor"},
 * "layers": {layer: {"tensor", "dimension", "normalisation"}}}, "classes": [name], "text": {"licence", "origin", "network", "tokenizer",
 * "files": {name: sha256}, "inputs": {"ids", "mask", "types"}, "output", "pooling", "dimension", "context", "padding",
 * "pad", "cleaning"}, "reference": {"origin", "tolerance", "layers": {layer: values}}}, the values as float32,
 * little-endian, in base64.
 *
 * <p>Every key is required, but {@code layout} ({@code NCHW} without it), {@code batch} (free without it), {@code arithmetic}, {@code processor}, {@code classes}, {@code reference}, {@code text} and in it {@code mask}, {@code types} and {@code cleaning}, and unknown keys are refused: a misspelt or unsupported key would change what the network
 * sees without a word. A larger version is refused before anything else is read.
 */
public final class CardJson {
    private static final String FORMAT = "stray-extractor";
    private static final int MAX_BYTES = 1 << 22;

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
        try (InputStream in = InputFile.open(file)) {
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
        JsonNode<InvalidCardException> root = JsonNode.parse(bytes, name, InvalidCardException::new);
        if (!FORMAT.equals(root.at("format").value())) {
            throw new InvalidCardException("%s is no card: expected \"format\": \"%s\"".formatted(name, FORMAT));
        }
        int version = root.at("version").whole(1);
        if (version > ExtractorCard.VERSION) {
            throw new InvalidCardException("%s has version %d, this release reads up to %d: update Stray"
                    .formatted(name, version, ExtractorCard.VERSION));
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
                "classes",
                "text",
                "reference");
        try {
            return new ExtractorCard(
                    root.at("id").filled(),
                    root.at("licence").filled(),
                    root.at("origin").filled(),
                    root.at("network").filled(),
                    root.at("files").map(JsonNode::filled),
                    input(root.at("input")),
                    preprocessing(root.at("input")),
                    root.at("input").at("processor").optional(JsonNode::filled),
                    byLayer(root.at("layers").map(CardJson::layer)),
                    root.at("classes").or(List.of()).list(JsonNode::text),
                    root.at("text").optional(CardJson::text),
                    root.at("reference").optional(CardJson::reference));
        } catch (IllegalArgumentException e) {
            throw new InvalidCardException(name + ": " + e.getMessage(), e);
        }
    }

    private static NetworkInput input(JsonNode<InvalidCardException> node) throws InvalidCardException {
        return new NetworkInput(
                node.at("tensor").filled(),
                node.at("layout").or(NetworkInput.Layout.NCHW.name()).oneOf(NetworkInput.Layout.values(), Enum::name),
                node.at("batch").optional(batch -> batch.whole(1)));
    }

    private static Preprocessing preprocessing(JsonNode<InvalidCardException> node) throws InvalidCardException {
        node.allow(
                "tensor",
                "width",
                "height",
                "resize",
                "crop",
                "interpolation",
                "scale",
                "mean",
                "std",
                "channels",
                "arithmetic",
                "processor",
                "layout",
                "batch");
        int width = node.at("width").whole(1);
        int height = node.at("height").whole(1);
        ResizeRule resize = node.at("resize").parsed(ResizeRule::of);
        CropRule crop = node.at("crop").parsed(CropRule::of);
        Interpolation interpolation = node.at("interpolation").parsed(Interpolation::of);
        double scale = node.at("scale").number();
        List<Double> mean = node.at("mean").list(JsonNode::number);
        List<Double> std = node.at("std").list(JsonNode::number);
        ChannelOrder channels = node.at("channels").oneOf(ChannelOrder.values(), ChannelOrder::name);
        Arithmetic arithmetic =
                node.at("arithmetic").or(Arithmetic.LEVELS.id()).oneOf(Arithmetic.values(), Arithmetic::id);
        try {
            return new Preprocessing(
                    width, height, resize, crop, interpolation, scale, mean, std, channels, arithmetic);
        } catch (IllegalArgumentException e) {
            throw new InvalidCardException("%s: key 'input': %s".formatted(node.source(), e.getMessage()), e);
        }
    }

    private static <T> Map<Layer, T> byLayer(Map<String, T> byId) {
        var byLayer = new LinkedHashMap<Layer, T>();
        byId.forEach((id, value) -> byLayer.put(Layer.of(id), value));
        return byLayer;
    }

    private static NetworkLayer layer(JsonNode<InvalidCardException> node) throws InvalidCardException {
        node.allow("tensor", "dimension", "normalisation");
        return new NetworkLayer(
                node.at("tensor").filled(),
                node.at("dimension").whole(1),
                node.at("normalisation").oneOf(Normalisation.values(), Normalisation::id));
    }

    private static TextTower text(JsonNode<InvalidCardException> node) throws InvalidCardException {
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
        JsonNode<InvalidCardException> inputs = node.at("inputs");
        inputs.allow("ids", "mask", "types");
        return new TextTower(
                node.at("licence").filled(),
                node.at("origin").filled(),
                node.at("network").filled(),
                node.at("tokenizer").filled(),
                node.at("files").map(JsonNode::filled),
                inputs.at("ids").filled(),
                inputs.at("mask").optional(JsonNode::filled),
                inputs.at("types").optional(JsonNode::filled),
                node.at("output").filled(),
                node.at("pooling").oneOf(Pooling.values(), Pooling::id),
                node.at("dimension").whole(1),
                node.at("context").whole(1),
                node.at("padding").oneOf(Padding.values(), Padding::id),
                node.at("pad").whole(0),
                node.at("cleaning").or(Cleaning.NONE.id()).oneOf(Cleaning.values(), Cleaning::id));
    }

    private static ReferenceFeatures reference(JsonNode<InvalidCardException> node) throws InvalidCardException {
        node.allow("origin", "tolerance", "layers");
        return new ReferenceFeatures(
                node.at("origin").filled(),
                node.at("tolerance").number(),
                byLayer(node.at("layers").map(layer -> layer.parsed(CardJson::floats))));
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
        writer.end().object("input").value("tensor", card.input().tensor());
        if (card.input().layout() != NetworkInput.Layout.NCHW) {
            writer.value("layout", card.input().layout().name());
        }
        card.input().batch().ifPresent(batch -> writer.value("batch", batch));
        writer.value("width", input.width())
                .value("height", input.height())
                .value("resize", input.resize().toString())
                .value("crop", input.crop().toString())
                .value("interpolation", input.interpolation().id())
                .value("scale", input.scale())
                .array("mean", input.mean())
                .array("std", input.std())
                .value("channels", input.channels().name());
        if (input.arithmetic() != Arithmetic.LEVELS) {
            writer.value("arithmetic", input.arithmetic().id());
        }
        card.processor().ifPresent(processor -> writer.value("processor", processor));
        writer.end().object("layers");
        card.layers()
                .forEach((name, layer) -> writer.object(name.id())
                        .value("tensor", layer.tensor())
                        .value("dimension", layer.dimension())
                        .value("normalisation", layer.normalisation().id())
                        .end());
        writer.end();
        if (!card.classNames().isEmpty()) {
            writer.array("classes", card.classNames());
        }
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
        if (text.cleaning() != Cleaning.NONE) {
            writer.value("cleaning", text.cleaning().id());
        }
        writer.end();
    }

    private static void write(ReferenceFeatures reference, JsonStringWriter writer) {
        writer.object("reference")
                .value("origin", reference.origin())
                .value("tolerance", reference.tolerance())
                .object("layers");
        reference.layers().forEach((layer, values) -> writer.value(layer.id(), base64(values)));
        writer.end().end();
    }
}
