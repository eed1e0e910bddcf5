// SPDX-License-Identifier: Apache-2.0
package io.github.stray.graph.gradient;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Pooling, its windows overlapping or not. What each place of each window gets is added up by a transposed convolution
 * whose kernels have a single 1.
 */
final class Pooling {
    private Pooling() {}

    static Map<String, Rule> rules() {
        return Map.of(
                "AveragePool", Pooling::average,
                "MaxPool", Pooling::maximum,
                "GlobalAveragePool", Pooling::globalAverage,
                "GlobalMaxPool", Pooling::globalMaximum);
    }

    private static Windows windows(Step step) throws IOException {
        return Windows.of(
                step,
                step.attributes().integers("kernel_shape").stream()
                        .mapToLong(Long::longValue)
                        .toArray());
    }

    private static void average(Step step) throws IOException {
        Emitter emit = step.emit();
        Windows windows = windows(step);
        long channels = step.inputShape(0)[1];
        boolean countPadding = step.attributes().integer("count_include_pad", 0) != 0;
        long[] shape = shape(1, 1, windows.output());
        String shares = emit.floats(shape, shares(windows, countPadding));
        long[] kernels = shape(channels, 1, windows.kernel());
        float[] ones = new float[Math.toIntExact(product(kernels))];
        Arrays.fill(ones, 1);
        String shared = emit.multiply(step.gradient(), shares);
        step.give(0, windows.spread(emit, shared, emit.floats(kernels, ones), channels));
    }

    /** 1 / the number of places that each window averages. */
    private static float[] shares(Windows windows, boolean countPadding) {
        float[] shares = {1};
        for (int axis = 0; axis < windows.axes(); axis++) {
            float[] next = new float[Math.toIntExact(shares.length * windows.output()[axis])];
            for (int i = 0; i < next.length; i++) {
                int o = (int) (i % windows.output()[axis]);
                next[i] = shares[(int) (i / windows.output()[axis])] / places(windows, axis, o, countPadding);
            }
            shares = next;
        }
        return shares;
    }

    private static long places(Windows windows, int axis, int output, boolean countPadding) {
        long first = output * windows.stride()[axis] - windows.before()[axis];
        long from = countPadding ? -windows.before()[axis] : 0;
        long to = windows.input()[axis] + (countPadding ? windows.after()[axis] : 0);
        return IntStream.range(0, (int) windows.kernel()[axis])
                .mapToLong(k -> first + k * windows.dilation()[axis])
                .filter(at -> at >= from && at < to)
                .count();
    }

    /** The first of equal maxima gets the gradient, as in PyTorch. */
    private static void maximum(Step step) throws IOException {
        if (step.outputs() > 1 && step.gradient(1).isPresent()) {
            throw step.fault("gives indices that are used");
        }
        Emitter emit = step.emit();
        Windows windows = windows(step);
        long batch = step.inputShape(0)[0];
        long channels = step.inputShape(0)[1];
        int places = Math.toIntExact(product(windows.kernel()));
        String padded = padded(step, windows);
        long[] apart = new long[windows.axes() + 3];
        apart[0] = batch;
        apart[1] = channels;
        apart[2] = 1;
        System.arraycopy(windows.output(), 0, apart, 3, windows.axes());
        var shares = new ArrayList<String>();
        String left = step.gradient();
        for (int place = 0; place < places; place++) {
            String values = padded;
            int rest = place;
            for (int axis = windows.axes() - 1; axis >= 0; axis--) {
                long k = rest % windows.kernel()[axis];
                rest /= (int) windows.kernel()[axis];
                long from = k * windows.dilation()[axis];
                long to = from + (windows.output()[axis] - 1) * windows.stride()[axis] + 1;
                values = emit.slice(values, axis + 2, from, to, windows.stride()[axis]);
            }
            String loses = emit.node("Less", List.of(values, step.output()));
            String share = emit.node("Where", List.of(loses, emit.scalar(0), left));
            left = emit.where(loses, left);
            shares.add(emit.reshape(share, step.outputShape(), apart));
        }
        long[] stacked = shape(batch, channels * places, windows.output());
        long[] joined = apart.clone();
        joined[2] = places;
        String all = emit.reshape(emit.concat(shares, 2), joined, stacked);
        long[] kernels = shape(channels * places, 1, windows.kernel());
        float[] ones = new float[Math.toIntExact(channels * places * places)];
        for (int i = 0; i < ones.length / places; i++) {
            ones[i * places + i % places] = 1;
        }
        step.give(0, windows.spread(emit, all, emit.floats(kernels, ones), channels));
    }

    /** The input with minus infinity around it, as far as windows reach. */
    private static String padded(Step step, Windows windows) {
        long[] before = new long[windows.axes() + 2];
        long[] after = new long[windows.axes() + 2];
        for (int i = 0; i < windows.axes(); i++) {
            before[i + 2] = windows.before()[i];
            after[i + 2] = Math.max(0, windows.reached(i) - windows.before()[i] - windows.input()[i]);
        }
        return step.emit().pad(step.input(0), before, after, Double.NEGATIVE_INFINITY);
    }

    private static void globalAverage(Step step) throws IOException {
        long[] shape = step.inputShape(0);
        double share = 1.0 / product(Windows.spatial(shape, shape.length - 2));
        step.give(0, step.emit().expand(step.emit().multiply(step.gradient(), share), step.outputShape(), shape));
    }

    private static void globalMaximum(Step step) throws IOException {
        Emitter emit = step.emit();
        String wins = emit.unless("Less", step.input(0), step.output());
        long[] axes =
                IntStream.range(2, step.inputShape(0).length).mapToLong(i -> i).toArray();
        step.give(0, emit.multiply(wins, emit.divide(step.gradient(), emit.reduceSum(wins, axes))));
    }

    private static long[] shape(long first, long second, long[] rest) {
        long[] shape = new long[rest.length + 2];
        shape[0] = first;
        shape[1] = second;
        System.arraycopy(rest, 0, shape, 2, rest.length);
        return shape;
    }

    private static long product(long[] sizes) {
        return Arrays.stream(sizes).reduce(1, (a, b) -> a * b);
    }
}
