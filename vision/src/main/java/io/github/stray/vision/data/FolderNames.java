// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** What lies in one folder of a dataset, in the order of code points; hidden entries are passed over. */
final class FolderNames {
    private FolderNames() {}

    static List<String> folders(Path folder) throws IOException {
        return names(folder, true, "");
    }

    /** Names of files with a suffix, in any case. */
    static List<String> files(Path folder, String suffix) throws IOException {
        return names(folder, false, suffix);
    }

    private static List<String> names(Path folder, boolean folders, String suffix) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(entry -> Files.isDirectory(entry) == folders)
                    .map(entry -> String.valueOf(entry.getFileName()))
                    .filter(name -> !name.startsWith(".")
                            && name.toLowerCase(Locale.ROOT).endsWith(suffix))
                    .sorted()
                    .toList();
        } catch (NoSuchFileException | NotDirectoryException e) {
            throw new DatasetRefusedException(
                    "%s is missing: the dataset is not in the layout of its authors, or not complete".formatted(folder),
                    e);
        }
    }
}
