// SPDX-License-Identifier: Apache-2.0
package io.github.stray.conformance;

import io.github.stray.detect.Detectors;
import io.github.stray.detect.GoldenCases;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Every detector and option of {@code golden/detect}, in the order of {@link Detectors#ids}: a section an id and file. */
final class DetectorSections {
    private DetectorSections() {}

    static List<Section> read() {
        var sections = new ArrayList<Section>();
        for (Path file : GoldenFiles.of("detect")) {
            GoldenCases golden = GoldenCases.read(file);
            var oracle = new Section.Oracle(golden.oracle(), golden.version(), golden.variant());
            var byId = new LinkedHashMap<String, Map<String, List<GoldenCases.Case>>>();
            for (GoldenCases.Case expected : golden.cases()) {
                String[] idAndOptions = expected.detector().split(":", 2);
                byId.computeIfAbsent(idAndOptions[0], id -> new LinkedHashMap<>())
                        .computeIfAbsent(
                                idAndOptions.length == 1 ? "defaults" : "`" + idAndOptions[1] + "`",
                                options -> new ArrayList<>())
                        .add(expected);
            }
            byId.forEach((id, byOptions) -> sections.add(new Section(
                    "`" + id + "`",
                    oracle,
                    byOptions.entrySet().stream()
                            .map(entry -> row(entry.getKey(), entry.getValue()))
                            .toList())));
        }
        sections.sort(Comparator.comparingInt(section -> position(section.title())));
        return sections;
    }

    private static int position(String title) {
        return Detectors.ids().indexOf(title.replace("`", ""));
    }

    private static Row row(String options, List<GoldenCases.Case> cases) {
        double tolerance = 0;
        for (GoldenCases.Case expected : cases) {
            tolerance = Math.max(tolerance, expected.tolerance());
        }
        var comparison = new Comparison(GoldenCases.ABSOLUTE_TOLERANCE / tolerance);
        for (GoldenCases.Case expected : cases) {
            comparison
                    .nextInput()
                    .add(expected.fitted().score(expected.samples()).toArray(), expected.scores());
        }
        return Row.of(options, comparison, tolerance);
    }
}
