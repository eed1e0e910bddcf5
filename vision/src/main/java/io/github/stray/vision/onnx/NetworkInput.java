// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.onnx;

import java.nio.FloatBuffer;
import java.util.List;
import java.util.Optional;

/**
 * How a network takes images.
 *
 * @param tensor name of its one input, float32 or float16
 * @param layout order of the sizes of that input
 * @param batch images that it must be given at once, because features would depend on the others otherwise or it takes
 *     no more; empty where that is free, or the network says it itself
 */
public record NetworkInput(String tensor, Layout layout, Optional<Integer> batch) {
    /** Order of the sizes of a batch of images. */
    public enum Layout {
        /** {@code [n, 3, height, width]}, as PyTorch's. */
        NCHW,
        /** {@code [n, height, width, 3]}, as TensorFlow's. */
        NHWC
    }

    /** Checks the batch. */
    public NetworkInput {
        if (batch.isPresent() && batch.get() < 1) {
            throw new IllegalArgumentException("batch must be at least 1, was " + batch.get());
        }
    }

    /**
     * An input {@code [n, 3, height, width]} for any number of images.
     *
     * @param tensor its name
     */
    public NetworkInput(String tensor) {
        this(tensor, Layout.NCHW, Optional.empty());
    }

    /**
     * {@return the input as the graph declares it: NHWC where the last of four sizes is 3 and the second is not}
     *
     * @param declared an input of a network
     */
    public static NetworkInput of(TensorSignature declared) {
        List<Long> sizes = declared.shape();
        boolean last = sizes.size() == 4 && sizes.get(3) == 3 && sizes.get(1) != 3;
        return new NetworkInput(declared.name(), last ? Layout.NHWC : Layout.NCHW, Optional.empty());
    }

    /** {@return the same input, to be given one image at a time} */
    public NetworkInput single() {
        return new NetworkInput(tensor, layout, Optional.of(1));
    }

    /** {@return what tells it from others of the same network: the tensor, and the batch where it matters} */
    public String describe() {
        return batch.map(size -> tensor + " in batches of " + size).orElse(tensor);
    }

    /** {@return the sizes of one image} */
    List<Integer> sizes(int width, int height) {
        return layout == Layout.NCHW ? List.of(3, height, width) : List.of(height, width, 3);
    }

    /**
     * {@return prepared images as the network takes them}
     *
     * @param planes direct buffer in native order, {@code [images, 3, height, width]}; not changed
     * @param images how many
     * @param width of an image
     * @param height of an image
     */
    public InputTensor give(FloatBuffer planes, int images, int width, int height) {
        long[] shape = {images, 3, height, width};
        return layout == Layout.NCHW
                ? new InputTensor.Floats(planes, shape)
                : new InputTensor.ChannelsLast(planes, shape);
    }
}
