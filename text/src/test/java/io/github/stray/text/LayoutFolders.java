// SPDX-License-Identifier: Apache-2.0
package io.github.stray.text;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The folders of {@code tools/golden/layouts.py}, with the names that their files have in the wild. */
final class LayoutFolders {
    static final Path GOLDEN = Path.of("..", "golden", "layouts");

    private LayoutFolders() {}

    static Path copy(String layout, Path target) throws IOException {
        Path source = GOLDEN.resolve(layout);
        List<Path> files;
        try (Stream<Path> walk = Files.walk(source)) {
            files = walk.filter(Files::isRegularFile).toList();
        }
        for (Path file : files) {
            String name = source.relativize(file).toString();
            Path copy = target.resolve(name.endsWith(".json.txt") ? name.substring(0, name.length() - 4) : name);
            Files.createDirectories(copy.getParent());
            Files.copy(file, copy);
        }
        return target;
    }

    static JsonObject expected(String layout) throws IOException {
        try {
            return JsonParser.object().from(Files.readString(GOLDEN.resolve(layout + ".json")));
        } catch (JsonParserException e) {
            throw new AssertionError(layout, e);
        }
    }
}
