// SPDX-License-Identifier: Apache-2.0
package io.github.stray.detect;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Function;

/**
 * An option of a method, stated once: its name and default, what may be written, how that is read, and where a detector
 * keeps the value. Messages name the detector, the option and the nearest valid word.
 *
 * @param <D> the detector
 * @param <T> type of the values
 * @param name as written before {@code =}
 * @param absent the value where the option is left out
 * @param values what may be written, for help texts
 * @param meaning one line, for help texts
 * @param reader of what was written
 * @param value of a detector
 */
record Option<D, T>(
        String name,
        T absent,
        String values,
        String meaning,
        Reader<T> reader,
        Function<? super D, ? extends T> value) {
    /** Written where a value depends on the data. */
    static final String AUTO = "auto";

    /** Reads a value or refuses it. */
    @FunctionalInterface
    interface Reader<T> {
        /** The value of a text; a message begins with {@code option}, such as {@code option k of knn}. */
        T read(String text, String option);
    }

    static <D> Option<D, Integer> whole(
            String name, int absent, String values, String meaning, Function<D, Integer> value) {
        return new Option<>(name, absent, values, meaning, number(Integer::valueOf, "a whole number"), value);
    }

    /** A whole number or {@link #AUTO}, the default, which is an empty value. */
    static <D> Option<D, OptionalInt> wholeOrAuto(
            String name, String values, String meaning, Function<D, OptionalInt> value) {
        Function<String, OptionalInt> parse =
                text -> text.equals(AUTO) ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(text));
        return new Option<>(name, OptionalInt.empty(), values, meaning, number(parse, "a whole number or auto"), value);
    }

    static <D> Option<D, Double> number(
            String name, double absent, String values, String meaning, Function<D, Double> value) {
        return new Option<>(name, absent, values, meaning, number(Double::valueOf, "a number"), value);
    }

    static <D> Option<D, Boolean> flag(String name, boolean absent, String meaning, Function<D, Boolean> value) {
        return oneOf(name, absent, meaning, List.of(true, false), value);
    }

    static <D, E extends Enum<E>> Option<D, E> choice(String name, E absent, String meaning, Function<D, E> value) {
        return oneOf(name, absent, meaning, List.of(absent.getDeclaringClass().getEnumConstants()), value);
    }

    static <D, T> Option<D, T> oneOf(String name, T absent, String meaning, List<T> constants, Function<D, T> value) {
        Map<String, T> byWord = new LinkedHashMap<>();
        for (T constant : constants) {
            byWord.put(word(constant), constant);
        }
        Reader<T> reader = (text, option) -> {
            T constant = byWord.get(text);
            if (constant == null) {
                throw new IllegalArgumentException(
                        "%s cannot be '%s'; %s".formatted(option, text, Suggestion.among(text, byWord.keySet())));
            }
            return constant;
        };
        return new Option<>(name, absent, String.join("|", byWord.keySet()), meaning, reader, value);
    }

    private static <T> Reader<T> number(Function<String, T> parse, String expected) {
        return (text, option) -> {
            try {
                return parse.apply(text);
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException("%s must be %s, was '%s'".formatted(option, expected, text), e);
            }
        };
    }

    /** The same option of a detector that keeps a D. */
    <O> Option<O, T> in(Function<O, D> part) {
        return new Option<>(name, absent, values, meaning, reader, part.andThen(value));
    }

    /** The same option with another default. */
    Option<D, T> withAbsent(T other) {
        return new Option<>(name, other, values, meaning, reader, value);
    }

    DetectorOption description() {
        return new DetectorOption(name, word(absent), values, meaning);
    }

    /** How the value of a detector is written. */
    String written(D detector) {
        return word(value.apply(detector));
    }

    /** How a value is written: {@code PYTORCH_OOD} as {@code pytorch-ood}. */
    static String word(Object value) {
        return switch (value) {
            case Enum<?> constant -> constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
            case OptionalInt whole -> whole.isPresent() ? Integer.toString(whole.getAsInt()) : AUTO;
            default -> value.toString();
        };
    }

    /** Refuses a value of an option: {@code what} must be said of it, such as {@code be at least 1}. */
    static void require(boolean holds, String id, String name, String what, Object value) {
        if (!holds) {
            throw new IllegalArgumentException("option %s of %s must %s, was %s".formatted(name, id, what, value));
        }
    }
}
