// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.image;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The files under golden/image with the pixels Pillow decodes from them. */
public final class GoldenImages {
    /** Formats, each a golden file. */
    public static final List<String> FORMATS = List.of("jpeg", "png", "gif", "bmp", "webp", "tiff");

    private static final Path PILLOW_13 = Path.of("src", "test", "images", "pillow.json");

    private GoldenImages() {}

    /** One case; {@code rgb} is row-major and interleaved. */
    @SuppressWarnings("ArrayRecordComponent")
    public record Case(String name, int width, int height, byte[] file, byte[] rgb) {}

    /** All cases of a format. */
    public static List<Case> of(String format) throws IOException {
        return read(Path.of("..", "golden", "image", format + ".json"));
    }

    /** Cases of all formats by the Pillow that is followed, of which Debian's differs; made by tools/images/fixtures.py. */
    public static List<Case> ofPillow13() throws IOException {
        return read(PILLOW_13);
    }

    /** {@return the bytes of files that Pillow 13 refuses, by name} */
    public static Map<String, byte[]> refusedByPillow13() throws IOException {
        var files = new TreeMap<String, byte[]>();
        for (JsonObject one : objects(PILLOW_13, "refused")) {
            files.put(one.getString("name"), Base64.getDecoder().decode(one.getString("file")));
        }
        return files;
    }

    private static List<Case> read(Path path) throws IOException {
        var cases = new ArrayList<Case>();
        for (JsonObject one : objects(path, "cases")) {
            cases.add(new Case(
                    one.getString("name"),
                    one.getInt("width"),
                    one.getInt("height"),
                    Base64.getDecoder().decode(one.getString("file")),
                    Base64.getDecoder().decode(one.getString("rgb"))));
        }
        return cases;
    }

    private static List<JsonObject> objects(Path path, String key) throws IOException {
        try {
            return JsonParser.object().from(Files.readString(path)).getArray(key).stream()
                    .map(JsonObject.class::cast)
                    .toList();
        } catch (JsonParserException e) {
            throw new IOException(e);
        }
    }

    /** The file of one case. */
    public static byte[] file(String format, String name) throws IOException {
        return of(format).stream()
                .filter(one -> one.name().equals(name))
                .findFirst()
                .orElseThrow()
                .file()
                .clone();
    }
}
