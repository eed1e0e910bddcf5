// SPDX-License-Identifier: Apache-2.0
package io.github.stray.conformance;

import com.grack.nanojson.JsonObject;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A table of the page.
 *
 * @param title detector id, or a group of metrics
 * @param oracle who computed the expected values
 * @param rows lines
 */
record Section(String title, Oracle oracle, List<Row> rows) {
    /** Name, version and variant as a golden file states them. */
    record Oracle(String name, String version, String variant) {
        static Oracle of(JsonObject golden) {
            JsonObject oracle = golden.getObject("oracle");
            return new Oracle(oracle.getString("name"), oracle.getString("version"), oracle.getString("variant"));
        }

        /** Each name with its version, {@code NumPy 1.24.2, SciPy 1.10.1}; what has no version of its own stands last. */
        String versions() {
            String[] names = name.split(", | and ", -1);
            String[] numbers = version.split(", ", -1);
            if (numbers.length > names.length) {
                return name + " " + version;
            }
            return IntStream.range(0, names.length)
                    .mapToObj(i -> i < numbers.length ? names[i] + " " + numbers[i] : names[i])
                    .collect(Collectors.joining(", "));
        }
    }

    String markdown() {
        var text = new StringBuilder(
                "\n### %s\n\nOracle: %s; %s\n\n%s".formatted(title, oracle.versions(), oracle.variant(), Row.HEADER));
        rows.forEach(row -> text.append(row.markdown()));
        return text.toString();
    }
}
