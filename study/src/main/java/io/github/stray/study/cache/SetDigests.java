// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.cache;

import io.github.stray.extract.DatasetSource;
import io.github.stray.provenance.Sha256;
import io.github.stray.vision.dataset.ImageInput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** Computes digests of image sets; a file is read once, however many sets are in it. Safe for concurrent use. */
public final class SetDigests {
    private final Map<Path, String> files = new ConcurrentHashMap<>();

    /** No file has been read yet. */
    public SetDigests() {}

    /**
     * {@return the digest of a set, SHA-256: its manifest, its choice of samples, when its files were changed and,
     * where it is one file, that file}
     *
     * @param input what it was opened from
     * @param source the set
     * @throws IOException if a file cannot be read
     */
    public String of(String input, DatasetSource source) throws IOException {
        return Sha256.of(source.version() + content(input));
    }

    /**
     * {@return a digest as {@link #of} gives, without the time of any change: equal wherever the set lies}
     *
     * @param input what it was opened from
     * @param source the set
     * @throws IOException if a file cannot be read
     */
    public String fingerprint(String input, DatasetSource source) throws IOException {
        return Sha256.of(source.fingerprint() + content(input));
    }

    /** Digests of archives and of CIFAR's records: a set's version holds only their names and sizes. */
    private String content(String input) throws IOException {
        var content = new StringBuilder();
        for (Path path : ImageInput.paths(input)) {
            content.append(Files.isDirectory(path) ? records(path) : Files.isRegularFile(path) ? digest(path) : "");
        }
        return content.toString();
    }

    private String records(Path folder) throws IOException {
        List<Path> records;
        try (Stream<Path> found = Files.walk(folder)) {
            records = found.filter(file -> isRecords(file) && Files.isRegularFile(file))
                    .sorted()
                    .toList();
        }
        var lines = new StringBuilder();
        for (Path file : records) {
            lines.append(folder.relativize(file))
                    .append(' ')
                    .append(digest(file))
                    .append('\n');
        }
        return lines.toString();
    }

    private static boolean isRecords(Path file) {
        String name = file.toString().toLowerCase(Locale.ROOT);
        return name.endsWith(".bin") || name.endsWith(".bin.xz");
    }

    private String digest(Path file) throws IOException {
        if (!files.containsKey(file)) {
            files.put(file, Sha256.of(file));
        }
        return Objects.requireNonNull(files.get(file));
    }
}
