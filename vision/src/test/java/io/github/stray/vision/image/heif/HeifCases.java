// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.image.heif;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** The files of {@code src/test/images} with what pillow-heif and Pillow decode from them, by {@code tools/heif/golden.py}. */
final class HeifCases {
    private static final Optional<LibHeif> INSTALLED = LibHeif.installed(LibHeif.NAMES);

    private HeifCases() {}

    /** One file; {@code samples} are bytes 0, {@code step}, 2 {@code step}, .. of its RGB pixels. */
    @SuppressWarnings("ArrayRecordComponent")
    record Case(String kind, String name, byte[] file, int width, int height, int step, byte[] samples) {}

    /** The system's libheif: tests that need it are skipped where it is missing. */
    static LibHeif requireLibrary() {
        assumeTrue(INSTALLED.isPresent(), "libheif is not installed");
        return INSTALLED.orElseThrow();
    }

    static List<Case> all() throws IOException {
        var cases = new ArrayList<Case>();
        for (String kind : List.of("heic", "avif")) {
            String text = Files.readString(Path.of("src", "test", "images", kind + ".json"));
            try {
                JsonObject document = JsonParser.object().from(text);
                for (Object element : document.getArray("cases")) {
                    JsonObject one = (JsonObject) element;
                    cases.add(new Case(
                            kind,
                            one.getString("name"),
                            Base64.getDecoder().decode(one.getString("file")),
                            one.getInt("width"),
                            one.getInt("height"),
                            document.getInt("step"),
                            Base64.getDecoder().decode(one.getString("rgb"))));
                }
            } catch (JsonParserException e) {
                throw new IOException(e);
            }
        }
        return cases;
    }

    static byte[] file(String kind, String name) throws IOException {
        return all().stream()
                .filter(one -> one.kind.equals(kind) && one.name.equals(name))
                .findFirst()
                .orElseThrow()
                .file
                .clone();
    }
}
