// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.model;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import com.grack.nanojson.JsonWriter;
import io.github.stray.store.Json;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An object of a JSON file that names itself.
 *
 * @param file the file
 * @param path keys that lead to the object, each with a dot behind it
 * @param json the object
 */
record JsonSettings(Path file, String path, JsonObject json) {
    private static final int LONGEST_SHOWN = 200;

    static JsonSettings read(Path file, String purpose) throws IOException {
        if (!Files.isRegularFile(file)) {
            throw new InvalidCardException("%s is missing: %s".formatted(file, purpose));
        }
        try {
            String text = Files.readString(file);
            Json.requireHarmless(text);
            return new JsonSettings(file, "", JsonParser.object().from(text));
        } catch (CharacterCodingException e) {
            throw new InvalidCardException("%s is no UTF-8 text, so no JSON object".formatted(file), e);
        } catch (JsonParserException | Json.MalformedException e) {
            throw new InvalidCardException(
                    "%s is no JSON object, or is damaged or truncated: %s".formatted(file, e.getMessage()), e);
        }
    }

    InvalidCardException refused(String key, String reason) {
        String value = json.has(key) ? JsonWriter.string(json.get(key)) : "missing";
        String shown = value.length() > LONGEST_SHOWN ? value.substring(0, LONGEST_SHOWN) + ".." : value;
        return new InvalidCardException("%s: key '%s' (%s) %s".formatted(file, path + key, shown, reason));
    }

    Object require(String key) throws InvalidCardException {
        Object value = json.get(key);
        if (value == null) {
            throw refused(key, "is needed");
        }
        return value;
    }

    boolean flag(String key) throws InvalidCardException {
        if (require(key) instanceof Boolean flag) {
            return flag;
        }
        throw refused(key, "must be true or false");
    }

    String text(String key, String otherwise) {
        return Objects.requireNonNullElse(json.getString(key), otherwise);
    }

    String text(String key) throws InvalidCardException {
        if (require(key) instanceof String text) {
            return text;
        }
        throw refused(key, "must be a text");
    }

    int pixels(String key, @Nullable Object value) throws InvalidCardException {
        if (value instanceof Integer side && side >= 1) {
            return side;
        }
        throw refused(key, "must give whole numbers of pixels");
    }

    int positive(String key) throws InvalidCardException {
        if (require(key) instanceof Integer number && number >= 1) {
            return number;
        }
        throw refused(key, "must be a whole number, at least 1");
    }

    boolean has(String key) {
        return json.get(key) != null;
    }

    /** An object inside; empty where there is none. */
    Optional<JsonSettings> inside(String key) throws InvalidCardException {
        if (!has(key)) {
            return Optional.empty();
        }
        if (json.get(key) instanceof JsonObject object) {
            return Optional.of(new JsonSettings(file, path + key + ".", object));
        }
        throw refused(key, "must be an object");
    }
}
