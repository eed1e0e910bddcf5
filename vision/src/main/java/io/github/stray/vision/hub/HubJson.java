// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.hub;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Reads JSON that may be hostile: it is bounded in size, depth and the length of its numbers before it is parsed. */
final class HubJson {
    /** A page of a listing has a thousand entries of a few hundred bytes. */
    static final int MAX_BYTES = 16 << 20;

    private static final int DEEPEST = 64;
    private static final int MOST_DIGITS = 100;

    private HubJson() {}

    static JsonObject object(byte[] bytes, String source) throws HubException {
        return object(parse(bytes, source), source);
    }

    static JsonObject object(Object json, String source) throws HubException {
        if (json instanceof JsonObject object) {
            return object;
        }
        throw new HubException("%s is no JSON object".formatted(source));
    }

    static JsonArray array(byte[] bytes, String source) throws HubException {
        return array(parse(bytes, source), source);
    }

    static JsonArray array(Object json, String source) throws HubException {
        if (json instanceof JsonArray array) {
            return array;
        }
        throw new HubException("%s is no JSON array".formatted(source));
    }

    static Object parse(byte[] bytes, String source) throws HubException {
        if (bytes.length > MAX_BYTES) {
            throw new HubException("%s is longer than %d bytes".formatted(source, MAX_BYTES));
        }
        requireHarmless(bytes, source);
        try {
            return JsonParser.any()
                    .from(StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(bytes))
                            .toString());
        } catch (CharacterCodingException | JsonParserException e) {
            throw new HubException(
                    "%s is no JSON: %s".formatted(source, Text.printable(String.valueOf(e.getMessage()))), e);
        }
    }

    /** The parser is recursive, and the time it takes for a number grows with the square of its digits. */
    private static void requireHarmless(byte[] bytes, String source) throws HubException {
        int depth = 0;
        int digits = 0;
        boolean quoted = false;
        for (int i = 0; i < bytes.length; i++) {
            byte c = bytes[i];
            digits = !quoted && c >= '0' && c <= '9' ? digits + 1 : 0;
            if (quoted && c == '\\') {
                i++;
            } else if (c == '"') {
                quoted = !quoted;
            } else if (!quoted) {
                depth += c == '{' || c == '[' ? 1 : c == '}' || c == ']' ? -1 : 0;
            }
            if (depth > DEEPEST || digits > MOST_DIGITS) {
                throw new HubException("%s is nested more than %d deep, or has a number of more than %d digits"
                        .formatted(source, DEEPEST, MOST_DIGITS));
            }
        }
    }
}
