// SPDX-License-Identifier: Apache-2.0
package io.github.stray.conformance;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The folder {@code golden}: an area is a folder in it. */
final class GoldenFiles {
    private static final Path ROOT = Path.of("..", "golden");

    private GoldenFiles() {}

    static List<String> areas() {
        return list(ROOT, "").stream()
                .map(path -> path.getFileName().toString())
                .toList();
    }

    static List<Path> of(String area) {
        return list(ROOT.resolve(area), ".json");
    }

    static JsonObject read(Path file) {
        try (Reader reader = Files.newBufferedReader(file)) {
            return JsonParser.object().from(reader);
        } catch (IOException e) {
            throw new UncheckedIOException(file.toString(), e);
        } catch (JsonParserException e) {
            throw new AssertionError(file.toString(), e);
        }
    }

    private static List<Path> list(Path folder, String suffix) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(suffix))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
