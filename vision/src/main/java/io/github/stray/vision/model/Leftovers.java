// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.model;

import io.github.stray.store.AtomicFile;
import io.github.stray.store.FolderRemoval;
import io.github.stray.store.StagedFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * What killed processes left behind outside the folders of results: half an installed extractor, half a dataset, half a
 * file of Stray's home, and in the temporary folder ONNX Runtime's libraries, which versions before this one unpacked there,
 * and the launcher's pipe. What a living process uses stays. Safe for concurrent use by processes.
 */
public final class Leftovers {
    private static final Duration OLD = Duration.ofHours(1);

    private Leftovers() {}

    /**
     * Deletes them.
     *
     * @param home Stray's home; need not exist
     * @param temporary the folder of temporary files
     * @throws IOException if a folder cannot be read; what cannot be deleted stays
     */
    public static void remove(Path home, Path temporary) throws IOException {
        StagedFolder.removeLeft(home.resolve("models"));
        StagedFolder.removeLeft(home.resolve("data"));
        for (Path folder : foldersOfFiles(home)) {
            AtomicFile.removeLeft(folder);
        }
        removeLibraries(temporary);
        removePipes(temporary);
    }

    /** Where single files are written: everywhere but in the datasets, which may have millions. */
    private static List<Path> foldersOfFiles(Path home) throws IOException {
        var folders = new ArrayList<Path>();
        for (String part : List.of("native", "models", "cache")) {
            Path top = home.resolve(part);
            if (Files.isDirectory(top)) {
                try (Stream<Path> all = Files.walk(top, 2)) {
                    all.filter(Files::isDirectory).forEach(folders::add);
                }
            }
        }
        if (Files.isDirectory(home.resolve("data"))) {
            try (Stream<Path> datasets = Files.list(home.resolve("data"))) {
                datasets.filter(Files::isDirectory).forEach(folders::add);
            }
        }
        return folders;
    }

    private static void removeLibraries(Path temporary) throws IOException {
        Instant latest = Instant.now().minus(OLD);
        try (DirectoryStream<Path> found = Files.newDirectoryStream(temporary.toRealPath(), "onnxruntime-java*")) {
            for (Path folder : found) {
                if (isOld(folder, latest) && holdsLibrariesAlone(folder) && !isMapped(folder)) {
                    delete(folder);
                }
            }
        }
    }

    /** The launcher takes its pipe away as soon as both ends are open; killed before, it leaves one. */
    private static void removePipes(Path temporary) throws IOException {
        Instant latest = Instant.now().minus(OLD);
        try (DirectoryStream<Path> found = Files.newDirectoryStream(temporary.toRealPath(), "stray-[0-9]*.err")) {
            for (Path pipe : found) {
                if (isOldPipe(pipe, latest)) {
                    delete(pipe);
                }
            }
        }
    }

    /** A living launcher's pipe may go at any moment. */
    private static boolean isOldPipe(Path path, Instant latest) throws IOException {
        try {
            var attributes = Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            return attributes.isOther()
                    && attributes.lastModifiedTime().toInstant().isBefore(latest);
        } catch (NoSuchFileException gone) {
            return false;
        }
    }

    private static boolean isOld(Path folder, Instant latest) throws IOException {
        return Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)
                && Files.getLastModifiedTime(folder).toInstant().isBefore(latest);
    }

    private static boolean holdsLibrariesAlone(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.allMatch(file -> file.getFileName().toString().contains("onnxruntime"));
        }
    }

    /** Where the system does not tell what processes use, nothing but an empty folder is free. */
    private static boolean isMapped(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            if (files.findAny().isEmpty()) {
                return false;
            }
        }
        Path processes = Path.of("/proc");
        if (!Files.isDirectory(processes.resolve("self"))) {
            return true;
        }
        try (Stream<Path> entries = Files.list(processes)) {
            List<Path> maps = entries.map(entry -> entry.resolve("maps"))
                    .filter(Files::isReadable)
                    .toList();
            return maps.stream().anyMatch(map -> names(map, folder));
        }
    }

    private static boolean names(Path maps, Path folder) {
        try (Stream<String> lines = Files.lines(maps)) {
            return lines.anyMatch(line -> line.contains(folder + "/"));
        } catch (IOException | UncheckedIOException ended) {
            // The process has ended, or belongs to somebody else, whose folder could not be deleted anyway.
            return false;
        }
    }

    private static void delete(Path folder) {
        try {
            FolderRemoval.remove(folder);
        } catch (IOException e) {
            System.getLogger(Leftovers.class.getName()).log(System.Logger.Level.DEBUG, "cannot delete " + folder, e);
        }
    }
}
