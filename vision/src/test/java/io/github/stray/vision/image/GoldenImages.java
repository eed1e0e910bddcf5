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

/** The files under golden/image with the pixels Pillow decodes from them. */
public final class GoldenImages {
    /** Formats, each a golden file. */
    public static final List<String> FORMATS = List.of("jpeg", "png", "gif", "bmp", "webp", "tiff");

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
        return read(Path.of("src", "test", "images", "pillow.json"));
    }

    private static List<Case> read(Path path) throws IOException {
        String text = Files.readString(path);
        var cases = new ArrayList<Case>();
        try {
            for (Object element : JsonParser.object().from(text).getArray("cases")) {
                JsonObject one = (JsonObject) element;
                cases.add(new Case(
                        one.getString("name"),
                        one.getInt("width"),
                        one.getInt("height"),
                        Base64.getDecoder().decode(one.getString("file")),
                        Base64.getDecoder().decode(one.getString("rgb"))));
            }
        } catch (JsonParserException e) {
            throw new IOException(e);
        }
        return cases;
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
