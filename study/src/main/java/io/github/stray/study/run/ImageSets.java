// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.run;

import io.github.stray.extract.DatasetSource;
import io.github.stray.provenance.Sha256;
import io.github.stray.study.suite.SuiteSet;
import io.github.stray.vision.dataset.ImageInput;
import io.github.stray.vision.dataset.Selection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;

/** Opens the image sets of a suite, each once, and says what each is made of. */
final class ImageSets {
    private static final String DATA = "data:";

    private final long seed;
    private final Map<String, Opened> opened = new HashMap<>();
    private final Map<Path, String> digests = new HashMap<>();

    ImageSets(long seed) {
        this.seed = seed;
    }

    /**
     * A set that can be read.
     *
     * @param source its images
     * @param digest of manifest, choice and, where it is one file, that file
     */
    record Opened(DatasetSource source, String digest) {}

    Opened open(SuiteSet set, OptionalInt limit) throws SetFailedException {
        String input = set.input().orElseThrow();
        boolean whole = set.part().isPresent();
        var selection = whole ? Selection.ALL : new Selection(limit, set.perClass(), seed);
        String key = input + selection;
        if (!opened.containsKey(key)) {
            try {
                DatasetSource source = ImageInput.of(input, selection);
                opened.put(key, new Opened(source, Sha256.of(source.fingerprint() + content(input))));
            } catch (IOException | IllegalArgumentException e) {
                throw new SetFailedException(reason(set.name(), input, e), e);
            }
        }
        return Objects.requireNonNull(opened.get(key));
    }

    private static String reason(String name, String input, Exception e) {
        String message = String.valueOf(e.getMessage());
        if (!input.startsWith(DATA) || message.contains("stray data pull")) {
            return "set %s: %s".formatted(name, message);
        }
        String dataset = input.substring(DATA.length()).replaceFirst("#.*", "");
        return "set %s: %s; fetch it with 'stray data pull %s'".formatted(name, message, dataset);
    }

    /** The manifest of CIFAR's files, all records of one size, does not tell one set of pictures from another. */
    private String content(String input) throws IOException {
        String path = input.replaceFirst("^cifar100?:", "").replaceFirst("#(train|test)$", "");
        try {
            Path file = Path.of(path);
            if (!Files.isRegularFile(file)) {
                return "";
            }
            if (!digests.containsKey(file)) {
                digests.put(file, Sha256.of(file));
            }
            return Objects.requireNonNull(digests.get(file));
        } catch (InvalidPathException e) {
            return "";
        }
    }
}
