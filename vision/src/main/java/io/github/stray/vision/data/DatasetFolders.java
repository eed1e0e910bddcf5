// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.data;

import io.github.stray.store.FolderRemoval;
import io.github.stray.store.StagedFolder;
import io.github.stray.vision.download.ProcessLock;
import io.github.stray.vision.download.SafePath;
import io.github.stray.vision.download.Storage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Where datasets lie.
 *
 * @param data has a folder for each, {@code .downloads/NAME} with archives that were not unpacked yet, {@code
 *     .pulling-NAME-NUMBER} for one that is being unpacked, and {@code .locks}
 */
record DatasetFolders(Path data) {
    /** Names of datasets and of what else lies among them, hidden files left out. */
    List<String> names() throws IOException {
        if (!Files.isDirectory(data)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(data)) {
            return entries.map(entry -> String.valueOf(entry.getFileName()))
                    .filter(name -> !name.startsWith("."))
                    .sorted()
                    .toList();
        }
    }

    static boolean isName(String name) {
        return SafePath.isSafe(name) && !name.contains("/");
    }

    Path folder(String name) {
        return data.resolve(name);
    }

    boolean exists(String name) {
        return Files.exists(folder(name), LinkOption.NOFOLLOW_LINKS);
    }

    boolean hasRecord(String name) {
        return Files.exists(folder(name).resolve(DatasetRecord.FILE));
    }

    Optional<InstalledDataset> find(String name) throws IOException {
        return isName(name) && hasRecord(name) ? Optional.of(DatasetRecord.read(folder(name))) : Optional.empty();
    }

    Path downloads(String name) {
        return data.resolve(".downloads").resolve(name);
    }

    ProcessLock lock(String name, Runnable waiting) throws IOException {
        Path locks = Storage.writable(data.resolve(".locks"));
        try {
            return ProcessLock.of(locks.resolve(name + ".lock"), waiting);
        } catch (IOException e) {
            throw Storage.unwritable(locks, e);
        }
    }

    /** Only whoever holds the lock of the name may call this: nobody else is unpacking then. */
    StagedFolder stage(String name) throws IOException {
        Storage.writable(data);
        removeLeft(name);
        return StagedFolder.in(data, prefix(name));
    }

    private static String prefix(String name) {
        return ".pulling-" + name + "-";
    }

    /** Whether a killed process left something of a dataset. */
    boolean hasLeft(String name) throws IOException {
        return Files.exists(downloads(name))
                || !StagedFolder.list(data, prefix(name)).isEmpty();
    }

    private void removeLeft(String name) throws IOException {
        for (Path left : StagedFolder.list(data, prefix(name))) {
            FolderRemoval.remove(left);
        }
    }

    /** Deletes a dataset and what was fetched or unpacked of it; whoever holds its lock may call this. */
    void remove(String name) throws IOException {
        if (exists(name)) {
            StagedFolder.remove(folder(name), prefix(name));
        }
        removeLeft(name);
        FolderRemoval.remove(downloads(name));
    }
}
