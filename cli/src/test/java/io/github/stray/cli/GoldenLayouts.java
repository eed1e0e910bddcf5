// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The model folders of {@code tools/golden/layouts.py}, with the names that their files have in the wild. */
final class GoldenLayouts {
    private GoldenLayouts() {}

    /** Place in the folder to content. */
    static Map<String, byte[]> files(String layout) {
        Path source = Path.of("..", "golden", "layouts", layout);
        var files = new TreeMap<String, byte[]>();
        try (Stream<Path> walk = Files.walk(source)) {
            for (Path file : walk.filter(Files::isRegularFile).toList()) {
                files.put(
                        source.relativize(file).toString().replaceFirst("\\.json\\.txt$", ".json"),
                        Files.readAllBytes(file));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return files;
    }

    /** Writes a layout to a folder, and returns the folder. */
    static Path copy(String layout, Path target) throws IOException {
        for (Map.Entry<String, byte[]> file : files(layout).entrySet()) {
            Path copy = target.resolve(file.getKey());
            Files.createDirectories(copy.getParent());
            Files.write(copy, file.getValue());
        }
        return target;
    }
}
