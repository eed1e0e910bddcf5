// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.attack;

import io.github.stray.remedy.RefusedException;
import io.github.stray.remedy.Remedy;
import io.github.stray.store.AtomicFile;
import io.github.stray.store.OutputGuard;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

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
    void require() throws IOException {
        if (!Files.exists(path)) {
            return;
        }
        if (!Files.isDirectory(path)) {
            throw new IllegalArgumentException("%s is a file, expected a folder".formatted(path));
        }
        if (Files.isRegularFile(path.resolve(SETTINGS))) {
            if (!isSame() && Files.exists(path.resolve(AttackRun.PARTS))) {
                throw refused("holds an attack with other settings or images");
            }
            return;
        }
        if (!OutputGuard.isEmpty(path)) {
            throw refused("is not empty and holds no attack");
        }
    }

    private RefusedException refused(String why) {
        return new RefusedException("%s %s; take another folder".formatted(path, why), Remedy.FORCE);
    }

    private boolean isSame() throws IOException {
        byte[] same = (settings + "\n").getBytes(StandardCharsets.UTF_8);
        return Arrays.equals(Files.readAllBytes(path.resolve(SETTINGS)), same);
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
        for (String inside : List.of(AttackRun.PARTS, AttackRun.IMAGES)) {
            if (Files.isDirectory(path.resolve(inside))) {
                AtomicFile.removeLeft(path.resolve(inside));
            }
        }
        AtomicFile.write(path.resolve(SETTINGS), settings + "\n");
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
}
