// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.attack;

import io.github.stray.graph.OnnxGraph;
import io.github.stray.graph.gradient.InputGradient;
import io.github.stray.graph.gradient.TensorFacts;
import io.github.stray.remedy.RefusedException;
import io.github.stray.remedy.Remedy;
import io.github.stray.vision.card.ExtractorCard;
import io.github.stray.vision.model.StoredModel;
import io.github.stray.vision.onnx.InferenceOptions;
import io.github.stray.vision.onnx.InputTensor;
import io.github.stray.vision.onnx.InvalidNetworkException;
import io.github.stray.vision.onnx.NetworkInput;
import io.github.stray.vision.onnx.NetworkLayer;
import io.github.stray.vision.onnx.NetworkSource;
import io.github.stray.vision.onnx.OnnxNetwork;
import io.github.stray.vision.onnx.TensorSignature;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * A network that gives, for a batch of images, the cosine of a tensor with targets and its gradient with respect to the
 * images, in one run of ONNX Runtime ({@link InputGradient}). Batches have one size. Safe for concurrent use.
 */
public final class ImageGradient implements AutoCloseable {
    private final OnnxNetwork network;
    private final String input;
    private final long[] imageShape;
    private final long[] targetShape;
    private final InputGradient added;

    private ImageGradient(
            OnnxNetwork network, String input, long[] imageShape, long[] targetShape, InputGradient added) {
        this.network = network;
        this.input = input;
        this.imageShape = imageShape;
        this.targetShape = targetShape;
        this.added = added;
    }

    /**
     * A batch of results.
     *
     * @param values a number an image: its cosine with its target, or inner product
     * @param gradient {@code [batch, 3, height, width]}, the gradient of each image's number
     */
    @SuppressWarnings("ArrayRecordComponent")
    public record Result(float[] values, float[] gradient) {}

    /**
     * Prepares an extractor's network to give the cosine of a layer with targets.
     *
     * @param model the extractor
     * @param layer one of its layers, as it comes out of its network
     * @param batch images of a batch, at least 1
     * @param options how the network is run
     * @return the prepared network, to be closed
     * @throws IllegalArgumentException if the network takes other batches only
     * @throws IOException if the network cannot be differentiated (the message names the operator), or a file is missing,
     *     damaged or not that of the extractor's card
     */
    public static ImageGradient open(StoredModel model, NetworkLayer layer, int batch, InferenceOptions options)
            throws IOException {
        ExtractorCard card = model.card();
        if (card.input().layout() != NetworkInput.Layout.NCHW) {
            throw new InvalidNetworkException(
                    "%s takes images [n, height, width, 3], and gradients are built for [n, 3, height, width] only"
                            .formatted(model.name()));
        }
        return open(
                model.network(),
                card.input().tensor(),
                layer.tensor(),
                InputGradient.Objective.COSINE,
                batch,
                card.preprocessing().height(),
                card.preprocessing().width(),
                options);
    }

    /**
     * Prepares a network. It is first run on one image and on two, all of its tensors kept, to learn their shapes; that
     * takes as much memory as all activations of three images. A network that insists on a batch size is run on that many.
     *
     * @param source the network
     * @param input name of its image input, float32 {@code [n, 3, height, width]}
     * @param tensor the tensor to differentiate: a name, or an expression of {@link OnnxGraph}
     * @param objective what of it
     * @param batch images of a batch, at least 1
     * @param height of an image
     * @param width of an image
     * @param options how the network is run
     * @return the prepared network, to be closed
     * @throws IllegalArgumentException if the network takes other batches only
     * @throws IOException if the network cannot be differentiated (the message names the operator) or cannot be run
     */
    public static ImageGradient open(
            NetworkSource source,
            String input,
            String tensor,
            InputGradient.Objective objective,
            int batch,
            int height,
            int width,
            InferenceOptions options)
            throws IOException {
        if (4L * batch * 3 * height * width > Integer.MAX_VALUE) {
            throw new RefusedException(
                    "batches of %d images of %d x %d pixels take more than 2 GiB: take smaller ones"
                            .formatted(batch, width, height),
                    Remedy.BATCH,
                    String.valueOf(Integer.MAX_VALUE / (4L * 3 * height * width)));
        }
        OnnxGraph graph = source.graph();
        byte[] exposed = graph.expose(List.of(tensor));
        OnnxGraph extended = graph.withOutputs(List.of(tensor));
        InputGradient.requireDifferentiable(extended, input, tensor);
        TensorFacts facts;
        byte[] everything = join(exposed, extended.expose(extended.tensors()));
        try (OnnxNetwork probe = OnnxNetwork.load(source.with(everything), options)) {
            Optional<Integer> fixed = probe.fixedBatch(new NetworkInput(input), width, height);
            requireFloats(probe);
            if (fixed.isPresent() && fixed.get() != batch) {
                throw new RefusedException(
                        "%s takes batches of %d images, was asked for %d".formatted(graph.name(), fixed.get(), batch),
                        Remedy.BATCH,
                        String.valueOf(fixed.get()));
            }
            facts = fixed.isPresent()
                    ? facts(probe, input, fixed.get(), height, width)
                    : TensorFacts.ofBatch(
                            facts(probe, input, 1, height, width), facts(probe, input, 2, height, width), batch);
        }
        InputGradient added = InputGradient.of(extended, input, tensor, objective, facts);
        long[] targetShape = Objects.requireNonNull(facts.facts().get(tensor)).shape().stream()
                .mapToLong(Long::longValue)
                .toArray();
        return new ImageGradient(
                OnnxNetwork.load(source.with(join(exposed, added.addition())), options),
                input,
                new long[] {batch, 3, height, width},
                targetShape,
                added);
    }

    private static void requireFloats(OnnxNetwork network) throws InvalidNetworkException {
        TensorSignature image = network.inputs().getFirst();
        if (!image.type().equals("FLOAT")) {
            throw new InvalidNetworkException(
                    "input of %s is %s, and gradients are built in float32 only".formatted(network.name(), image));
        }
    }

    private static byte[] join(byte[] one, byte[] other) {
        byte[] joined = Arrays.copyOf(one, one.length + other.length);
        System.arraycopy(other, 0, joined, one.length, other.length);
        return joined;
    }

    private static TensorFacts facts(OnnxNetwork network, String input, int batch, int height, int width)
            throws InvalidNetworkException {
        long[] shape = {batch, 3, height, width};
        return network.facts(
                Map.of(input, new InputTensor.Floats(InputTensor.buffer(batch * 3 * height * width), shape)));
    }

    /** {@return images of a batch, at least 1} */
    public int batch() {
        return Math.toIntExact(imageShape[0]);
    }

    /** {@return length of a target: the numbers of the tensor for one image} */
    public int targetLength() {
        return Math.toIntExact(Arrays.stream(targetShape).skip(1).reduce(1, (a, b) -> a * b));
    }

    /**
     * Runs a batch.
     *
     * @param images direct buffer of {@code batch * 3 * height * width} normalised values
     * @param targets direct buffer of {@code batch * targetLength} values
     * @return numbers and gradients
     * @throws InvalidNetworkException if the network cannot be run on this
     */
    public Result run(FloatBuffer images, FloatBuffer targets) throws InvalidNetworkException {
        Map<String, OnnxNetwork.Output> outputs = network.run(
                Map.of(
                        input,
                        new InputTensor.Floats(images, imageShape),
                        added.target(),
                        new InputTensor.Floats(targets, targetShape)),
                List.of(added.value(), added.gradient()));
        return new Result(
                Objects.requireNonNull(outputs.get(added.value())).values(),
                Objects.requireNonNull(outputs.get(added.gradient())).values());
    }

    @Override
    public void close() {
        network.close();
    }
}
