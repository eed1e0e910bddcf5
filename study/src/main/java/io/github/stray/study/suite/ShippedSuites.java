// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.suite;

import io.github.stray.detect.Suggestion;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** The suites that come with Stray. Their relative paths are relative to the current folder. */
public final class ShippedSuites {
    private static final List<String> NAMES = List.of(
            "sample",
            "clip-features",
            "one-class-sample",
            "paper-18",
            "paper-imagenet",
            "one-class-cifar10",
            "openood-cifar10",
            "openood-cifar100",
            "openood-imagenet");

    private ShippedSuites() {}

    /** {@return their names, those that need no download first} */
    public static List<String> names() {
        return NAMES;
    }

    /**
     * {@return a shipped suite by its name, or a user's by its file}
     *
     * @param nameOrFile a name, or a file that ends in {@code .yaml} or {@code .yml}
     * @throws IllegalArgumentException if there is no such suite, or it cannot be used; of a file an {@link
     *     InvalidSuiteException}, whose message starts with {@code FILE:LINE:}
     * @throws IOException if it cannot be read
     */
    public static Suite open(String nameOrFile) throws IOException {
        return isFile(nameOrFile)
                ? SuiteReader.read(Path.of(nameOrFile))
                : SuiteReader.read(text(nameOrFile), nameOrFile + ".yaml", SuitePaths.ofEnvironment(Path.of("")));
    }

    /**
     * {@return the text of a suite, YAML}
     *
     * @param nameOrFile a name, or a file that ends in {@code .yaml} or {@code .yml}
     * @throws IllegalArgumentException if there is no such suite
     * @throws IOException if it cannot be read
     */
    public static String text(String nameOrFile) throws IOException {
        if (isFile(nameOrFile)) {
            return new String(Files.readAllBytes(Path.of(nameOrFile)), StandardCharsets.UTF_8);
        }
        if (!NAMES.contains(nameOrFile)) {
            throw new IllegalArgumentException("no suite '%s': neither a name nor a .yaml file; %s"
                    .formatted(nameOrFile, Suggestion.among(nameOrFile, NAMES)));
        }
        String resource = "/suites/" + nameOrFile + ".yaml";
        try (InputStream in = ShippedSuites.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new NoSuchFileException(resource, null, "missing from Stray's own jar");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static boolean isFile(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        return lower.endsWith(".yaml") || lower.endsWith(".yml");
    }
}
