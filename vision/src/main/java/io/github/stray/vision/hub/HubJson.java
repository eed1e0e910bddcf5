// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.hub;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import io.github.stray.store.Json;
import io.github.stray.vision.download.DownloadException;
import io.github.stray.vision.download.Text;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Reads JSON that may be hostile: it is bounded in size, and made sure to be harmless, before it is parsed. */
final class HubJson {
    /** A page of a listing has a thousand entries of a few hundred bytes. */
    static final int MAX_BYTES = 16 << 20;

    private HubJson() {}

    static JsonObject object(byte[] bytes, String source) throws DownloadException {
        return object(parse(bytes, source), source);
    }

    static JsonObject object(Object json, String source) throws DownloadException {
        if (json instanceof JsonObject object) {
            return object;
        }
        throw new DownloadException("%s is no JSON object".formatted(source));
    }

    static JsonArray array(byte[] bytes, String source) throws DownloadException {
        return array(parse(bytes, source), source);
    }

    static JsonArray array(Object json, String source) throws DownloadException {
        if (json instanceof JsonArray array) {
            return array;
        }
        throw new DownloadException("%s is no JSON array".formatted(source));
    }

    static Object parse(byte[] bytes, String source) throws DownloadException {
        if (bytes.length > MAX_BYTES) {
            throw new DownloadException("%s is longer than %d bytes".formatted(source, MAX_BYTES));
        }
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            Json.requireHarmless(text);
            return JsonParser.any().from(text);
        } catch (Json.MalformedException e) {
            throw new DownloadException("%s is refused: it is %s".formatted(source, e.getMessage()), e);
        } catch (CharacterCodingException | JsonParserException e) {
            throw new DownloadException(
                    "%s is no JSON: %s".formatted(source, Text.printable(String.valueOf(e.getMessage()))), e);
        }
    }
}
