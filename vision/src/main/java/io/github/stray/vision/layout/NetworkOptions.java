// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.layout;

import io.github.stray.feature.Layer;
import io.github.stray.remedy.RefusedException;
import io.github.stray.remedy.Remedy;
import io.github.stray.vision.card.ExtractorCard;
import io.github.stray.vision.onnx.InputTensor;
import io.github.stray.vision.onnx.InvalidNetworkException;
import io.github.stray.vision.onnx.NetworkLayer;
import io.github.stray.vision.onnx.Normalisation;
import io.github.stray.vision.onnx.OnnxNetwork;
import io.github.stray.vision.onnx.OnnxNetwork.Output;
import io.github.stray.vision.onnx.TensorSignature;
import io.github.stray.vision.preprocess.ChannelOrder;
import io.github.stray.vision.preprocess.CropRule;
import io.github.stray.vision.preprocess.Interpolation;
import io.github.stray.vision.preprocess.Preprocessing;
import io.github.stray.vision.preprocess.ResizeRule;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A bare network's card, as options. None has a default, because a wrong guess gives features that look right. Values
 * are RGB, scaled by 1/255 before mean and std.
 *
 * @param inputSize {@code N} or {@code WxH}
 * @param resize {@code none}, {@code shortest:N} or {@code exact:WxH}
 * @param crop {@code none}, {@code center:N}, {@code center:WxH} or {@code center-floor:N}
 * @param interpolation {@code nearest}, {@code box}, {@code bilinear}, {@code bicubic} or {@code lanczos}
 * @param mean three comma-separated numbers
 * @param std three comma-separated numbers
 * @param output comma-separated {@code layer=tensor[:l2]}; a plain {@code tensor[:l2]} is the layer of that name if it is
 *     {@code features}, {@code embeddings} or {@code logits}, and {@code features} otherwise; {@code :l2} divides rows by
 *     their norm. A tensor may also be a hidden one, or {@code before(T)}, {@code patches(T)} or {@code class_token(T)},
 *     see {@link io.github.stray.graph.OnnxGraph}
 */
public record NetworkOptions(
        Optional<String> inputSize,
        Optional<String> resize,
        Optional<String> crop,
        Optional<String> interpolation,
        Optional<String> mean,
        Optional<String> std,
        Optional<String> output) {

    /**
     * Nothing given.
     *
     * @return seven empty options
     */
    public static NetworkOptions none() {
        return new NetworkOptions(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    /**
     * Whether nothing is given.
     *
     * @return true if all are empty
     */
    public boolean isEmpty() {
        return equals(none());
    }

    private List<String> missing() {
        var missing = new ArrayList<String>();
        byName().forEach((name, value) -> {
            if (value.isEmpty()) {
                missing.add(name);
            }
        });
        return missing;
    }

    private Map<String, Optional<String>> byName() {
        var options = new LinkedHashMap<String, Optional<String>>();
        options.put("input-size", inputSize);
        options.put("resize", resize);
        options.put("crop", crop);
        options.put("interpolation", interpolation);
        options.put("mean", mean);
        options.put("std", std);
        options.put("output", output);
        return options;
    }

    /**
     * Makes the card of a network.
     *
     * @param id name of the extractor
     * @param file name of the network's file
     * @param files its digest, and those of its external data
     * @param network the loaded network, run once to see the length of its rows
     * @return the card
     * @throws IllegalArgumentException if an option is missing or cannot be read; the message names it
     * @throws InvalidNetworkException if the network does not have such outputs
     */
    public ExtractorCard card(String id, String file, Map<String, String> files, OnnxNetwork network)
            throws InvalidNetworkException {
        List<String> missing = missing();
        if (!missing.isEmpty()) {
            String named = String.join(", ", missing);
            throw new RefusedException(
                    "%s has no card, and how its images are prepared is not guessed: missing %s.%n%s"
                            .formatted(file, named, describe(network)),
                    Remedy.NETWORK_OPTIONS,
                    named);
        }
        if (network.inputs().size() != 1) {
            throw new InvalidNetworkException("%s must have one input.%n%s".formatted(file, describe(network)));
        }
        TensorSignature input = network.inputs().getFirst();
        String[] sides = value("input-size", NetworkOptions::sides);
        var preprocessing = new Preprocessing(
                Integer.parseInt(sides[0]),
                Integer.parseInt(sides[sides.length - 1]),
                value("resize", ResizeRule::of),
                value("crop", CropRule::of),
                value("interpolation", Interpolation::of),
                Preprocessing.UNIT_SCALE,
                value("mean", NetworkOptions::numbers),
                value("std", NetworkOptions::numbers),
                ChannelOrder.RGB);
        Map<Layer, LayerSource> sources = value("output", NetworkOptions::layerSources);
        return new ExtractorCard(
                id,
                "unknown",
                "added from the file " + file,
                file,
                files,
                input.name(),
                preprocessing,
                layers(network, input, preprocessing, sources),
                Optional.empty(),
                Optional.empty());
    }

    private <T> T value(String name, Function<String, T> parser) {
        String text = Objects.requireNonNull(byName().get(name)).orElseThrow();
        try {
            return parser.apply(text);
        } catch (IllegalArgumentException e) {
            var refused = new RefusedException("%s: %s".formatted(name, e.getMessage()), Remedy.NETWORK_OPTIONS, name);
            refused.initCause(e);
            throw refused;
        }
    }

    /**
     * The tensors that the network must have as outputs.
     *
     * @return names and expressions; none if no output is given
     * @throws IllegalArgumentException if {@code output} cannot be read
     */
    public List<String> tensors() {
        return output.isEmpty()
                ? List.of()
                : value("output", NetworkOptions::layerSources).values().stream()
                        .map(LayerSource::tensor)
                        .distinct()
                        .toList();
    }

    private static String describe(OnnxNetwork network) {
        return "inputs: %s%noutputs: %s".formatted(list(network.inputs()), list(network.outputs()));
    }

    private static String list(List<TensorSignature> tensors) {
        return tensors.stream().map(TensorSignature::toString).collect(Collectors.joining(", "));
    }

    private static String[] sides(String text) {
        if (!text.matches("\\d{1,5}(x\\d{1,5})?")) {
            throw new IllegalArgumentException("expected N or WxH, was '%s'".formatted(text));
        }
        return text.split("x", -1);
    }

    private static List<Double> numbers(String text) {
        var numbers = new ArrayList<Double>();
        for (String part : text.split(",", -1)) {
            try {
                numbers.add(Double.parseDouble(part.strip()));
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException(
                        "expected three comma-separated numbers, was '%s'".formatted(text), e);
            }
        }
        return numbers;
    }

    private record LayerSource(String tensor, Normalisation normalisation) {}

    private static Map<Layer, LayerSource> layerSources(String text) {
        var sources = new LinkedHashMap<Layer, LayerSource>();
        // The comma of tokens(T, K..) separates no layers.
        for (String part : text.split(",(?![^()]*\\))", -1)) {
            int equals = part.indexOf('=');
            String tensor = part.substring(equals + 1).strip();
            boolean l2 = tensor.endsWith(":l2");
            if (l2) {
                tensor = tensor.substring(0, tensor.length() - ":l2".length());
            }
            if (tensor.isEmpty() || equals == 0) {
                throw new IllegalArgumentException(
                        "expected layer=tensor[:l2] or tensor[:l2], comma-separated, was '%s'".formatted(text));
            }
            Layer layer = equals > 0
                    ? Layer.of(part.substring(0, equals).strip())
                    : Layer.find(tensor).filter(named -> named != Layer.PATCHES).orElse(Layer.FEATURES);
            LayerSource source = new LayerSource(tensor, l2 ? Normalisation.L2 : Normalisation.NONE);
            if (sources.putIfAbsent(layer, source) != null) {
                throw new IllegalArgumentException(
                        "layer '%s' is given twice in '%s'; write layer=tensor".formatted(layer, text));
            }
        }
        return sources;
    }

    private static Map<Layer, NetworkLayer> layers(
            OnnxNetwork network, TensorSignature input, Preprocessing preprocessing, Map<Layer, LayerSource> sources)
            throws InvalidNetworkException {
        List<String> offered =
                network.outputs().stream().map(TensorSignature::name).toList();
        for (LayerSource source : sources.values()) {
            if (!offered.contains(source.tensor())) {
                throw new RefusedException(
                        "output: %s has no output '%s'.%n%s"
                                .formatted(network.name(), source.tensor(), describe(network)),
                        Remedy.NETWORK_OPTIONS,
                        "output");
            }
        }
        int batch = network.fixedBatch(input.name(), preprocessing.width(), preprocessing.height())
                .orElse(1);
        long bytes = (long) batch * preprocessing.length() * Float.BYTES;
        if (bytes > Integer.MAX_VALUE) {
            throw new RefusedException(
                    "input-size: a batch of %d images needs %d bytes, more than 2 GiB".formatted(batch, bytes),
                    Remedy.NETWORK_OPTIONS,
                    "input-size");
        }
        FloatBuffer zeros = InputTensor.buffer(batch * preprocessing.length());
        long[] shape = {batch, 3, preprocessing.height(), preprocessing.width()};
        Map<String, Output> outputs = network.run(
                Map.of(input.name(), new InputTensor.Floats(zeros, shape)),
                sources.values().stream().map(LayerSource::tensor).distinct().toList());
        var layers = new LinkedHashMap<Layer, NetworkLayer>();
        for (Map.Entry<Layer, LayerSource> source : sources.entrySet()) {
            String tensor = source.getValue().tensor();
            List<Long> sizes = Objects.requireNonNull(outputs.get(tensor)).shape();
            boolean patches = source.getKey() == Layer.PATCHES;
            if (sizes.size() < (patches ? 3 : 2)) {
                throw new InvalidNetworkException("output %s of %s came out as %s, expected %s"
                        .formatted(tensor, network.name(), sizes, patches ? "[n, P, d]" : "[n, d] or [n, d, 1, 1]"));
            }
            layers.put(
                    source.getKey(),
                    new NetworkLayer(
                            tensor,
                            Math.toIntExact(sizes.get(patches ? 2 : 1)),
                            source.getValue().normalisation()));
        }
        return layers;
    }
}
