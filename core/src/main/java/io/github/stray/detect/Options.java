// SPDX-License-Identifier: Apache-2.0
package io.github.stray.detect;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What was written for the options of one detector.
 *
 * @param id the detector
 * @param given texts by option name
 */
record Options(String id, Map<String, String> given) {
    /** Refuses options that the detector does not have. */
    static Options of(String id, List<String> known, Map<String, String> given) {
        for (String name : given.keySet()) {
            if (!known.contains(name)) {
                throw new IllegalArgumentException(
                        "detector %s has no option '%s'; %s".formatted(id, name, Suggestion.among(name, known)));
            }
        }
        return new Options(id, given);
    }

    <T> T get(Option<?, T> option) {
        return get(option, option.absent());
    }

    /** A value whose default depends on another option. */
    <T> T get(Option<?, T> option, T absent) {
        String text = given.get(option.name());
        return text == null ? absent : option.reader().read(text, "option %s of %s".formatted(option.name(), id));
    }

    Options with(String name, String text) {
        var more = new LinkedHashMap<>(given);
        more.put(name, text);
        return new Options(id, more);
    }
}
