// SPDX-License-Identifier: Apache-2.0
package io.github.stray.detect;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * A method as {@link Detectors} lists it.
 *
 * @param <D> its record
 * @param type of the record
 * @param id as in {@code fit -d}
 * @param summary one line
 * @param needs what it must be given, unless an option changes that
 * @param options in the order of the documentation
 * @param make makes the detector; every option it does not ask for has no effect
 */
record Method<D extends Detector>(
        Class<D> type, String id, String summary, Needs needs, List<Option<D, ?>> options, Function<Options, D> make) {
    /** The method under another id, which fixes one option at true. */
    Method<D> alias(String alias, String difference, Option<D, Boolean> fixed) {
        String yes = fixed.name() + "=true";
        String no = fixed.name() + "=false";
        return new Method<>(
                type,
                alias,
                "%s, %s: %s with %s".formatted(summary, difference, id, yes),
                needs,
                options.stream()
                        .<Option<D, ?>>map(option -> option.equals(fixed) ? fixed.withAbsent(true) : option)
                        .toList(),
                given -> {
                    if (!given.get(fixed, true)) {
                        throw new IllegalArgumentException("%s means %s; for %s take %s".formatted(alias, yes, no, id));
                    }
                    return make.apply(given.with(fixed.name(), "true"));
                });
    }

    DetectorDescription description() {
        return new DetectorDescription(
                id, summary, needs, options.stream().map(Option::description).toList());
    }

    /** A detector with these options and the defaults of those left out. */
    D of(Map<String, String> given) {
        return make.apply(Options.of(id, options.stream().map(Option::name).toList(), given));
    }

    /** All options of a detector of this method, as written. */
    Map<String, String> written(Detector detector) {
        D record = type.cast(detector);
        var written = new LinkedHashMap<String, String>();
        options.forEach(option -> written.put(option.name(), option.written(record)));
        return written;
    }
}
