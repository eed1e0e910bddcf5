// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.onnx;

import io.github.stray.feature.Layer;
import io.github.stray.vision.onnx.OnnxNetwork.Output;
import io.github.stray.vision.preprocess.PreparedImages.Prepared.Image;
import io.github.stray.vision.preprocess.Preprocessing;
import java.nio.FloatBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Runs resized images through a network and reads the wanted layers. Immutable.
 *
 * @param network the network
 * @param input how it takes images
 * @param preprocessing normalisation
 * @param layers layer name to output
 * @param fixedBatch batch size the network insists on; short batches are padded with zeros
 */
record Inference(
        OnnxNetwork network,
        NetworkInput input,
        Preprocessing preprocessing,
        Map<Layer, NetworkLayer> layers,
        Optional<Integer> fixedBatch) {

    /** Images the input buffer must hold for batches of this size. */
    int capacity(int batch) {
        return fixedBatch
                .map(fixed -> Math.multiplyExact(Math.ceilDiv(batch, fixed), fixed))
                .orElse(batch);
    }

    /**
     * Features of some images.
     *
     * @param images n images of the input's size
     * @param buffer direct, room for {@code capacity(n)} images
     * @return for each layer {@code n * dimension} floats in an array of its own, times the number of patches for {@code patches}
     */
    Map<Layer, float[]> run(List<Image> images, FloatBuffer buffer) throws InvalidNetworkException {
        for (int i = 0; i < images.size(); i++) {
            preprocessing.tensor(images.get(i).resized(), buffer, i * preprocessing.length());
        }
        return run(images.size(), buffer);
    }

    /**
     * Features of some images that lie in the buffer.
     *
     * @param images how many, n
     * @param buffer direct, {@code [n, 3, height, width]} of normalised values, and room for {@code capacity(n)} images
     * @return for each layer {@code n * dimension} floats, times the number of patches for {@code patches}
     */
    Map<Layer, float[]> run(int images, FloatBuffer buffer) throws InvalidNetworkException {
        int length = preprocessing.length();
        int step = fixedBatch.orElse(images);
        for (int i = images * length; i < capacity(images) * length; i++) {
            buffer.put(i, 0);
        }
        List<String> tensors =
                layers.values().stream().map(NetworkLayer::tensor).distinct().toList();
        var rows = new HashMap<Layer, float[]>();
        for (int from = 0; from < images; from += step) {
            int count = Math.min(step, images - from);
            InputTensor given = input.give(
                    buffer.slice(from * length, step * length), step, preprocessing.width(), preprocessing.height());
            Map<String, Output> outputs = network.run(Map.of(input.tensor(), given), tensors);
            for (Map.Entry<Layer, NetworkLayer> layer : layers.entrySet()) {
                NetworkLayer expected = layer.getValue();
                Output output = Objects.requireNonNull(outputs.get(expected.tensor()));
                checkShape(layer.getKey(), expected, output, step);
                if (count == images && count == step && !rows.containsValue(output.values())) {
                    // All rows in an array of their own, unless another layer has it already.
                    rows.put(layer.getKey(), output.values());
                    continue;
                }
                int perImage = output.values().length / step;
                float[] target = rows.computeIfAbsent(layer.getKey(), name -> new float[images * perImage]);
                System.arraycopy(output.values(), 0, target, from * perImage, count * perImage);
            }
        }
        return rows;
    }

    private void checkShape(Layer name, NetworkLayer layer, Output output, int count) throws InvalidNetworkException {
        List<Long> rows = List.of((long) count, (long) layer.dimension());
        List<Long> maps = List.of((long) count, (long) layer.dimension(), 1L, 1L);
        List<Long> shape = output.shape();
        boolean fits = name == Layer.PATCHES
                ? shape.size() == 3 && shape.get(0) == count && shape.get(1) > 0 && shape.get(2) == layer.dimension()
                : shape.equals(rows) || shape.equals(maps);
        if (!fits) {
            throw new InvalidNetworkException("layer '%s' of %s came out as %s for %d images, expected %s"
                    .formatted(name, network.name(), output.shape(), count, OnnxExtractor.expected(name, layer)));
        }
    }
}
