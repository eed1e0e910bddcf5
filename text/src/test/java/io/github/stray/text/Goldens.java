// SPDX-License-Identifier: Apache-2.0
package io.github.stray.text;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Golden files of {@code tools/golden/text.py}. */
final class Goldens {
    static final Path FOLDER = Path.of("..", "golden", "text");

    private Goldens() {}

    static JsonObject read(String file) {
        try {
            return JsonParser.object().from(Files.readString(FOLDER.resolve(file)));
        } catch (IOException | JsonParserException e) {
            throw new AssertionError("golden file " + file, e);
        }
    }

    static List<JsonObject> objects(JsonArray array) {
        return array.stream().map(JsonObject.class::cast).toList();
    }

    static double[] numbers(JsonArray array) {
        return array.stream()
                .mapToDouble(value -> ((Number) value).doubleValue())
                .toArray();
    }
}
