// SPDX-License-Identifier: Apache-2.0
package io.github.stray.graph.gradient;

import io.github.stray.graph.NodeAttributes;
import java.io.IOException;
import java.util.List;

/**
 * The windows that a convolution or pooling moves over its input, one number a spatial axis. Output o and place k of the
 * window meet the input at {@code o * stride + k * dilation - before}.
 *
 * @param input sizes of the input
 * @param output sizes of the output
 * @param kernel sizes of the window
 * @param stride steps between windows
 * @param dilation steps within a window
 * @param before padding in front
 * @param after padding behind
 */
@SuppressWarnings("ArrayRecordComponent")
record Windows(
        long[] input, long[] output, long[] kernel, long[] stride, long[] dilation, long[] before, long[] after) {

    static Windows of(Step step, long[] kernel) throws IOException {
        int axes = kernel.length;
        NodeAttributes attributes = step.attributes();
        long[] input = spatial(step.inputShape(0), axes);
        long[] output = spatial(step.outputShape(), axes);
        long[] stride = attributes.integers("strides", axes, 1);
        long[] dilation = attributes.integers("dilations", axes, 1);
        long[] before = new long[axes];
        long[] after = new long[axes];
        String padding = attributes.text("auto_pad", "NOTSET");
        List<Long> pads = attributes.integers("pads");
        for (int i = 0; i < axes; i++) {
            switch (padding) {
                case "NOTSET" -> {
                    before[i] = pads.isEmpty() ? 0 : pads.get(i);
                    after[i] = pads.isEmpty() ? 0 : pads.get(axes + i);
                }
                case "VALID" -> {}
                case "SAME_UPPER", "SAME_LOWER" -> {
                    long all = Math.max(0, (output[i] - 1) * stride[i] + dilation[i] * (kernel[i] - 1) + 1 - input[i]);
                    before[i] = padding.equals("SAME_UPPER") ? all / 2 : all - all / 2;
                    after[i] = all - before[i];
                }
                default -> throw step.fault("has the auto_pad '%s', which is not known".formatted(padding));
            }
        }
        return new Windows(input, output, kernel, stride, dilation, before, after);
    }

    static long[] spatial(long[] shape, int axes) {
        return java.util.Arrays.copyOfRange(shape, shape.length - axes, shape.length);
    }

    int axes() {
        return kernel.length;
    }

    /** Reach of a window. */
    long extent(int axis) {
        return dilation[axis] * (kernel[axis] - 1) + 1;
    }

    /** Padded places that any window reaches. */
    long reached(int axis) {
        return (output[axis] - 1) * stride[axis] + extent(axis);
    }

    boolean hasUnitStride() {
        return java.util.Arrays.stream(stride).allMatch(size -> size == 1);
    }

    /** Adds up what each place of each window gets: a transposed convolution that gives the input's sizes. */
    String spread(Emitter emit, String tensor, String kernels, long group) {
        int axes = axes();
        long[] pads = new long[2 * axes];
        long[] extra = new long[axes];
        for (int i = 0; i < axes; i++) {
            long behind = reached(i) - before[i] - input[i];
            pads[i] = before[i];
            pads[axes + i] = Math.max(0, behind);
            extra[i] = Math.max(0, -behind);
        }
        return emit.node(
                "ConvTranspose",
                List.of(tensor, kernels),
                Emitter.attribute("kernel_shape", kernel),
                Emitter.attribute("strides", stride),
                Emitter.attribute("dilations", dilation),
                Emitter.attribute("pads", pads),
                Emitter.attribute("output_padding", extra),
                Emitter.attribute("group", group));
    }
}
