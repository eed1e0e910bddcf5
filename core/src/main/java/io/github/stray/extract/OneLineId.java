// SPDX-License-Identifier: Apache-2.0
package io.github.stray.extract;

import java.util.function.IntPredicate;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Ids of samples on one line: what steers a terminal or ends a line in the name of a file is written as {@code \}{@code u}
 * and four hexadecimal digits in ids, and so is a backslash that would be taken for the begin of that. Files of ids, lists and
 * messages have ids as they are; CSV and JSON, which can tell where a text ends, have the name again.
 */
public final class OneLineId {
    private static final Pattern WRITTEN = Pattern.compile("\\\\u([0-9A-F]{4})");
    private static final Pattern LIKE_WRITTEN = Pattern.compile("\\\\(?=u[0-9A-F]{4})");

    private OneLineId() {}

    /**
     * {@return the id of a sample}
     *
     * @param name the path or another name it has, with any characters
     */
    public static String of(String name) {
        String id = name.indexOf('\\') < 0 ? name : LIKE_WRITTEN.matcher(name).replaceAll("\\\\u005C");
        return written(id, Character::isISOControl);
    }

    /**
     * {@return the name that an id is of}
     *
     * @param id as {@link #of} gives it; any other text is returned as it is
     */
    public static String name(String id) {
        return read(id, character -> character == '\\' || Character.isISOControl(character));
    }

    /**
     * {@return an id with its line breaks and tabs, as a field of CSV has it; other control characters stay as they are
     * written, since people print such files on terminals}
     *
     * @param id as {@link #of} gives it
     */
    public static String withBreaks(String id) {
        return read(id, OneLineId::isBreak);
    }

    /**
     * {@return the id of what {@link #withBreaks} gives}
     *
     * @param field an id with line breaks and tabs
     */
    public static String withoutBreaks(String field) {
        return written(field, OneLineId::isBreak);
    }

    private static boolean isBreak(int character) {
        return character == '\t' || character == '\n' || character == '\r';
    }

    private static String written(String text, IntPredicate which) {
        if (text.chars().noneMatch(which)) {
            return text;
        }
        var id = new StringBuilder(text.length() + 16);
        for (int i = 0; i < text.length(); i++) {
            char character = text.charAt(i);
            if (which.test(character)) {
                id.append("\\u%04X".formatted((int) character));
            } else {
                id.append(character);
            }
        }
        return id.toString();
    }

    private static String read(String id, IntPredicate which) {
        if (id.indexOf('\\') < 0) {
            return id;
        }
        return WRITTEN.matcher(id).replaceAll(found -> {
            int character = character(found);
            return which.test(character)
                    ? Matcher.quoteReplacement(Character.toString(character))
                    : Matcher.quoteReplacement(found.group());
        });
    }

    private static int character(MatchResult found) {
        return Integer.parseInt(found.group(1), 16);
    }
}
