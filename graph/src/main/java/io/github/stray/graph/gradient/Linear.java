// SPDX-License-Identifier: Apache-2.0
package io.github.stray.graph.gradient;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Matrix products and convolutions. */
final class Linear {
    private static final int MOST_AXES = 8;

    private Linear() {}

    static Map<String, Rule> rules() {
        return Map.of(
                "MatMul", Linear::matmul,
                "Gemm", Linear::gemm,
                "Einsum", Linear::einsum,
                "Conv", Linear::convolution);
    }

    /** With C = A B: dA = dC B', dB = A' dC, summed over what was broadcast. A vector counts as a matrix of one row or column. */
    private static void matmul(Step step) throws IOException {
        Emitter emit = step.emit();
        long[] left = step.inputShape(0);
        long[] right = step.inputShape(1);
        long[] leftMatrix = left.length == 1 ? new long[] {1, left[0]} : left;
        long[] rightMatrix = right.length == 1 ? new long[] {right[0], 1} : right;
        String a = emit.reshape(step.input(0), left, leftMatrix);
        String b = emit.reshape(step.input(1), right, rightMatrix);
        int rank = Math.max(leftMatrix.length, rightMatrix.length);
        long[] product = new long[rank];
        Arrays.fill(product, 1);
        broadcastInto(product, leftMatrix);
        broadcastInto(product, rightMatrix);
        product[rank - 2] = leftMatrix[leftMatrix.length - 2];
        product[rank - 1] = rightMatrix[rightMatrix.length - 1];
        String gradient = emit.reshape(step.gradient(), step.outputShape(), product);
        if (step.wants(0)) {
            String full = emit.matmul(gradient, emit.transposeLast(b, rightMatrix.length));
            long[] shape = product.clone();
            shape[rank - 1] = leftMatrix[leftMatrix.length - 1];
            step.give(0, emit.reshape(step.unbroadcast(full, shape, leftMatrix), leftMatrix, left));
        }
        if (step.wants(1)) {
            String full = emit.matmul(emit.transposeLast(a, leftMatrix.length), gradient);
            long[] shape = product.clone();
            shape[rank - 2] = rightMatrix[rightMatrix.length - 2];
            step.give(1, emit.reshape(step.unbroadcast(full, shape, rightMatrix), rightMatrix, right));
        }
    }

    private static void broadcastInto(long[] product, long[] matrix) {
        for (int i = 0; i < matrix.length - 2; i++) {
            int at = product.length - matrix.length + i;
            product[at] = Math.max(product[at], matrix[i]);
        }
    }

    private static void gemm(Step step) throws IOException {
        Emitter emit = step.emit();
        boolean leftTurned = step.attributes().integer("transA", 0) != 0;
        boolean rightTurned = step.attributes().integer("transB", 0) != 0;
        double alpha = step.attributes().number("alpha", 1);
        String gradient = alpha == 1 ? step.gradient() : emit.multiply(step.gradient(), alpha);
        if (step.wants(0)) {
            String right = rightTurned ? step.input(1) : emit.transposeLast(step.input(1), 2);
            String turned = emit.matmul(gradient, right);
            step.give(0, leftTurned ? emit.transposeLast(turned, 2) : turned);
        }
        if (step.wants(1)) {
            String left = leftTurned ? step.input(0) : emit.transposeLast(step.input(0), 2);
            String turned = emit.matmul(left, gradient);
            step.give(1, rightTurned ? emit.transposeLast(turned, 2) : turned);
        }
        if (step.wants(2)) {
            double beta = step.attributes().number("beta", 1);
            step.giveBroadcast(
                    2, beta == 1 ? step.gradient() : emit.multiply(step.gradient(), beta), step.outputShape());
        }
    }

    /** The gradient of an operand is the product of the result's gradient with the other operands, by the same letters. */
    private static void einsum(Step step) throws IOException {
        String equation = step.attributes().text("equation", "").replace(" ", "");
        String[] sides = equation.split("->", -1);
        String[] operands = sides[0].split(",", -1);
        if (sides.length > 2 || operands.length != step.inputs()) {
            throw step.fault("has the equation '%s', which is not understood: expected such as bhid,bhjd->bhij"
                    .formatted(equation));
        }
        String dots = spelledOut(step, operands);
        String result =
                sides.length == 2 ? sides[1].replace("...", dots) : dots + once(String.join("", operands), dots);
        for (int i = 0; i < operands.length; i++) {
            if (step.wants(i)) {
                step.give(i, einsum(step, operands, result, i));
            }
        }
    }

    /** Puts letters into the place of an operand's three dots, the same for the same axes counted from the right. */
    private static String spelledOut(Step step, String[] operands) throws IOException {
        String used = String.join("", operands);
        String free = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                .chars()
                .filter(letter -> used.indexOf(letter) < 0)
                .limit(MOST_AXES)
                .mapToObj(Character::toString)
                .collect(Collectors.joining());
        String longest = "";
        var sizes = new HashMap<Character, Long>();
        for (int i = 0; i < operands.length; i++) {
            int at = operands[i].indexOf("...");
            if (at < 0) {
                continue;
            }
            long[] shape = step.inputShape(i);
            int axes = shape.length - (operands[i].length() - "...".length());
            if (axes < 0 || axes > free.length()) {
                throw step.fault("has '%s' for an operand of %d axes".formatted(operands[i], shape.length));
            }
            String letters = free.substring(free.length() - axes);
            for (int k = 0; k < axes; k++) {
                Long other = sizes.putIfAbsent(letters.charAt(k), shape[at + k]);
                if (other != null && other != shape[at + k]) {
                    throw step.fault("broadcasts an axis that three dots stand for, which has no gradient here");
                }
            }
            operands[i] = operands[i].replace("...", letters);
            longest = letters.length() > longest.length() ? letters : longest;
        }
        return longest;
    }

    /** What an equation without an arrow gives behind its dots: the letters that occur once, in alphabetical order. */
    private static String once(String letters, String dots) {
        return letters.chars()
                .filter(letter -> dots.indexOf(letter) < 0 && letters.indexOf(letter) == letters.lastIndexOf(letter))
                .sorted()
                .mapToObj(Character::toString)
                .collect(Collectors.joining());
    }

    private static String einsum(Step step, String[] operands, String result, int wanted) throws IOException {
        String own = operands[wanted];
        if (letters(own).size() != own.length() || letters(result).size() != result.length()) {
            throw step.fault("takes a diagonal, which has no gradient here");
        }
        var equation = new ArrayList<>(List.of(result));
        var inputs = new ArrayList<>(List.of(step.gradient()));
        Set<Character> met = letters(result);
        for (int i = 0; i < operands.length; i++) {
            if (i != wanted) {
                equation.add(operands[i]);
                inputs.add(step.input(i));
                met.addAll(letters(operands[i]));
            }
        }
        Emitter emit = step.emit();
        long[] shape = step.inputShape(wanted);
        long[] small = shape.clone();
        for (int i = 0; i < own.length(); i++) {
            if (!met.contains(own.charAt(i))) {
                small[i] = 1;
            }
        }
        String kept = own.chars()
                .filter(letter -> met.contains((char) letter))
                .mapToObj(Character::toString)
                .collect(Collectors.joining());
        long[] keptShape = IntStream.range(0, own.length())
                .filter(i -> met.contains(own.charAt(i)))
                .mapToLong(i -> shape[i])
                .toArray();
        String product =
                emit.node("Einsum", inputs, Emitter.attribute("equation", String.join(",", equation) + "->" + kept));
        return emit.expand(emit.reshape(product, keptShape, small), small, shape);
    }

    private static Set<Character> letters(String operand) {
        return operand.chars().mapToObj(letter -> (char) letter).collect(Collectors.toCollection(LinkedHashSet::new));
    }

    private static void convolution(Step step) throws IOException {
        if (step.wants(1) || step.wants(2)) {
            throw step.fault("has weights that depend on the image");
        }
        long[] weights = step.inputShape(1);
        Windows windows = Windows.of(step, Windows.spatial(weights, weights.length - 2));
        long group = step.attributes().integer("group", 1);
        boolean reaches = IntStream.range(0, windows.axes())
                .allMatch(i -> windows.before()[i] < windows.extent(i) && windows.after()[i] < windows.extent(i));
        step.give(
                0,
                windows.hasUnitStride() && reaches
                        ? convolutionBack(step, weights, windows, group)
                        : windows.spread(step.emit(), step.gradient(), step.input(1), group));
    }

    /** Where the windows move by 1, the way back is a convolution too, with the kernel turned round. */
    private static String convolutionBack(Step step, long[] weights, Windows windows, long group) throws IOException {
        Emitter emit = step.emit();
        int rank = weights.length;
        long outputs = weights[0] / group;
        String turned = step.input(1);
        for (int axis = 2; axis < rank; axis++) {
            if (weights[axis] > 1) {
                turned = emit.flip(turned, axis);
            }
        }
        long[] grouped = new long[rank + 1];
        grouped[0] = group;
        grouped[1] = outputs;
        System.arraycopy(weights, 1, grouped, 2, rank - 1);
        long[] order = IntStream.range(0, rank + 1).mapToLong(i -> i).toArray();
        order[1] = 2;
        order[2] = 1;
        long[] back = weights.clone();
        back[0] = group * weights[1];
        back[1] = outputs;
        long[] exchanged = grouped.clone();
        exchanged[1] = weights[1];
        exchanged[2] = outputs;
        String kernel = emit.reshape(emit.transpose(emit.reshape(turned, weights, grouped), order), exchanged, back);
        long[] pads = new long[2 * windows.axes()];
        for (int i = 0; i < windows.axes(); i++) {
            pads[i] = windows.extent(i) - 1 - windows.before()[i];
            pads[windows.axes() + i] = windows.extent(i) - 1 - windows.after()[i];
        }
        return emit.node(
                "Conv",
                List.of(step.gradient(), kernel),
                Emitter.attribute("kernel_shape", windows.kernel()),
                Emitter.attribute("dilations", windows.dilation()),
                Emitter.attribute("pads", pads),
                Emitter.attribute("group", group));
    }
}
