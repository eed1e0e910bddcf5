// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.layout;

import io.github.stray.feature.Layer;
import io.github.stray.graph.NetworkEnd;
import io.github.stray.graph.OnnxGraph;
import io.github.stray.remedy.RefusedException;
import io.github.stray.remedy.Remedy;
import io.github.stray.vision.card.ExtractorCard;
import io.github.stray.vision.onnx.InputTensor;
import io.github.stray.vision.onnx.InvalidNetworkException;
import io.github.stray.vision.onnx.NetworkInput;
import io.github.stray.vision.onnx.NetworkLayer;
import io.github.stray.vision.onnx.Normalisation;
import io.github.stray.vision.onnx.OnnxNetwork;
import io.github.stray.vision.onnx.OnnxNetwork.Output;
import io.github.stray.vision.onnx.TensorSignature;
import io.github.stray.vision.preprocess.Arithmetic;
import io.github.stray.vision.preprocess.ChannelOrder;
import io.github.stray.vision.preprocess.CropRule;
import io.github.stray.vision.preprocess.Interpolation;
import io.github.stray.vision.preprocess.Preprocessing;
import io.github.stray.vision.preprocess.ResizeRule;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What is said of a network without a card. What a card cannot do without has no default, because a wrong guess gives
 * features that look right. Immutable.
 *
 * @param values what is said, as on the command line
 */
public record NetworkOptions(Map<NetworkOption, String> values) {

    private static final Map<NetworkOption, String> DEFAULTS = Map.of(
            NetworkOption.SCALE, Double.toString(Preprocessing.UNIT_SCALE),
            NetworkOption.CHANNELS, ChannelOrder.RGB.name(),
            NetworkOption.ARITHMETIC, Arithmetic.LEVELS.id());

    /** What says others of them, and need not be said. */
    private static final Set<NetworkOption> OTHER_WORDS = Set.of(NetworkOption.PRESET, NetworkOption.POOL);

    /** Copies what is said. */
    public NetworkOptions {
        var copy = new EnumMap<NetworkOption, String>(NetworkOption.class);
        copy.putAll(values);
        values = Collections.unmodifiableMap(copy);
    }

    /**
     * Nothing said.
     *
     * @return no values
     */
    public static NetworkOptions none() {
        return new NetworkOptions(Map.of());
    }

    /**
     * What a card says.
     *
     * @param card any card
     * @return everything; the card of the same network by them differs in name, origin, texts and reference alone
     */
    public static NetworkOptions of(ExtractorCard card) {
        Preprocessing pixels = card.preprocessing();
        return none().with(NetworkOption.INPUT_SIZE, pixels.width() + "x" + pixels.height())
                .with(NetworkOption.RESIZE, pixels.resize().toString())
                .with(NetworkOption.CROP, pixels.crop().toString())
                .with(NetworkOption.INTERPOLATION, pixels.interpolation().id())
                .with(NetworkOption.SCALE, Double.toString(pixels.scale()))
                .with(NetworkOption.MEAN, text(pixels.mean()))
                .with(NetworkOption.STD, text(pixels.std()))
                .with(NetworkOption.CHANNELS, pixels.channels().name())
                .with(NetworkOption.ARITHMETIC, pixels.arithmetic().id())
                .with(
                        NetworkOption.OUTPUT,
                        card.layers().entrySet().stream()
                                .map(entry -> entry.getKey().id() + "="
                                        + entry.getValue().tensor()
                                        + (entry.getValue().normalisation() == Normalisation.L2 ? ":l2" : ""))
                                .collect(Collectors.joining(",")));
    }

    private static String text(List<Double> numbers) {
        return numbers.stream().map(Object::toString).collect(Collectors.joining(","));
    }

    /**
     * Whether nothing is said.
     *
     * @return true if there are no values
     */
    public boolean isEmpty() {
        return values.isEmpty();
    }

    /**
     * One more thing said.
     *
     * @param key what about
     * @param value takes the place of what was said before
     * @return the changed options
     */
    public NetworkOptions with(NetworkOption key, String value) {
        var more = new EnumMap<NetworkOption, String>(NetworkOption.class);
        more.putAll(values);
        more.put(key, value);
        return new NetworkOptions(more);
    }

    /**
     * These options, and others where these say nothing. {@code pool} and {@code output} say the same thing.
     *
     * @param others what is said otherwise
     * @return both in one
     */
    public NetworkOptions over(NetworkOptions others) {
        var both = new EnumMap<NetworkOption, String>(NetworkOption.class);
        both.putAll(others.values);
        if (values.containsKey(NetworkOption.POOL)) {
            both.remove(NetworkOption.OUTPUT);
        }
        both.putAll(values);
        return new NetworkOptions(both);
    }

    /**
     * What is said of one thing.
     *
     * @param key what about
     * @return the value, if there is one
     */
    public Optional<String> get(NetworkOption key) {
        return Optional.ofNullable(values.get(key));
    }

    /** Whether nothing is missing that is said of pixels. */
    boolean sayAllOfPixels() {
        return missing().allMatch(NetworkOption.OUTPUT::equals);
    }

    /**
     * With {@code output} in place of {@code pool}.
     *
     * @param graph of the network
     * @return the same where {@code pool} is not said
     * @throws IllegalArgumentException if the network has no such output, or {@code output} is said too
     */
    public NetworkOptions pooled(OnnxGraph graph) {
        if (get(NetworkOption.POOL).isEmpty()) {
            return this;
        }
        String output = value(NetworkOption.POOL, pool -> {
            if (values.containsKey(NetworkOption.OUTPUT)) {
                throw new IllegalArgumentException("output says the features too; leave one out");
            }
            return Pooling.of(pool).output(graph);
        });
        var others = new EnumMap<>(values);
        others.remove(NetworkOption.POOL);
        return new NetworkOptions(others).with(NetworkOption.OUTPUT, output);
    }

    /**
     * With what their preset says, where they name one, instead of its name.
     *
     * @param inputSize of the network, where it is known and not said
     * @return without a preset
     */
    public NetworkOptions resolved(Optional<String> inputSize) {
        if (get(NetworkOption.PRESET).isEmpty()) {
            return this;
        }
        NetworkPreset preset = value(NetworkOption.PRESET, NetworkPreset::of);
        var others = new EnumMap<>(values);
        others.remove(NetworkOption.PRESET);
        return new NetworkOptions(others)
                .over(preset.options(get(NetworkOption.INPUT_SIZE).or(() -> inputSize)));
    }

    private Stream<NetworkOption> missing() {
        return Arrays.stream(NetworkOption.values())
                .filter(key -> !OTHER_WORDS.contains(key) && !values.containsKey(key) && !DEFAULTS.containsKey(key));
    }

    /**
     * Makes the card of a network.
     *
     * @param id name of the extractor
     * @param file name of the network's file
     * @param files its digest, and those of its external data
     * @param patch side of the squares that the network cuts an image into, where that is known
     * @param network the loaded network, run once to see the length of its rows
     * @return the card
     * @throws IllegalArgumentException if an option is missing or cannot be read; the message names it
     * @throws InvalidNetworkException if the network does not have such outputs
     */
    public ExtractorCard card(String id, String file, Map<String, String> files, OptionalInt patch, OnnxNetwork network)
            throws InvalidNetworkException {
        if (get(NetworkOption.PRESET).isPresent()) {
            return resolved(fixedSize(network)).card(id, file, files, patch, network);
        }
        String missing = missing().map(NetworkOption::id).collect(Collectors.joining(", "));
        if (!missing.isEmpty()) {
            throw new RefusedException(
                    "%s has no card, and how its images are prepared is not guessed: missing %s.%n%s"
                            .formatted(file, missing, describe(network)),
                    Remedy.NETWORK_OPTIONS,
                    missing);
        }
        if (network.inputs().size() != 1) {
            throw new InvalidNetworkException("%s must have one input.%n%s".formatted(file, describe(network)));
        }
        NetworkInput input = NetworkInput.of(network.inputs().getFirst());
        Preprocessing preprocessing = preprocessing();
        Map<Layer, LayerSource> sources = value(NetworkOption.OUTPUT, LayerSource::ofText);
        return new ExtractorCard(
                id,
                "unknown",
                "added from the file " + file,
                file,
                files,
                input,
                preprocessing,
                Optional.empty(),
                layers(
                        network,
                        input,
                        preprocessing,
                        new PatchGrid(preprocessing.width(), preprocessing.height(), patch),
                        sources),
                List.of(),
                Optional.empty(),
                Optional.empty());
    }

    /** Width and height of the input, of three planes or of pixels of three values, where the network fixes them. */
    private static Optional<String> fixedSize(OnnxNetwork network) {
        List<Long> shape = network.inputs().getFirst().shape();
        if (shape.size() != 4) {
            return Optional.empty();
        }
        int first = NetworkInput.of(network.inputs().getFirst()).layout() == NetworkInput.Layout.NHWC ? 1 : 2;
        long height = shape.get(first);
        long width = shape.get(first + 1);
        return height > 0 && width > 0 ? Optional.of(width + "x" + height) : Optional.empty();
    }

    Preprocessing preprocessing() {
        String[] sides = value(NetworkOption.INPUT_SIZE, NetworkOptions::sides);
        return new Preprocessing(
                Integer.parseInt(sides[0]),
                Integer.parseInt(sides[sides.length - 1]),
                value(NetworkOption.RESIZE, ResizeRule::of),
                value(NetworkOption.CROP, CropRule::of),
                value(NetworkOption.INTERPOLATION, Interpolation::of),
                value(NetworkOption.SCALE, NetworkOptions::fraction),
                value(NetworkOption.MEAN, NetworkOptions::numbers),
                value(NetworkOption.STD, NetworkOptions::numbers),
                value(NetworkOption.CHANNELS, NetworkOptions::channels),
                value(NetworkOption.ARITHMETIC, Arithmetic::of));
    }

    private <T> T value(NetworkOption key, Function<String, T> parser) {
        try {
            return parser.apply(Objects.requireNonNull(values.getOrDefault(key, DEFAULTS.get(key))));
        } catch (IllegalArgumentException e) {
            var refused = new RefusedException(
                    "%s: %s".formatted(key.id(), e.getMessage()), Remedy.NETWORK_OPTIONS, key.id());
            refused.initCause(e);
            throw refused;
        }
    }

    /**
     * The layers that are asked for.
     *
     * @return none if no output is given
     * @throws IllegalArgumentException if {@code output} cannot be read
     */
    public Set<Layer> layers() {
        return sources().keySet();
    }

    /**
     * Adds the layers that the outputs of a network name, where none are said, to a preset the size that its file names, and
     * the preset itself where nothing is said of pixels and the file is one of Ultralytics' classifiers.
     *
     * @param graph of the network
     * @return the same where layers are said, or its outputs do not say what they are
     * @throws IOException if the graph cannot be read
     */
    public NetworkOptions withOwnLayers(OnnxGraph graph) throws IOException {
        UltralyticsFile file = UltralyticsFile.of(graph);
        if (file.classifier() && values.keySet().stream().allMatch(NetworkOption.OUTPUT::equals)) {
            return with(NetworkOption.PRESET, NetworkPreset.ULTRALYTICS.id()).withOwnLayers(graph);
        }
        boolean preset = values.containsKey(NetworkOption.PRESET);
        Optional<String> size =
                preset && !values.containsKey(NetworkOption.INPUT_SIZE) ? file.inputSize() : Optional.empty();
        NetworkOptions sized =
                size.map(known -> with(NetworkOption.INPUT_SIZE, known)).orElse(this);
        return values.containsKey(NetworkOption.OUTPUT)
                ? sized
                : ImageLayers.ofOutputs(graph, preset)
                        .map(output -> sized.with(NetworkOption.OUTPUT, output))
                        .orElse(sized);
    }

    /**
     * Takes logits from in front of the last activation, such as Softmax, of a classifier.
     *
     * @param graph of the network
     * @return the same where logits are not the outcome of an activation
     * @throws IllegalArgumentException if {@code output} cannot be read
     */
    public NetworkOptions beforeActivation(OnnxGraph graph) {
        Map<Layer, LayerSource> sources = sources();
        Optional<String> before = Optional.ofNullable(sources.get(Layer.LOGITS))
                .flatMap(logits -> new NetworkEnd(graph).logitsOf(logits.tensor()));
        if (before.isEmpty()) {
            return this;
        }
        sources = new LinkedHashMap<>(sources);
        sources.put(Layer.LOGITS, new LayerSource(before.get(), Normalisation.NONE));
        return withSources(sources);
    }

    /**
     * Leaves a layer out.
     *
     * @param layer one of {@link #layers}
     * @return the others
     */
    public NetworkOptions without(Layer layer) {
        Map<Layer, LayerSource> sources = new LinkedHashMap<>(sources());
        sources.remove(layer);
        return withSources(sources);
    }

    private NetworkOptions withSources(Map<Layer, LayerSource> sources) {
        return with(
                NetworkOption.OUTPUT,
                sources.entrySet().stream()
                        .map(source -> "%s=%s".formatted(source.getKey(), source.getValue()))
                        .collect(Collectors.joining(",")));
    }

    private Map<Layer, LayerSource> sources() {
        return values.containsKey(NetworkOption.OUTPUT) ? value(NetworkOption.OUTPUT, LayerSource::ofText) : Map.of();
    }

    /**
     * The tensors that the network must have as outputs.
     *
     * @return names and expressions; none if no output is given
     * @throws IllegalArgumentException if {@code output} cannot be read
     */
    public List<String> tensors() {
        return sources().values().stream().map(LayerSource::tensor).distinct().toList();
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

    private static double fraction(String text) {
        String[] parts = text.split("/", -1);
        try {
            double number = Double.parseDouble(parts[0].strip());
            return parts.length == 1 ? number : number / Double.parseDouble(parts[1].strip());
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("expected a number or a/b, was '%s'".formatted(text), e);
        }
    }

    private static ChannelOrder channels(String text) {
        return switch (text.toLowerCase(Locale.ROOT)) {
            case "rgb" -> ChannelOrder.RGB;
            case "bgr" -> ChannelOrder.BGR;
            default -> throw new IllegalArgumentException("expected rgb or bgr, was '%s'".formatted(text));
        };
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

    private static Map<Layer, NetworkLayer> layers(
            OnnxNetwork network,
            NetworkInput input,
            Preprocessing preprocessing,
            PatchGrid grid,
            Map<Layer, LayerSource> sources)
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
        int batch = network.fixedBatch(input, preprocessing.width(), preprocessing.height())
                .orElse(1);
        long bytes = (long) batch * preprocessing.length() * Float.BYTES;
        if (bytes > Integer.MAX_VALUE) {
            throw new RefusedException(
                    "input-size: a batch of %d images needs %d bytes, more than 2 GiB".formatted(batch, bytes),
                    Remedy.NETWORK_OPTIONS,
                    "input-size");
        }
        FloatBuffer zeros = InputTensor.buffer(batch * preprocessing.length());
        Map<String, Output> outputs = network.run(
                Map.of(input.tensor(), input.give(zeros, batch, preprocessing.width(), preprocessing.height())),
                sources.values().stream().map(LayerSource::tensor).distinct().toList());
        var layers = new LinkedHashMap<Layer, NetworkLayer>();
        for (Map.Entry<Layer, LayerSource> source : sources.entrySet()) {
            String tensor = source.getValue().tensor();
            List<Long> sizes = Objects.requireNonNull(outputs.get(tensor)).shape();
            boolean patches = source.getKey() == Layer.PATCHES;
            if (patches && sizes.size() == 3 && !grid.has(sizes.get(1))) {
                continue;
            }
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
