// SPDX-License-Identifier: Apache-2.0
package io.github.stray.text;

import io.github.stray.vision.model.ModelStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Compares all folders that {@code tools/exports} wrote and prints a row of Markdown for each: DIRECTORY [REGEX]. */
final class ExportsReport {
    private ExportsReport() {}

    public static void main(String... arguments) throws IOException {
        Path home = Files.createTempDirectory("stray-exports-");
        Pattern wanted = Pattern.compile(arguments.length > 1 ? arguments[1] : "");
        System.out.println("| folder | processor | exporter | largest difference | refused |\n|---|---|---|---|---|");
        List<Path> folders;
        try (Stream<Path> all = Files.list(Path.of(arguments[0]))) {
            folders = all.filter(folder -> Files.isDirectory(folder.resolve("model")))
                    .filter(folder ->
                            wanted.matcher(folder.getFileName().toString()).find())
                    .sorted()
                    .toList();
        }
        for (Path folder : folders) {
            Export export = new Export(folder);
            Export.Outcome outcome;
            try {
                outcome = export.compare(ModelStore.at(home.resolve(export.name())));
            } catch (IOException | RuntimeException e) {
                outcome = new Export.Outcome(Map.of(), java.util.Optional.of("FAILED " + e));
            }
            System.out.printf(
                    Locale.ROOT,
                    "| %s | %s | %s | %s | %s |%n",
                    export.name(),
                    export.expected().getString("processor", ""),
                    export.expected().getString("exporter", ""),
                    outcome.differences().entrySet().stream()
                            .map(entry -> String.format(Locale.ROOT, "%s %.1e", entry.getKey(), entry.getValue()))
                            .collect(Collectors.joining(", ")),
                    outcome.refusal().orElse(""));
        }
    }
}
