// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.page;

import static io.github.stray.report.Numbers.metric;

import io.github.stray.report.HistogramChart;
import io.github.stray.report.Html;
import io.github.stray.report.Page;
import io.github.stray.report.RocChart;
import io.github.stray.score.IdOodScores;
import io.github.stray.study.result.Cell;
import io.github.stray.study.result.Outcome.Measured;
import io.github.stray.study.result.StudyResults;
import io.github.stray.study.result.UnitStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/** ROC curves of selected cells in one square, and a histogram for each of them on axes of its own. */
record Curves(StudyResults results, UnitStore store, Html html, Page page) {
    private static final int MOST = 8;

    void write() throws IOException {
        var curves = new ArrayList<RocChart.Series>();
        for (Cell cell : chosen()) {
            IdOodScores scores = store.scores(cell.unit(), cell.place());
            String by = Page.brief(cell.extractor()) + ", " + Page.brief(cell.detector());
            curves.add(new RocChart.Series(OodPair.of(cell).name(), by, scores, auroc(cell)));
        }
        if (!curves.isEmpty()) {
            RocChart.section(html, page, curves);
            histograms(curves);
        }
    }

    /** The best cell of the hardest and of the easiest OOD set of each pair. */
    private List<Cell> chosen() {
        Map<String, List<Cell>> byPair = results.cells().stream()
                .filter(cell -> cell.overall().best())
                .collect(Collectors.groupingBy(Cell::pair, LinkedHashMap::new, Collectors.toList()));
        var chosen = new ArrayList<Cell>();
        for (List<Cell> best : byPair.values()) {
            List<Cell> hardestFirst = best.stream()
                    .sorted(Comparator.comparingDouble(Curves::auroc))
                    .toList();
            chosen.add(hardestFirst.getFirst());
            if (best.size() > 1) {
                chosen.add(hardestFirst.getLast());
            }
        }
        return chosen.subList(0, Math.min(MOST, chosen.size()));
    }

    private static double auroc(Cell cell) {
        return cell.measured().map(Measured::auroc).orElseThrow();
    }

    private void histograms(List<RocChart.Series> curves) {
        page.section("scores", "Scores");
        page.explain(
                "How the scores of the ID images and of the OOD images are spread, of the same cells. The less the two overlap, the better they can be told apart. Scores of different detectors and extractors have different units, so each chart has axes of its own.");
        html.open("ul", "class", "key");
        for (String set : List.of("id", "ood")) {
            html.open("li").leaf("span", "", "class", "patch " + set);
            html.text(set.equals("id") ? "ID images" : "OOD images").close("li");
        }
        html.close("ul").open("div", "class", "charts");
        int key = 0;
        for (RocChart.Series curve : curves) {
            histogram(curve, "scores-" + key++);
        }
        html.close("div").close("section");
    }

    private void histogram(RocChart.Series curve, String key) {
        IdOodScores scores = curve.scores();
        var chart = new HistogramChart(scores.id(), List.of(scores.ood()), OptionalDouble.empty());
        html.open("figure").open("figcaption").open("span");
        html.leaf("span", curve.name(), "class", "label").leaf("span", curve.by(), "class", "by");
        html.close("span").leaf("span", "AUROC " + metric(curve.auroc()), "class", "soft");
        html.close("figcaption");
        chart.write(html, scores.ood(), key, "Scores of %s, %s".formatted(curve.name(), curve.by()));
        chart.beyond(html, "ID: ", scores.id());
        chart.beyond(html, "OOD: ", scores.ood());
        html.close("figure");
    }
}
