// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.run;

import io.github.stray.store.FolderRemoval;
import io.github.stray.vision.model.ModelStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A store for the networks that a suite describes, which are not the user's to keep. Ctrl-C removes it too. If it cannot be
 * removed, that is logged and no reason to fail.
 */
final class TemporaryModels implements AutoCloseable {
    private final Path folder;
    private final Thread hook = new Thread(this::deleteQuietly, "stray-study-models");

    private TemporaryModels(Path folder) {
        this.folder = folder;
    }

    /** In a folder, and not where the system has its temporary files, which may be its memory. */
    static TemporaryModels in(Path folder) throws IOException {
        var models = new TemporaryModels(Files.createTempDirectory(folder, "networks"));
        Runtime.getRuntime().addShutdownHook(models.hook);
        return models;
    }

    ModelStore store() {
        return ModelStore.at(folder);
    }

    private void deleteQuietly() {
        try {
            FolderRemoval.remove(folder);
        } catch (IOException e) {
            System.getLogger(TemporaryModels.class.getName())
                    .log(System.Logger.Level.WARNING, "cannot delete the temporary folder " + folder, e);
        }
    }

    @Override
    public void close() {
        deleteQuietly();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException ending) {
            // The process ends already, and the hook finds nothing any more.
            return;
        }
    }
}
