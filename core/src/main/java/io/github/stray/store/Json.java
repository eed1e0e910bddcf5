// SPDX-License-Identifier: Apache-2.0
package io.github.stray.store;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import com.grack.nanojson.JsonWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads JSON that may be hostile: text that is malformed, deeply nested or holds a number of absurd length is a {@link
 * MalformedException}, never a crash or a wait.
 */
public final class Json {
    static final int DEEPEST = 64;

    private static final int MOST_DIGITS = 1000;

    private Json() {}

    /** An object. */
    static JsonObject object(String text) throws MalformedException {
        requireHarmless(text);
        try {
            return JsonParser.object().from(text);
        } catch (JsonParserException e) {
            throw new MalformedException(String.valueOf(e.getMessage()), e);
        }
    }

    /** An array of strings. */
    static List<String> strings(String text) throws MalformedException {
        requireHarmless(text);
        JsonArray array;
        try {
            array = JsonParser.array().from(text);
        } catch (JsonParserException e) {
            throw new MalformedException(String.valueOf(e.getMessage()), e);
        }
        return strings(array);
    }

    static List<String> strings(JsonArray array) throws MalformedException {
        var values = new ArrayList<String>(array.size());
        for (Object value : array) {
            if (!(value instanceof String string)) {
                throw new MalformedException("expected strings, found " + value, null);
            }
            values.add(string);
        }
        return List.copyOf(values);
    }

    /** A flat object; values that are no strings are given as JSON text. */
    static Map<String, String> texts(JsonObject object) {
        var values = new LinkedHashMap<String, String>();
        object.forEach((key, value) -> values.put(key, value instanceof String text ? text : JsonWriter.string(value)));
        return values;
    }

    /**
     * Refuses text that would harm the parser. It is recursive: a million brackets would overflow the stack. And it makes a
     * whole number of any length, in time that grows with the square of its digits.
     *
     * @param text to be parsed
     * @throws MalformedException if it is nested more than {@value #DEEPEST} deep, or a number has more than {@value
     *     #MOST_DIGITS} digits
     */
    public static void requireHarmless(String text) throws MalformedException {
        int depth = 0;
        int digits = 0;
        boolean quoted = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            digits = !quoted && c >= '0' && c <= '9' ? digits + 1 : 0;
            if (digits > MOST_DIGITS) {
                throw new MalformedException(
                        "burdened with a number of more than %d digits".formatted(MOST_DIGITS), null);
            }
            if (quoted) {
                if (c == '\\') {
                    i++;
                } else if (c == '"') {
                    quoted = false;
                }
            } else if (c == '"') {
                quoted = true;
            } else if (c == '[' || c == '{') {
                depth++;
                if (depth > DEEPEST) {
                    throw new MalformedException("nested more than %d deep".formatted(DEEPEST), null);
                }
            } else if (c == ']' || c == '}') {
                depth--;
            }
        }
    }

    /** Text that is not the JSON expected. */
    public static final class MalformedException extends Exception {
        private static final long serialVersionUID = 1L;

        MalformedException(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }
}
