// SPDX-License-Identifier: Apache-2.0
package io.github.stray.conformance;

import java.util.Locale;

/**
 * One line of the page.
 *
 * @param name what is compared: options of a detector, or a metric and its convention
 * @param inputs number of inputs
 * @param values number of values compared
 * @param difference largest relative difference found
 * @param tolerance largest one allowed
 */
record Row(String name, int inputs, int values, double difference, double tolerance) {
    static final String HEADER = "| | inputs | values | difference | tolerance |\n|---|---:|---:|---:|---:|\n";

    static Row of(String name, Comparison comparison, double tolerance) {
        return new Row(name, comparison.inputs(), comparison.values(), comparison.largest(), tolerance);
    }

    boolean isWithinTolerance() {
        return difference <= tolerance;
    }

    String markdown() {
        return "| %s | %d | %d | %s | %s |\n"
                .formatted(
                        name.replace("|", "\\|"),
                        inputs,
                        values,
                        Conformance.measured(difference),
                        tolerance == 0 ? "none" : "at most " + digit(tolerance));
    }

    static String digit(double value) {
        return value == 0 ? "0" : String.format(Locale.ROOT, "%.0e", value).replace("e-0", "e-");
    }
}
