// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.run;

import io.github.stray.vision.model.ModelStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A store for the networks that a suite describes, which are not the user's to keep. Ctrl-C removes it too. */
final class TemporaryModels implements AutoCloseable {
    private final Path folder;
    private final Thread hook = new Thread(this::deleteQuietly, "stray-study-models");

    private TemporaryModels(Path folder) {
        this.folder = folder;
    }

    static TemporaryModels create() throws IOException {
        var models = new TemporaryModels(Files.createTempDirectory("stray-study"));
        Runtime.getRuntime().addShutdownHook(models.hook);
        return models;
    }

    ModelStore store() {
        return ModelStore.at(folder);
    }

    private void deleteQuietly() {
        try {
            delete();
        } catch (IOException e) {
            System.getLogger(TemporaryModels.class.getName())
                    .log(System.Logger.Level.WARNING, "cannot delete the temporary folder " + folder, e);
        }
    }

    private void delete() throws IOException {
        List<Path> files;
        try (Stream<Path> found = Files.walk(folder)) {
            files = found.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path file : files) {
            Files.deleteIfExists(file);
        }
    }

    @Override
    public void close() throws IOException {
        delete();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException ending) {
            // The process ends already, and the hook finds nothing any more.
            return;
        }
    }
}
