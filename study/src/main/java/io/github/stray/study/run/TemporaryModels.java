// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.run;

import io.github.stray.store.FolderRemoval;
import io.github.stray.vision.model.ModelStore;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;

/**
 * A store for the networks that a suite describes, which are not the user's to keep. Ctrl-C removes it too, and what a killed
 * process left is removed by the next one. If something cannot be removed, that is logged and no reason to fail.
 */
final class TemporaryModels implements AutoCloseable {
    private static final String PREFIX = "networks";
    private static final String LOCK = "in-use";

    private final Path folder;
    private final FileChannel lock;
    private final Thread hook = new Thread(this::end, "stray-study-models");

    private TemporaryModels(Path folder, FileChannel lock) {
        this.folder = folder;
        this.lock = lock;
    }

    /** In a folder, and not where the system has its temporary files, which may be its memory. */
    static TemporaryModels in(Path parent) throws IOException {
        removeLeft(parent);
        Path folder = Files.createTempDirectory(parent, PREFIX);
        FileChannel lock =
                FileChannel.open(folder.resolve(LOCK), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        try {
            lock.lock();
        } catch (IOException e) {
            warn("cannot lock the temporary folder " + folder, e);
        }
        var models = new TemporaryModels(folder, lock);
        Runtime.getRuntime().addShutdownHook(models.hook);
        return models;
    }

    ModelStore store() {
        return ModelStore.at(folder);
    }

    private static void removeLeft(Path parent) throws IOException {
        var left = new ArrayList<Path>();
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(parent, PREFIX + "*")) {
            for (Path folder : folders) {
                if (isLeft(folder.resolve(LOCK))) {
                    left.add(folder);
                }
            }
        }
        left.forEach(TemporaryModels::remove);
    }

    private static boolean isLeft(Path file) {
        try (FileChannel lock = FileChannel.open(file, StandardOpenOption.WRITE)) {
            return lock.tryLock() != null;
        } catch (IOException | OverlappingFileLockException inUse) {
            return false;
        }
    }

    private static void remove(Path folder) {
        try {
            FolderRemoval.remove(folder);
        } catch (IOException e) {
            warn("cannot delete the temporary folder " + folder, e);
        }
    }

    private static void warn(String text, IOException e) {
        System.getLogger(TemporaryModels.class.getName()).log(System.Logger.Level.WARNING, text, e);
    }

    private void end() {
        try {
            lock.close();
        } catch (IOException e) {
            warn("cannot unlock the temporary folder " + folder, e);
        }
        remove(folder);
    }

    @Override
    public void close() {
        end();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException ending) {
            // The process ends already, and the hook finds nothing any more.
            return;
        }
    }
}
