// SPDX-License-Identifier: Apache-2.0
package io.github.stray.graph.gradient;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/** Operators that work on each number by itself. With g the gradient of y = f(x), that of x is g f'(x). */
final class Elementwise {
    private Elementwise() {}

    static Map<String, Rule> rules() {
        return Map.ofEntries(
                Map.entry("Identity", step -> step.give(0, step.gradient())),
                Map.entry("Dropout", step -> step.give(0, step.gradient())),
                Map.entry("Cast", step -> step.give(0, step.gradient())),
                Map.entry("Neg", step -> step.give(0, step.emit().negate(step.gradient()))),
                Map.entry("Abs", step -> times(step, step.emit().apply("Sign", step.input(0)))),
                Map.entry("Relu", step -> where(step, positive(step, step.output()))),
                Map.entry("LeakyRelu", Elementwise::leakyRelu),
                Map.entry("PRelu", Elementwise::parametricRelu),
                Map.entry("Elu", Elementwise::elu),
                Map.entry("Clip", Elementwise::clip),
                Map.entry("Sigmoid", step -> times(step, sigmoidSlope(step, step.output()))),
                Map.entry("HardSigmoid", Elementwise::hardSigmoid),
                Map.entry("HardSwish", Elementwise::hardSwish),
                Map.entry("Tanh", step -> times(step, tanhSlope(step, step.output()))),
                Map.entry("Softplus", step -> times(step, step.emit().apply("Sigmoid", step.input(0)))),
                Map.entry("Erf", step -> times(step, bell(step, step.input(0), -1, 2 / Math.sqrt(Math.PI)))),
                Map.entry("Gelu", Elementwise::gelu),
                Map.entry("QuickGelu", Elementwise::quickGelu),
                Map.entry("Exp", step -> times(step, step.output())),
                Map.entry("Log", step -> step.give(0, step.emit().divide(step.gradient(), step.input(0)))),
                Map.entry(
                        "Sqrt",
                        step -> step.give(
                                0, step.emit().divide(step.emit().multiply(step.gradient(), 0.5), step.output()))),
                Map.entry("Reciprocal", Elementwise::reciprocal),
                Map.entry("Sin", step -> times(step, step.emit().apply("Cos", step.input(0)))),
                Map.entry(
                        "Cos",
                        step -> times(step, step.emit().negate(step.emit().apply("Sin", step.input(0))))));
    }

    private static void times(Step step, String slope) throws IOException {
        step.give(0, step.emit().multiply(step.gradient(), slope));
    }

    private static void where(Step step, String condition) throws IOException {
        step.give(0, step.emit().where(condition, step.gradient()));
    }

    private static String positive(Step step, String tensor) {
        return step.emit().node("Greater", List.of(tensor, step.emit().scalar(0)));
    }

    private static String choose(Step step, String condition, String then, String otherwise) {
        return step.emit().node("Where", List.of(condition, then, otherwise));
    }

    private static void leakyRelu(Step step) throws IOException {
        String scaled = step.emit().multiply(step.gradient(), step.attributes().number("alpha", 0.01));
        step.give(0, choose(step, positive(step, step.input(0)), step.gradient(), scaled));
    }

    private static void parametricRelu(Step step) throws IOException {
        if (step.wants(1)) {
            throw step.fault("has a slope that depends on the image");
        }
        String scaled = step.emit().multiply(step.gradient(), step.input(1));
        step.give(0, choose(step, positive(step, step.input(0)), step.gradient(), scaled));
    }

    private static void elu(Step step) throws IOException {
        Emitter emit = step.emit();
        String below = emit.multiply(
                step.gradient(),
                emit.add(step.output(), emit.scalar(step.attributes().number("alpha", 1))));
        step.give(0, choose(step, positive(step, step.input(0)), step.gradient(), below));
    }

    /** As in PyTorch, the slope at a bound itself is 1: what Clip leaves as it is passes. */
    private static void clip(Step step) throws IOException {
        String same = step.emit().node("Equal", List.of(step.input(0), step.output()));
        step.give(0, step.emit().where(same, step.gradient()));
    }

    private static String sigmoidSlope(Step step, String sigmoid) {
        Emitter emit = step.emit();
        return emit.multiply(sigmoid, emit.subtract(emit.scalar(1), sigmoid));
    }

    private static String tanhSlope(Step step, String tanh) {
        Emitter emit = step.emit();
        return emit.subtract(emit.scalar(1), emit.multiply(tanh, tanh));
    }

    private static void hardSigmoid(Step step) throws IOException {
        Emitter emit = step.emit();
        String below = emit.node("Less", List.of(step.output(), emit.scalar(1)));
        String inside = emit.node("And", List.of(positive(step, step.output()), below));
        step.give(
                0,
                emit.where(
                        inside, emit.multiply(step.gradient(), step.attributes().number("alpha", 0.2))));
    }

    /** y = x min(1, max(0, x / 6 + 1/2)). */
    private static void hardSwish(Step step) throws IOException {
        Emitter emit = step.emit();
        String x = step.input(0);
        String slope = emit.add(emit.multiply(x, 1 / 3.0), emit.scalar(0.5));
        String aboveLower = emit.node("Greater", List.of(x, emit.scalar(-3)));
        String belowUpper = emit.node("Less", List.of(x, emit.scalar(3)));
        String inner = choose(step, belowUpper, emit.multiply(step.gradient(), slope), step.gradient());
        step.give(0, emit.where(aboveLower, inner));
    }

    /** {@code factor exp(exponent x^2)}. */
    private static String bell(Step step, String x, double exponent, double factor) {
        Emitter emit = step.emit();
        return emit.multiply(emit.apply("Exp", emit.multiply(emit.multiply(x, x), exponent)), factor);
    }

    /** y = x Phi(x), or with {@code approximate=tanh} y = x/2 (1 + tanh(c (x + 0.044715 x^3))), c = sqrt(2/pi). */
    private static void gelu(Step step) throws IOException {
        Emitter emit = step.emit();
        String x = step.input(0);
        if (step.attributes().text("approximate", "none").equals("none")) {
            String half = emit.multiply(emit.apply("Erf", emit.multiply(x, Math.sqrt(0.5))), 0.5);
            String phi = emit.add(half, emit.scalar(0.5));
            times(step, emit.add(phi, emit.multiply(x, bell(step, x, -0.5, 1 / Math.sqrt(2 * Math.PI)))));
            return;
        }
        double c = Math.sqrt(2 / Math.PI);
        String square = emit.multiply(x, x);
        String inner = emit.multiply(x, emit.add(emit.multiply(square, c * 0.044715), emit.scalar(c)));
        String tanh = emit.apply("Tanh", inner);
        String innerSlope = emit.add(emit.multiply(square, 3 * c * 0.044715), emit.scalar(c));
        String second = emit.multiply(emit.multiply(x, innerSlope), tanhSlope(step, tanh));
        times(step, emit.multiply(emit.add(emit.add(tanh, emit.scalar(1)), second), 0.5));
    }

    /** y = x sigmoid(alpha x). */
    private static void quickGelu(Step step) throws IOException {
        Emitter emit = step.emit();
        String scaled = emit.multiply(step.input(0), step.attributes().number("alpha", 1.702));
        String sigmoid = emit.apply("Sigmoid", scaled);
        String bracket = emit.add(emit.multiply(scaled, emit.subtract(emit.scalar(1), sigmoid)), emit.scalar(1));
        times(step, emit.multiply(sigmoid, bracket));
    }

    private static void reciprocal(Step step) throws IOException {
        Emitter emit = step.emit();
        String square = emit.multiply(step.output(), step.output());
        step.give(0, emit.negate(emit.multiply(step.gradient(), square)));
    }
}
