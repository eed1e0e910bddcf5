// SPDX-License-Identifier: Apache-2.0
package io.github.stray.detect;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;

/** The options written for one detector, read by type. Every message names the detector, the option and the nearest valid word. */
final class Options {
    /** Written where a default depends on the data. */
    static final String AUTO = "auto";

    private final String id;
    private final Map<String, String> given;

    /** Refuses options that the detector does not have. */
    Options(DetectorDescription detector, Map<String, String> given) {
        this.id = detector.id();
        this.given = given;
        List<String> known =
                detector.options().stream().map(DetectorOption::name).toList();
        for (String name : given.keySet()) {
            if (!known.contains(name)) {
                throw new IllegalArgumentException(
                        "detector %s has no option '%s'; %s".formatted(id, name, Suggestion.among(name, known)));
            }
        }
    }

    int wholeNumber(String name, int absent) {
        String text = given.get(name);
        if (text == null) {
            return absent;
        }
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "option %s of %s must be a whole number, was '%s'".formatted(name, id, text), e);
        }
    }

    /** A whole number, or {@code auto}, which is also what an absent option means. */
    OptionalInt wholeNumberOrAuto(String name) {
        String text = given.getOrDefault(name, AUTO);
        if (text.equals(AUTO)) {
            return OptionalInt.empty();
        }
        try {
            return OptionalInt.of(Integer.parseInt(text));
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "option %s of %s must be a whole number or auto, was '%s'".formatted(name, id, text), e);
        }
    }

    /** How {@link #wholeNumberOrAuto} is written. */
    static String wordOrAuto(OptionalInt value) {
        return value.isPresent() ? Integer.toString(value.getAsInt()) : AUTO;
    }

    double number(String name, double absent) {
        String text = given.get(name);
        if (text == null) {
            return absent;
        }
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "option %s of %s must be a number, was '%s'".formatted(name, id, text), e);
        }
    }

    boolean flag(String name, boolean absent) {
        String text = given.get(name);
        if (text == null) {
            return absent;
        }
        return oneOf(name, text, List.of("true", "false")).equals("true");
    }

    <E extends Enum<E>> E choice(String name, E absent) {
        String text = given.get(name);
        if (text == null) {
            return absent;
        }
        E[] values = absent.getDeclaringClass().getEnumConstants();
        List<String> words = Arrays.stream(values).map(Options::word).toList();
        return values[words.indexOf(oneOf(name, text, words))];
    }

    private String oneOf(String name, String text, List<String> words) {
        if (!words.contains(text)) {
            throw new IllegalArgumentException(
                    "option %s of %s cannot be '%s'; %s".formatted(name, id, text, Suggestion.among(text, words)));
        }
        return text;
    }

    /** How a constant is written: {@code PYTORCH_OOD} as {@code pytorch-ood}. */
    static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
