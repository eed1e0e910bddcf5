// SPDX-License-Identifier: Apache-2.0
package io.github.stray.graph.gradient;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Operators that move numbers, leave some out, or repeat them. */
final class Shapes {
    private Shapes() {}

    static Map<String, Rule> rules() {
        return Map.ofEntries(
                Map.entry("Reshape", Shapes::reshape),
                Map.entry("Flatten", Shapes::reshape),
                Map.entry("Squeeze", Shapes::reshape),
                Map.entry("Unsqueeze", Shapes::reshape),
                Map.entry("Transpose", Shapes::transpose),
                Map.entry("Concat", Shapes::concat),
                Map.entry("Split", Shapes::split),
                Map.entry("Slice", Shapes::slice),
                Map.entry("Gather", Shapes::gather),
                Map.entry("Expand", step -> step.giveBroadcast(0, step.gradient(), step.outputShape())),
                Map.entry("Tile", Shapes::tile),
                Map.entry("Pad", Shapes::pad));
    }

    private static void reshape(Step step) throws IOException {
        step.give(0, step.emit().reshape(step.gradient(), step.outputShape(), step.inputShape(0)));
    }

    private static void transpose(Step step) throws IOException {
        int rank = step.inputShape(0).length;
        List<Long> order = step.attributes().integers("perm");
        long[] back = new long[rank];
        for (int i = 0; i < rank; i++) {
            back[order.isEmpty() ? i : order.get(i).intValue()] = order.isEmpty() ? rank - 1 - i : i;
        }
        step.give(0, step.emit().transpose(step.gradient(), back));
    }

    private static void concat(Step step) throws IOException {
        int axis = Step.axis(step.attributes().integer("axis", 0), step.outputShape().length);
        long from = 0;
        for (int i = 0; i < step.inputs(); i++) {
            long to = from + step.inputShape(i)[axis];
            if (step.wants(i) && to > from) {
                step.give(i, step.emit().slice(step.gradient(), axis, from, to, 1));
            }
            from = to;
        }
    }

    private static void split(Step step) throws IOException {
        Emitter emit = step.emit();
        int axis = Step.axis(step.attributes().integer("axis", 0), step.inputShape(0).length);
        var parts = new ArrayList<String>();
        for (int i = 0; i < step.outputs(); i++) {
            long[] shape = step.outputShape(i);
            Optional<String> gradient = step.gradient(i);
            parts.add(gradient.isPresent() ? gradient.get() : emit.expand(emit.scalar(0), new long[0], shape));
        }
        step.give(0, emit.concat(parts, axis));
    }

    private static void slice(Step step) throws IOException {
        long[] shape = step.inputShape(0);
        long[] starts = step.integers(1);
        long[] axes = step.has(3)
                ? step.integers(3)
                : LongStream.range(0, starts.length).toArray();
        long[] steps = step.has(4) ? step.integers(4) : new long[0];
        long[] sizes = step.outputShape().clone();
        String gradient = step.gradient();
        for (int i = 0; i < axes.length; i++) {
            int axis = Step.axis(axes[i], shape.length);
            long stride = steps.length == 0 ? 1 : steps[i];
            long last = stride > 0 ? shape[axis] : shape[axis] - 1;
            long start = Math.clamp(starts[i] < 0 ? starts[i] + shape[axis] : starts[i], 0, last);
            long[] rows = LongStream.range(0, sizes[axis])
                    .map(row -> start + row * stride)
                    .toArray();
            gradient = scatter(step, gradient, sizes, axis, rows, shape[axis]);
            sizes[axis] = shape[axis];
        }
        step.give(0, gradient);
    }

    private static void gather(Step step) throws IOException {
        if (step.wants(1)) {
            throw step.fault("has indices that depend on the image");
        }
        long[] shape = step.inputShape(0);
        int axis = Step.axis(step.attributes().integer("axis", 0), shape.length);
        long[] rows = Arrays.stream(step.integers(1))
                .map(row -> row < 0 ? row + shape[axis] : row)
                .toArray();
        long[] taken = shape.clone();
        taken[axis] = rows.length;
        String gradient = step.emit().reshape(step.gradient(), step.outputShape(), taken);
        step.give(0, scatter(step, gradient, taken, axis, rows, shape[axis]));
    }

    /** Puts rows of one axis where they were taken from, adds up those taken more than once, and leaves 0 elsewhere. */
    private static String scatter(Step step, String tensor, long[] shape, int axis, long[] rows, long size) {
        Emitter emit = step.emit();
        boolean contiguous =
                rows.length > 0 && IntStream.range(1, rows.length).allMatch(i -> rows[i] == rows[i - 1] + 1);
        long[] before = new long[shape.length];
        long[] after = new long[shape.length];
        if (contiguous) {
            before[axis] = rows[0];
            after[axis] = size - rows[0] - rows.length;
            return emit.pad(tensor, before, after, 0);
        }
        after[axis] = 1;
        String withZeros = emit.pad(tensor, before, after, 0);
        var sources = new ArrayList<List<Long>>();
        LongStream.range(0, size).forEach(place -> sources.add(new ArrayList<>()));
        for (int i = 0; i < rows.length; i++) {
            sources.get((int) rows[i]).add((long) i);
        }
        int most = sources.stream().mapToInt(List::size).max().orElse(0);
        var terms = new ArrayList<String>();
        for (int term = 0; term < Math.max(1, most); term++) {
            int nth = term;
            long[] indices = sources.stream()
                    .mapToLong(from -> nth < from.size() ? from.get(nth) : rows.length)
                    .toArray();
            terms.add(emit.node("Gather", List.of(withZeros, emit.integers(indices)), Emitter.attribute("axis", axis)));
        }
        return emit.sum(terms);
    }

    private static void tile(Step step) throws IOException {
        Emitter emit = step.emit();
        long[] shape = step.inputShape(0);
        long[] repeats = step.integers(1);
        long[] apart = new long[2 * shape.length];
        long[] axes = new long[shape.length];
        for (int i = 0; i < shape.length; i++) {
            apart[2 * i] = repeats[i];
            apart[2 * i + 1] = shape[i];
            axes[i] = 2L * i;
        }
        long[] summed = apart.clone();
        for (long axis : axes) {
            summed[(int) axis] = 1;
        }
        String gradient = emit.reduceSum(emit.reshape(step.gradient(), step.outputShape(), apart), axes);
        step.give(0, emit.reshape(gradient, summed, shape));
    }

    private static void pad(Step step) throws IOException {
        String mode = step.attributes().text("mode", "constant");
        if (!mode.equals("constant")) {
            throw step.fault("fills with the mode '%s', which has no gradient here; only constant has".formatted(mode));
        }
        int rank = step.inputShape(0).length;
        long[] pads = step.integers(1);
        long[] axes = step.has(3) ? step.integers(3) : LongStream.range(0, rank).toArray();
        long[] before = new long[rank];
        long[] after = new long[rank];
        for (int i = 0; i < axes.length; i++) {
            int axis = Step.axis(axes[i], rank);
            before[axis] = -pads[i];
            after[axis] = -pads[axes.length + i];
        }
        step.give(0, step.emit().pad(step.gradient(), before, after, 0));
    }
}
