// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import io.github.stray.store.AtomicFile;
import io.github.stray.vision.attack.AttackRun;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The folder that an attack leaves everything in. {@code settings.txt} holds what the images depend on, so that an attack
 * goes on only where the same images would come out.
 *
 * @param path of the folder
 * @param settings one line that is equal only if the same images would come out
 */
record AttackFolder(Path path, String settings) {
    private static final String SETTINGS = "settings.txt";

    /** Refuses, before any work, a folder of another attack or of anything else. */
    void require(boolean force) throws IOException {
        if (force || !Files.exists(path)) {
            return;
        }
        if (!Files.isDirectory(path)) {
            throw new UsageException("-o %s is a file, expected a folder".formatted(path));
        }
        if (Files.isRegularFile(path.resolve(SETTINGS))) {
            if (!isSame() && Files.exists(path.resolve(AttackRun.PARTS))) {
                throw new UsageException(
                        "%s holds an attack with other settings or images; take another folder, or --force to replace it"
                                .formatted(path));
            }
            return;
        }
        try (Stream<Path> entries = Files.list(path)) {
            if (entries.findAny().isPresent()) {
                throw new UsageException(
                        "%s is not empty and holds no attack; take another folder, or --force".formatted(path));
            }
        }
    }

    private boolean isSame() throws IOException {
        return Files.readString(path.resolve(SETTINGS)).equals(settings + "\n");
    }

    /** Makes the folder ready for the first batch; what another attack left in it goes, its parts first. */
    void begin() throws IOException {
        if (Files.isRegularFile(path.resolve(SETTINGS)) && !isSame()) {
            delete(path.resolve(AttackRun.PARTS), "*.safetensors");
            delete(path.resolve(AttackRun.IMAGES), "[0-9][0-9][0-9][0-9][0-9]*.png");
            for (String result : List.of("attack.json", "attacked.jsonl", "report.html")) {
                Files.deleteIfExists(path.resolve(result));
            }
        }
        Files.createDirectories(path);
        write(SETTINGS, settings + "\n");
    }

    private static void delete(Path folder, String pattern) throws IOException {
        if (Files.isDirectory(folder)) {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, pattern)) {
                for (Path file : files) {
                    Files.delete(file);
                }
            }
        }
    }

    /** Writes a text of this folder. */
    void write(String name, String text) throws IOException {
        try (AtomicFile target = AtomicFile.create(path.resolve(name))) {
            target.append(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
            target.commit();
        }
    }
}
