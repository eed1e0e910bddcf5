// SPDX-License-Identifier: Apache-2.0
package io.github.stray.report;

import static io.github.stray.report.Numbers.metric;

import io.github.stray.score.Scores;
import java.util.List;
import java.util.OptionalDouble;

/**
 * A histogram for each of several sets of scores, each over that of the ID set; all share axes and bins.
 *
 * @param html receives the drawings
 * @param idName name of the ID set
 * @param idScores its scores
 * @param cut a finite threshold to mark, if there is one
 */
public record HistogramCharts(Html html, String idName, Scores idScores, OptionalDouble cut) {

    /**
     * Scores of one set.
     *
     * @param name of the set
     * @param scores of its images
     * @param auroc of the ID set against them
     */
    public record Series(String name, Scores scores, double auroc) {}

    /** The section of a page that holds them. */
    void section(Page page, List<OodResult> results) {
        page.section("scores", "Scores");
        page.explain(
                "How the scores of the ID images and of each OOD set are spread. The less the two overlap, the better they can be told apart. All charts share axes and bins.");
        write(results.stream()
                .map(result -> new Series(
                        result.name(), result.scores(), result.report().auroc()))
                .toList());
        html.close("section");
    }

    /**
     * Draws them.
     *
     * @param all the sets, at least one
     */
    public void write(List<Series> all) {
        var chart =
                new HistogramChart(idScores, all.stream().map(Series::scores).toList(), cut);
        html.open("ul", "class", "key");
        key("patch id", "ID: " + idName);
        key("patch ood", "OOD set");
        if (cut.isPresent()) {
            key("patch dashed", "threshold");
        }
        html.close("ul").open("div", "class", "charts");
        int number = 0;
        for (Series series : all) {
            html.open("figure").open("figcaption");
            html.leaf("span", Page.brief(series.name()), "class", "label", "title", series.name());
            html.leaf("span", "AUROC " + metric(series.auroc()), "class", "soft")
                    .close("figcaption");
            String title = "Scores of %s and %s".formatted(idName, series.name());
            chart.write(html, series.scores(), "scores-" + number++, title);
            chart.beyond(html, "", series.scores());
            html.close("figure");
        }
        html.close("div");
        chart.beyond(html, "ID: ", idScores);
    }

    private void key(String style, String name) {
        html.open("li").leaf("span", "", "class", style).text(name).close("li");
    }
}
