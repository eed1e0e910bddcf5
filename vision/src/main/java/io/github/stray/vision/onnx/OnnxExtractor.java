// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.onnx;

import io.github.stray.extract.DatasetSource;
import io.github.stray.extract.ExtractionOptions;
import io.github.stray.extract.FeatureExtractor;
import io.github.stray.extract.FeatureSink;
import io.github.stray.feature.FeatureSpace;
import io.github.stray.feature.Layer;
import io.github.stray.vision.preprocess.PreparedImages.Prepared;
import io.github.stray.vision.preprocess.Preprocessing;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Features of an ONNX network. Images are read, decoded, resized and run through the network side by side, with bounded
 * memory; the features do not depend on batch size, threads or the order of the images beyond rounding. Safe for
 * concurrent use. Closing waits for the inference call that is running; an extraction still going on then fails with
 * {@link IllegalStateException}.
 *
 * <p>A network whose outputs hold only one of {@code features} and {@code embeddings} offers it under both names; both
 * are one feature space.
 */
public final class OnnxExtractor implements FeatureExtractor {
    private final String id;
    private final OnnxNetwork network;
    private final NetworkInput input;
    private final Preprocessing preprocessing;
    private final Map<Layer, NetworkLayer> outputs;
    private final Map<Layer, FeatureSpace> spaces;
    private final Optional<Integer> fixedBatch;

    /**
     * Takes over a network.
     *
     * @param id id of the extractor
     * @param network the network; closed with the extractor, or here if it does not fit
     * @param input how it takes images
     * @param preprocessing what is done to images
     * @param layers layer name to output
     * @param weightsSha256 digest of the network's file
     * @throws InvalidNetworkException if the network's inputs or outputs are not as stated
     */
    public OnnxExtractor(
            String id,
            OnnxNetwork network,
            NetworkInput input,
            Preprocessing preprocessing,
            Map<Layer, NetworkLayer> layers,
            String weightsSha256)
            throws InvalidNetworkException {
        this.id = id;
        this.network = network;
        this.input = input;
        this.preprocessing = preprocessing;
        try {
            this.fixedBatch = network.fixedBatch(input, preprocessing.width(), preprocessing.height());
            for (Map.Entry<Layer, NetworkLayer> layer : layers.entrySet()) {
                checkOutput(layer.getKey(), layer.getValue());
            }
        } catch (InvalidNetworkException e) {
            network.close();
            throw e;
        }
        var offered = new LinkedHashMap<>(layers);
        var offeredSpaces = new LinkedHashMap<Layer, FeatureSpace>();
        layers.forEach((name, layer) -> offeredSpaces.put(name, space(name, layer, weightsSha256)));
        alias(offered, Layer.FEATURES, Layer.EMBEDDINGS);
        alias(offeredSpaces, Layer.FEATURES, Layer.EMBEDDINGS);
        this.outputs = Collections.unmodifiableMap(offered);
        this.spaces = Collections.unmodifiableMap(offeredSpaces);
    }

    private static <T> void alias(Map<Layer, T> layers, Layer one, Layer other) {
        T first = layers.get(one);
        T second = layers.get(other);
        if (first != null && second == null) {
            layers.put(other, first);
        } else if (second != null && first == null) {
            layers.put(one, second);
        }
    }

    private FeatureSpace space(Layer layer, NetworkLayer output, String weightsSha256) {
        return new FeatureSpace(
                Optional.of(id),
                Optional.of(layer.id()),
                output.dimension(),
                Optional.of(output.normalisation().id()),
                Optional.of(weightsSha256),
                Optional.of(preprocessing.describe()));
    }

    private void checkOutput(Layer layer, NetworkLayer output) throws InvalidNetworkException {
        TensorSignature tensor = network.outputs().stream()
                .filter(candidate -> candidate.name().equals(output.tensor()))
                .findFirst()
                .orElseThrow(() -> new InvalidNetworkException("%s has no output '%s' for layer '%s'; it has %s"
                        .formatted(network.name(), output.tensor(), layer, OnnxNetwork.list(network.outputs()))));
        int rank = tensor.shape().size();
        boolean row = rank == 2 && !TensorSignature.differs(tensor.size(1), output.dimension());
        boolean map = rank == 4
                && !TensorSignature.differs(tensor.size(1), output.dimension())
                && !TensorSignature.differs(tensor.size(2), 1)
                && !TensorSignature.differs(tensor.size(3), 1);
        // An output without a declared shape has rank 0; its values are checked when the network runs.
        boolean fits = layer == Layer.PATCHES
                ? rank == 3 && !TensorSignature.differs(tensor.size(2), output.dimension())
                : row || map;
        if (!tensor.type().contains("FLOAT") || !(fits || rank == 0)) {
            throw new InvalidNetworkException("output for layer '%s' of %s is %s, expected %s"
                    .formatted(layer, network.name(), tensor, expected(layer, output)));
        }
    }

    static String expected(Layer name, NetworkLayer layer) {
        return name == Layer.PATCHES
                ? "floating point [n, P, %d]".formatted(layer.dimension())
                : "floating point [n, %d] or [n, %d, 1, 1]".formatted(layer.dimension(), layer.dimension());
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public Map<Layer, FeatureSpace> layers() {
        return spaces;
    }

    /** {@return how the network takes images} */
    public NetworkInput input() {
        return input;
    }

    /** {@return what is done to images} */
    public Preprocessing preprocessing() {
        return preprocessing;
    }

    /**
     * Where a layer comes out of the network.
     *
     * @param layer one of {@link #layers}
     * @return its tensor
     * @throws IllegalArgumentException if there is no such layer
     */
    public NetworkLayer output(Layer layer) {
        return wanted(List.of(layer)).values().iterator().next();
    }

    /**
     * Features of images that are prepared already, one batch.
     *
     * @param images how many, n
     * @param prepared direct buffer in native order, {@code [n, 3, height, width]} of normalised values, with room for a
     *     multiple of the batch size that the network insists on, if it does
     * @param layers names of layers
     * @return for each layer {@code n * dimension} values, times the number of patches for {@code patches}
     * @throws InvalidNetworkException if the network cannot be run on this
     * @throws IllegalArgumentException if there is no such layer
     */
    public Map<Layer, float[]> features(int images, FloatBuffer prepared, List<Layer> layers)
            throws InvalidNetworkException {
        return new Inference(network, input, preprocessing, wanted(layers), fixedBatch).run(images, prepared);
    }

    /**
     * Room for prepared images.
     *
     * @param images how many, at least 1
     * @return a direct buffer for {@link #features}
     */
    public FloatBuffer buffer(int images) {
        int capacity = new Inference(network, input, preprocessing, outputs, fixedBatch).capacity(images);
        return InputTensor.buffer(Math.multiplyExact(capacity, preprocessing.length()));
    }

    /**
     * Room for prepared images.
     *
     * @param images how many, at least 1
     * @param arena what the memory lives as long as
     * @return a direct buffer for {@link #extract(List, FloatBuffer, List, FeatureSink)}
     * @throws IllegalArgumentException if so many images need more than 2 GiB
     */
    public FloatBuffer buffer(int images, Arena arena) {
        int capacity = new Inference(network, input, preprocessing, outputs, fixedBatch).capacity(images);
        long bytes = (long) capacity * preprocessing.length() * Float.BYTES;
        if (bytes > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("a batch of %d images of %d x %d needs %d bytes, more than 2 GiB"
                    .formatted(images, preprocessing.height(), preprocessing.width(), bytes));
        }
        return arena.allocate(bytes, ValueLayout.JAVA_FLOAT.byteAlignment())
                .asByteBuffer()
                .order(ByteOrder.nativeOrder())
                .asFloatBuffer();
    }

    private Map<Layer, NetworkLayer> wanted(List<Layer> layers) {
        var wanted = new LinkedHashMap<Layer, NetworkLayer>();
        for (Layer layer : spaces(layers).keySet()) {
            wanted.put(layer, Objects.requireNonNull(outputs.get(layer)));
        }
        return wanted;
    }

    @Override
    public void extract(DatasetSource source, ExtractionOptions options, FeatureSink sink) throws IOException {
        Map<Layer, NetworkLayer> wanted = wanted(options.layers());
        int workers = Math.max(1, options.threads() / network.threads());
        Inference inference = new Inference(network, input, preprocessing, wanted, fixedBatch);
        // A network of a fixed batch takes as long for a few images as for a full one.
        int batch = inference.capacity(options.batch());
        long bytes = (long) batch * preprocessing.length() * Float.BYTES;
        if (bytes > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("a batch of %d images of %d x %d needs %d bytes, more than 2 GiB"
                    .formatted(options.batch(), preprocessing.height(), preprocessing.width(), bytes));
        }
        try (ExtractionRun run = new ExtractionRun(inference, batch, workers, sink)) {
            run.extract(source);
        }
    }

    /**
     * Extracts a few images at once on the calling thread: one batch, no other thread, no memory beside the buffer's.
     *
     * @param samples images of the input's size and failed ones
     * @param buffer as {@link #buffer} gives it, with room for all of them; for one thread at a time
     * @param layers layers wanted
     * @param sink receives features and failures in order
     * @throws IOException if the network cannot be run, or the sink fails
     * @throws IllegalArgumentException if there is no such layer
     * @throws IllegalStateException if the extractor was closed
     */
    public void extract(List<Prepared> samples, FloatBuffer buffer, List<Layer> layers, FeatureSink sink)
            throws IOException {
        Inference inference = new Inference(network, input, preprocessing, wanted(layers), fixedBatch);
        FinishedBatch.of(inference, samples, buffer).deliver(sink);
    }

    @Override
    public void close() {
        network.close();
    }
}
