// SPDX-License-Identifier: Apache-2.0
package io.github.stray.store;

import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * What the JSON parser must not see, because it would harm it or be read as something else. The parser is recursive: a
 * million brackets would overflow the stack. It makes a whole number of any length, in time that grows with the square of
 * its digits. Of a key that is given twice it takes the last value, and of a number beyond double's range infinity.
 */
final class JsonBurden {
    static final int DEEPEST = 64;

    private static final int MOST_DIGITS = 1000;

    /** A number with fewer characters and no exponent is in double's range. */
    private static final int SHORT_NUMBER = 300;

    /** What numbers are written with; outside of strings also letters of {@code true}, which are no harm. */
    private static final String NUMERAL = "+-.eE0123456789";

    private final String text;
    private int at;

    /** The keys of the objects around the place that is looked at; an empty set for each list. */
    private final Deque<Set<String>> around = new ArrayDeque<>();

    private JsonBurden(String text) {
        this.text = text;
    }

    /** What is wrong, to be said behind "it"; empty for a document that the parser can take, perhaps to refuse it. */
    static Optional<String> of(String text) {
        return new JsonBurden(text).find();
    }

    private Optional<String> find() {
        Optional<String> burden = Optional.empty();
        while (at < text.length() && burden.isEmpty()) {
            char c = text.charAt(at);
            if (c == '"') {
                burden = string();
            } else if (NUMERAL.indexOf(c) >= 0) {
                burden = number();
            } else {
                at++;
                if (c == '[' || c == '{') {
                    around.push(new HashSet<>());
                    if (around.size() > DEEPEST) {
                        burden = Optional.of("is nested more than %d deep".formatted(DEEPEST));
                    }
                } else if (c == ']' || c == '}') {
                    around.poll();
                }
            }
        }
        return burden;
    }

    private Optional<String> string() {
        int begin = at;
        at++;
        while (at < text.length() && text.charAt(at) != '"') {
            at += text.charAt(at) == '\\' ? 2 : 1;
        }
        int end = Math.min(++at, text.length());
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
        boolean isKey = at < text.length() && text.charAt(at) == ':';
        Set<String> keys = around.peek();
        if (!isKey || keys == null || keys.add(key(text.substring(begin, end)))) {
            return Optional.empty();
        }
        return Optional.of(
                "gives the key %s twice in one object".formatted(JsonNode.shown(text.substring(begin, end))));
    }

    /** A key may be spelt with escapes. */
    private static String key(String quoted) {
        if (quoted.indexOf('\\') < 0) {
            return quoted;
        }
        try {
            return '"' + JsonParser.any().from(quoted).toString() + '"';
        } catch (JsonParserException malformed) {
            // The parser will say so.
            return quoted;
        }
    }

    private Optional<String> number() {
        int begin = at;
        int digits = 0;
        boolean exponent = false;
        while (at < text.length() && NUMERAL.indexOf(text.charAt(at)) >= 0) {
            char c = text.charAt(at++);
            digits = c >= '0' && c <= '9' ? digits + 1 : 0;
            exponent |= c == 'e' || c == 'E';
            if (digits > MOST_DIGITS) {
                return Optional.of("is burdened with a number of more than %d digits".formatted(MOST_DIGITS));
            }
        }
        String number = text.substring(begin, at);
        if ((exponent || number.length() > SHORT_NUMBER) && isInfinite(number)) {
            return Optional.of("holds a number beyond the range of double: " + JsonNode.shown(number));
        }
        return Optional.empty();
    }

    private static boolean isInfinite(String number) {
        try {
            return Double.isInfinite(Double.parseDouble(number));
        } catch (NumberFormatException malformed) {
            // The parser will say so.
            return false;
        }
    }
}
