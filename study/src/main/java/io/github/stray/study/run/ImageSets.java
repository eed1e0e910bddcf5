// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.run;

import io.github.stray.extract.DatasetSource;
import io.github.stray.provenance.Sha256;
import io.github.stray.study.suite.SuiteSet;
import io.github.stray.vision.dataset.ImageInput;
import io.github.stray.vision.dataset.Selection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** Opens each image set of a suite once, and computes the digest of its content. Safe for concurrent use. */
final class ImageSets {
    private final long seed;
    private final Map<String, Opened> opened = new ConcurrentHashMap<>();
    private final Map<Path, String> digests = new ConcurrentHashMap<>();

    ImageSets(long seed) {
        this.seed = seed;
    }

    /**
     * A set that can be read.
     *
     * @param source its images
     * @param fingerprint digest of the manifest, of the choice of samples and, where the set is one file, of that file; the
     *     same in every folder
     * @param digest digest of all that and of the times at which the files of a folder were changed
     */
    record Opened(DatasetSource source, String fingerprint, String digest) {}

    Opened open(SuiteSet set, OptionalInt limit) throws SetFailedException {
        String input = set.input().orElseThrow();
        boolean whole = set.part().isPresent();
        var selection = whole ? Selection.ALL : new Selection(limit, set.perClass(), seed);
        String key = input + selection;
        if (!opened.containsKey(key)) {
            try {
                DatasetSource source = ImageInput.of(input, selection);
                String content = content(input);
                opened.put(
                        key,
                        new Opened(
                                source,
                                Sha256.of(source.fingerprint() + content),
                                Sha256.of(source.version() + content)));
            } catch (IOException | RuntimeException e) {
                throw new SetFailedException("set %s: %s".formatted(set.name(), e.getMessage()), e);
            }
        }
        return Objects.requireNonNull(opened.get(key));
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
        List<Path> files;
        try (Stream<Path> found = Files.walk(folder)) {
            files = found.filter(file -> isRecords(file) && Files.isRegularFile(file))
                    .sorted()
                    .toList();
        }
        var lines = new StringBuilder();
        for (Path file : files) {
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
        if (!digests.containsKey(file)) {
            digests.put(file, Sha256.of(file));
        }
        return Objects.requireNonNull(digests.get(file));
    }
}
