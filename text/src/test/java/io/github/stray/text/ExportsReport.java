// SPDX-License-Identifier: Apache-2.0
package io.github.stray.text;

import com.grack.nanojson.JsonObject;
import io.github.stray.vision.model.ModelStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Compares all folders that {@code tools/exports} wrote and prints a row of Markdown for each: OUT REAL COMMANDS [REGEX]. OUT:
 * the folders with the drawn pictures; REAL: the same with real images, which may lack some; COMMANDS: what {@code
 * ExportsCommands} printed.
 */
final class ExportsReport {
    /** Characters of a refusal that are shown. */
    private static final int MOST = 150;

    /** How a folder fares. */
    private enum Kind {
        AGREES("agree within the limits"),
        REFUSED_RIGHTLY("are refused, which is right"),
        REFUSED("are refused without need"),
        DIFFERS("differ");

        private final String said;

        Kind(String said) {
            this.said = said;
        }
    }

    private record Row(Kind kind, String said) {}

    private final Path home;

    private ExportsReport(Path home) {
        this.home = home;
    }

    public static void main(String... arguments) throws IOException {
        Path drawn = Path.of(arguments[0]);
        Path real = Path.of(arguments[1]);
        Map<String, String> commands = commands(Path.of(arguments[2]));
        Pattern wanted = Pattern.compile(arguments.length > 3 ? arguments[3] : "");
        var report = new ExportsReport(Files.createTempDirectory("stray-exports-"));
        System.out.println("| folder | network | exporter | processor | drawn pictures | real images | commands |");
        System.out.println("|---|---|---|---|---|---|---|");
        var counts = new EnumMap<Kind, Integer>(Kind.class);
        var pillows = new TreeSet<String>();
        for (Path folder : folders(drawn, wanted)) {
            Export export = new Export(folder);
            Row onDrawn = report.row(export);
            Path other = real.resolve(export.name());
            Row onReal = Files.isDirectory(other) ? report.row(new Export(other)) : new Row(Kind.AGREES, "");
            for (Export made : List.of(export, new Export(other))) {
                String pillow =
                        made.expected().getObject("versions", new JsonObject()).getString("pillow");
                if (pillow != null) {
                    pillows.add(pillow);
                }
            }
            counts.merge(worse(onDrawn.kind, onReal.kind), 1, Integer::sum);
            System.out.printf(
                    "| %s | %s | %s | %s | %s | %s | %s |%n",
                    export.name(),
                    export.expected().getString("class", export.expected().getString("family", "")),
                    exporter(export.expected()),
                    export.expected().getString("processor", ""),
                    onDrawn.said,
                    export.isToRefuse() && onReal.kind == onDrawn.kind ? "the same" : onReal.said,
                    commands.getOrDefault(export.name(), ""));
        }
        System.out.println();
        System.out.println("Images of the libraries by Pillow " + String.join(", ", pillows) + ".");
        System.out.println(counts.entrySet().stream()
                .map(count -> count.getValue() + " folders " + count.getKey().said)
                .collect(Collectors.joining(", ", "", ".")));
    }

    private static Kind worse(Kind one, Kind other) {
        return one.compareTo(other) >= 0 ? one : other;
    }

    private static List<Path> folders(Path out, Pattern wanted) throws IOException {
        try (Stream<Path> all = Files.list(out)) {
            return all.filter(folder -> Files.isDirectory(folder.resolve("model")))
                    .filter(folder ->
                            wanted.matcher(folder.getFileName().toString()).find())
                    .sorted()
                    .toList();
        }
    }

    /** Name of a folder, a tab, and what is said of it. */
    private static Map<String, String> commands(Path file) throws IOException {
        var commands = new HashMap<String, String>();
        for (String line : Files.isRegularFile(file) ? Files.readAllLines(file) : List.<String>of()) {
            String[] parts = line.split("\t", 2);
            commands.put(parts[0], parts[1]);
        }
        return commands;
    }

    private static String exporter(JsonObject expected) {
        String exporter = expected.getString("exporter", "");
        JsonObject versions = expected.getObject("versions", new JsonObject());
        String library = exporter.equals("optimum") ? "optimum-onnx" : "torch";
        return versions.has(library) ? "%s %s".formatted(exporter, versions.getString(library)) : exporter;
    }

    private Row row(Export export) throws IOException {
        Export.Outcome outcome;
        try {
            outcome = export.compare(ModelStore.at(home.resolve(export.name())));
        } catch (IOException | RuntimeException e) {
            return new Row(Kind.DIFFERS, "FAILED: " + e);
        }
        if (outcome.refusal().isPresent()) {
            String said = brief(outcome.refusal().get().replace(export.folder() + "/", ""));
            return export.isToRefuse()
                    ? new Row(Kind.REFUSED_RIGHTLY, "refused, which is right: " + said)
                    : new Row(Kind.REFUSED, "REFUSED: " + said);
        }
        if (export.isToRefuse()) {
            return new Row(Kind.DIFFERS, "NOT REFUSED");
        }
        boolean right = true;
        var shown = new StringBuilder();
        for (Map.Entry<String, Double> array : outcome.differences().entrySet()) {
            boolean allowed = array.getValue() <= export.allowed(array.getKey());
            right &= allowed;
            shown.append(shown.isEmpty() ? "" : ", ")
                    .append(array.getKey())
                    .append(shown(array.getKey(), array.getValue()))
                    .append(allowed ? "" : " TOO FAR");
        }
        return new Row(right ? Kind.AGREES : Kind.DIFFERS, shown.toString());
    }

    private static String shown(String array, double difference) {
        if (Double.isInfinite(difference)) {
            return " of another kind";
        }
        boolean levels = array.equals("levels") || array.equals(Export.PIXELS);
        return String.format(Locale.ROOT, levels ? " %.0f" : " %.0e", difference);
    }

    /** What a refusal says first. */
    private static String brief(String refusal) {
        String first = refusal.lines().findFirst().orElse("");
        int known = first.indexOf(". Known are");
        String said = known < 0 ? first : first.substring(0, known);
        return said.length() <= MOST ? said : said.substring(0, MOST) + "..";
    }
}
