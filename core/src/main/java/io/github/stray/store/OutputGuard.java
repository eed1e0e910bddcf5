// SPDX-License-Identifier: Apache-2.0
package io.github.stray.store;

import io.github.stray.provenance.InputFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Keeps {@code -o} from replacing what Stray did not write. */
public final class OutputGuard {
    private static final int LOOK_AT = 1 << 16;
    private static final String GENERATOR = "<meta name=\"generator\" content=\"Stray";

    private OutputGuard() {}

    /**
     * Makes sure that a file may be written, before any work is done for it.
     *
     * @param target where the output is to go
     * @param force whether the user said that any file may be replaced
     * @throws FileAlreadyExistsException if a folder is there, or a file that Stray did not write and {@code force} is
     *     false
     * @throws NoSuchFileException if the folder it is to lie in does not exist
     * @throws AccessDeniedException if that folder takes no files, or the file is read-only
     * @throws IOException if the existing file cannot be read
     */
    public static void requireReplaceable(Path target, boolean force) throws IOException {
        if (Files.isDirectory(target)) {
            throw new FileAlreadyExistsException(target.toString(), null, "is a folder; give the name of a file in it");
        }
        Path folder = target.toAbsolutePath().getParent();
        if (folder == null || !Files.isDirectory(folder)) {
            throw new NoSuchFileException(target.toString(), null, "cannot write: there is no folder " + folder);
        }
        AtomicFile.requireWritable(target, folder);
        if (force || !Files.isRegularFile(target) || writtenByStray(target)) {
            return;
        }
        throw new FileAlreadyExistsException(
                target.toString(), null, "was not written by Stray and is not replaced; choose another name");
    }

    /**
     * Whether replacing a file loses nothing but Stray's own work: a safetensors file with {@code stray.format}, a
     * {@code .npy} file padded as {@link NpyWriter} does, scores that start with its header, an HTML page that names Stray
     * as its generator, or an empty file. A damaged file of Stray still counts.
     *
     * @param file an existing regular file
     * @return true if Stray wrote it
     * @throws IOException if it cannot be read
     */
    public static boolean writtenByStray(Path file) throws IOException {
        byte[] start;
        try (InputStream in = InputFile.open(file)) {
            start = in.readNBytes(LOOK_AT);
        }
        if (start.length == 0) {
            return true;
        }
        String text = new String(start, StandardCharsets.ISO_8859_1);
        return isSafetensors(text) || isNpy(start) || isScores(text) || text.contains(GENERATOR);
    }

    private static boolean isSafetensors(String text) {
        return text.startsWith("{\"__metadata__\":{\"" + SafetensorsHeader.FORMAT_KEY + '"', 8);
    }

    private static boolean isNpy(byte[] start) {
        for (int i = 0; i < Npy.MAGIC.length; i++) {
            if (start.length <= i || start[i] != Npy.MAGIC[i]) {
                return false;
            }
        }
        return start.length >= NpyWriter.DATA_START
                && start[6] == 1
                && ((start[8] & 0xFF) | ((start[9] & 0xFF) << 8)) == NpyWriter.DATA_START - 10;
    }

    private static boolean isScores(String text) {
        String csv = String.join(",", ScoreWriter.FIRST_COLUMNS);
        int end = text.indexOf('\n');
        String line = end < 0 ? text : text.substring(0, end).stripTrailing();
        return line.equals(csv)
                || line.startsWith(csv + ",")
                || (line.startsWith("{\"id\":")
                        && ScoreWriter.FIRST_COLUMNS.stream().allMatch(name -> line.contains("\"" + name + "\":")));
    }

    /**
     * {@return whether a folder holds nothing, or only what a killed process of Stray was writing}
     *
     * @param folder an existing folder
     * @throws IOException if it cannot be read
     */
    public static boolean isEmpty(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.allMatch(AtomicFile::isTemporary);
        }
    }
}
