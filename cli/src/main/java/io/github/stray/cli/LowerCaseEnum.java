// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import io.github.stray.detect.Suggestion;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads an enum as the help writes it, in lower case; any case is taken. */
final class LowerCaseEnum<E extends Enum<E>> implements ITypeConverter<E> {
    private final Map<String, E> values;

    LowerCaseEnum(Class<E> type) {
        values = Stream.of(type.getEnumConstants())
                .collect(Collectors.toMap(value -> value.name().toLowerCase(Locale.ROOT), Function.identity()));
    }

    @Override
    public E convert(String text) {
        String name = text.toLowerCase(Locale.ROOT);
        E value = values.get(name);
        if (value == null) {
            throw new TypeConversionException("there is no '%s'; %s"
                    .formatted(
                            text,
                            Suggestion.among(
                                    name, values.keySet().stream().sorted().toList())));
        }
        return value;
    }
}
