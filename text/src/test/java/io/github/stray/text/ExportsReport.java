// SPDX-License-Identifier: Apache-2.0
package io.github.stray.text;

import com.grack.nanojson.JsonObject;
import io.github.stray.vision.model.ModelStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Compares all folders that {@code tools/exports} wrote and prints a row of Markdown for each: DIRECTORY [REGEX]. */
final class ExportsReport {
    /** Characters of a refusal that are shown. */
    private static final int MOST = 150;

    private ExportsReport() {}

    public static void main(String... arguments) throws IOException {
        Path home = Files.createTempDirectory("stray-exports-");
        Pattern wanted = Pattern.compile(arguments.length > 1 ? arguments[1] : "");
        System.out.println("| folder | network | exporter | processor | largest difference |\n|---|---|---|---|---|");
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
            System.out.printf(
                    "| %s | %s | %s | %s | %s |%n",
                    export.name(),
                    export.expected().getString("class", export.expected().getString("family", "")),
                    exporter(export.expected()),
                    export.expected().getString("processor", ""),
                    outcome(export, home));
        }
    }

    private static String exporter(JsonObject expected) {
        String exporter = expected.getString("exporter", "");
        JsonObject versions = expected.getObject("versions", new JsonObject());
        String library = exporter.equals("optimum") ? "optimum-onnx" : "torch";
        return versions.has(library) ? "%s %s".formatted(exporter, versions.getString(library)) : exporter;
    }

    private static String outcome(Export export, Path home) throws IOException {
        Export.Outcome outcome;
        try {
            outcome = export.compare(ModelStore.at(home.resolve(export.name())));
        } catch (IOException | RuntimeException e) {
            return "FAILED: " + e;
        }
        String right = export.expected().getString("right", "").equals("a refusal")
                ? "refused, which is right: "
                : "REFUSED: ";
        return outcome.refusal()
                .map(refusal -> right + brief(refusal.replace(export.folder() + "/", "")))
                .orElseGet(() -> outcome.differences().entrySet().stream()
                        .map(entry -> entry.getKey() + shown(entry.getKey(), entry.getValue()))
                        .collect(Collectors.joining(", ")));
    }

    private static String shown(String array, double difference) {
        return Double.isInfinite(difference)
                ? " of another kind"
                : String.format(Locale.ROOT, array.equals("levels") ? " %.0f" : " %.0e", difference);
    }

    /** What a refusal says first. */
    private static String brief(String refusal) {
        String first = refusal.lines().findFirst().orElse("");
        int known = first.indexOf(". Known are");
        String said = known < 0 ? first : first.substring(0, known);
        return said.length() <= MOST ? said : said.substring(0, MOST) + "..";
    }
}
