// SPDX-License-Identifier: Apache-2.0
package io.github.stray.conformance;

import com.grack.nanojson.JsonObject;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The page {@code docs/conformance.md}: our values beside the oracles', computed anew from the golden files.
 *
 * @param scores a section a detector
 * @param metrics sections of thresholds, metrics and accuracies
 * @param rest golden files that tests of their own compare, a line an oracle
 */
record Conformance(List<Section> scores, List<Section> metrics, List<String> rest) {
    static final Path PAGE = Path.of("..", "docs", "conformance.md");

    /** Areas whose values this page compares itself; every other folder of {@code golden} is listed as it is. */
    private static final Set<String> COMPARED = Set.of("detect", "threshold", "metric", "bootstrap", "accuracy");

    private static final Pattern MEASURED = Pattern.compile("~\\S+(?= \\|)");

    private static final String TEXT = """
            # Conformance

            <!-- Written by tools/conformance.sh; a test fails where this page and the golden files differ. -->

            Every score and metric, compared with an oracle: a library of the field where a row's oracle names one for the score itself,
            else the definition, written out by us in NumPy apart from Stray's code. The expected values stand in `golden/`, and
            `tools/golden/check.sh` computes them anew with the oracles.

            **difference** is the largest `|ours - oracle| / (|oracle| + f)` over all values of the row, on the machine that wrote
            this page; with `f = 1e-12 / tolerance` for scores, which may lie near zero, and `f = 0` elsewhere. An infinite score
            must be the same infinity. The test suite fails where a difference reaches beyond **tolerance**; `none` means that the
            values are equal.
            """;

    static Conformance measure() {
        return new Conformance(
                DetectorSections.read(),
                Stream.of(ThresholdSections.read(), MetricSections.read(), AccuracySections.read())
                        .flatMap(List::stream)
                        .toList(),
                otherFiles());
    }

    Stream<Section> sections() {
        return Stream.concat(scores.stream(), metrics.stream());
    }

    String markdown() {
        var text = new StringBuilder(TEXT).append("\n## Scores\n");
        scores.forEach(section -> text.append(section.markdown()));
        text.append("\n## Thresholds and metrics\n");
        metrics.forEach(section -> text.append(section.markdown()));
        text.append("\n## The rest\n\nCompared by tests of their own.\n\n");
        text.append("| golden files | oracle | what it computed | cases |\n|---|---|---|---:|\n");
        rest.forEach(text::append);
        return text.toString();
    }

    /** A measured figure, marked: its digits differ between processors, so they are no part of the comparison. */
    static String measured(double difference) {
        return "~" + Row.digit(difference);
    }

    static String withoutMeasured(String page) {
        return MEASURED.matcher(page).replaceAll("~");
    }

    private static List<String> otherFiles() {
        var cases = new LinkedHashMap<List<Object>, Integer>();
        for (String area : GoldenFiles.areas()) {
            if (!COMPARED.contains(area)) {
                for (Path file : GoldenFiles.of(area)) {
                    JsonObject golden = GoldenFiles.read(file);
                    int count = golden.has("cases") ? golden.getArray("cases").size() : 1;
                    cases.merge(List.of(area, Section.Oracle.of(golden)), count, Integer::sum);
                }
            }
        }
        var lines = new ArrayList<String>();
        for (Map.Entry<List<Object>, Integer> entry : cases.entrySet()) {
            var oracle = (Section.Oracle) entry.getKey().get(1);
            lines.add("| `%s` | %s | %s | %d |\n"
                    .formatted(
                            entry.getKey().getFirst(),
                            oracle.versions(),
                            oracle.variant().replace("|", "\\|"),
                            entry.getValue()));
        }
        return lines;
    }
}
