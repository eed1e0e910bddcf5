// SPDX-License-Identifier: Apache-2.0
package io.github.stray.store;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Function;

/** JSON objects to write. */
public final class JsonRow {
    private JsonRow() {}

    /**
     * {@return an object, in the order given; may be added to}
     *
     * @param namesAndValues name, value, name, value, ..; values as a JSON writer takes them
     * @throws IllegalArgumentException if a value is missing
     */
    public static SequencedMap<String, Object> row(Object... namesAndValues) {
        if (namesAndValues.length % 2 != 0) {
            throw new IllegalArgumentException("a name without a value among " + List.of(namesAndValues));
        }
        var row = new LinkedHashMap<String, Object>();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            row.put((String) namesAndValues[i], namesAndValues[i + 1]);
        }
        return row;
    }

    /**
     * {@return a row for each value}
     *
     * @param <T> type of the values
     * @param values any number
     * @param row the row of one of them
     */
    public static <T> List<Map<String, Object>> rows(
            Collection<? extends T> values, Function<T, ? extends Map<String, Object>> row) {
        return values.stream().<Map<String, Object>>map(row).toList();
    }
}
