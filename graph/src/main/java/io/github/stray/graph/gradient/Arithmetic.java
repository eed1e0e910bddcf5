// SPDX-License-Identifier: Apache-2.0
package io.github.stray.graph.gradient;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Operators that join tensors number by number, the smaller ones broadcast. */
final class Arithmetic {
    private Arithmetic() {}

    static Map<String, Rule> rules() {
        return Map.ofEntries(
                Map.entry("Add", Arithmetic::sum),
                Map.entry("Sum", Arithmetic::sum),
                Map.entry("Mean", Arithmetic::mean),
                Map.entry("Sub", Arithmetic::subtract),
                Map.entry("Mul", Arithmetic::multiply),
                Map.entry("Div", Arithmetic::divide),
                Map.entry("Pow", Arithmetic::power),
                Map.entry("Max", step -> extremum(step, "Less")),
                Map.entry("Min", step -> extremum(step, "Greater")),
                Map.entry("Where", Arithmetic::where));
    }

    private static void sum(Step step) throws IOException {
        for (int i = 0; i < step.inputs(); i++) {
            give(step, i, step.gradient());
        }
    }

    private static void give(Step step, int input, String gradient) throws IOException {
        if (step.wants(input)) {
            step.giveBroadcast(input, gradient, step.outputShape());
        }
    }

    private static void mean(Step step) throws IOException {
        String share = step.emit().multiply(step.gradient(), 1.0 / step.inputs());
        for (int i = 0; i < step.inputs(); i++) {
            give(step, i, share);
        }
    }

    private static void subtract(Step step) throws IOException {
        give(step, 0, step.gradient());
        if (step.wants(1)) {
            // Fewer numbers are negated after the sum than before it.
            String summed = step.unbroadcast(step.gradient(), step.outputShape(), step.inputShape(1));
            step.give(1, step.emit().negate(summed));
        }
    }

    private static void multiply(Step step) throws IOException {
        for (int i = 0; i < 2; i++) {
            if (step.wants(i)) {
                give(step, i, step.emit().multiply(step.gradient(), step.input(1 - i)));
            }
        }
    }

    private static void divide(Step step) throws IOException {
        Emitter emit = step.emit();
        String quotient = emit.divide(step.gradient(), step.input(1));
        give(step, 0, quotient);
        if (step.wants(1)) {
            String summed =
                    step.unbroadcast(emit.multiply(quotient, step.output()), step.outputShape(), step.inputShape(1));
            step.give(1, emit.negate(summed));
        }
    }

    private static void power(Step step) throws IOException {
        if (step.wants(1)) {
            throw step.fault("has an exponent that depends on the image");
        }
        Emitter emit = step.emit();
        // Newer operator sets allow an exponent of integers.
        String exponent = emit.cast(step.input(1));
        String lower = emit.node("Pow", List.of(step.input(0), emit.subtract(exponent, emit.scalar(1))));
        give(step, 0, emit.multiply(step.gradient(), emit.multiply(lower, exponent)));
    }

    /** Equal numbers share the gradient. */
    private static void extremum(Step step, String beaten) throws IOException {
        Emitter emit = step.emit();
        var wins = new ArrayList<String>();
        for (int i = 0; i < step.inputs(); i++) {
            wins.add(emit.unless(beaten, step.input(i), step.output()));
        }
        String share = emit.divide(step.gradient(), emit.sum(wins));
        for (int i = 0; i < step.inputs(); i++) {
            if (step.wants(i)) {
                give(step, i, emit.multiply(wins.get(i), share));
            }
        }
    }

    private static void where(Step step) throws IOException {
        Emitter emit = step.emit();
        if (step.wants(1)) {
            give(step, 1, emit.where(step.input(0), step.gradient()));
        }
        if (step.wants(2)) {
            give(step, 2, emit.node("Where", List.of(step.input(0), emit.scalar(0), step.gradient())));
        }
    }
}
