// SPDX-License-Identifier: Apache-2.0
package io.github.stray.report;

import static io.github.stray.report.Numbers.metric;
import static io.github.stray.report.Numbers.percent;
import static io.github.stray.report.Numbers.score;

import io.github.stray.score.Scores;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
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

    /**
     * Draws them.
     *
     * @param all the sets, at least one
     * @throws IOException if they cannot be written
     */
    public void write(List<Series> all) throws IOException {
        List<Scores> sets = all.stream().map(Series::scores).toList();
        ScoreRange range = ScoreRange.of(idScores, sets);
        int bins = HistogramChart.bins(idScores.size());
        double[] id = range.histogram(idScores, bins);
        List<double[]> ood =
                sets.stream().map(scores -> range.histogram(scores, bins)).toList();
        double idPeak = peak(id);
        double oodPeak = ood.stream().mapToDouble(HistogramCharts::peak).max().orElse(0);
        double top = 1.08 * Math.max(idPeak, Math.min(oodPeak, 3 * idPeak));
        var chart = new HistogramChart(range, top, cut);
        html.open("ul", "class", "key");
        html.open("li")
                .leaf("span", "", "class", "patch id")
                .text("ID: " + idName)
                .close("li");
        html.open("li").leaf("span", "", "class", "patch ood").text("OOD set").close("li");
        if (cut.isPresent()) {
            html.open("li")
                    .leaf("span", "", "class", "patch dashed")
                    .text("threshold")
                    .close("li");
        }
        html.close("ul");
        html.open("div", "class", "charts");
        for (int i = 0; i < ood.size(); i++) {
            Series series = all.get(i);
            html.open("figure");
            html.open("figcaption").leaf("span", Page.brief(series.name()), "class", "label", "title", series.name());
            html.leaf("span", "AUROC " + metric(series.auroc()), "class", "soft")
                    .close("figcaption");
            chart.write(
                    html,
                    id,
                    ood.get(i),
                    "scores-" + i,
                    "Scores of %s and %s".formatted(idName, series.name()),
                    "Median score: ID %s, OOD %s.".formatted(score(median(idScores)), score(median(series.scores()))));
            String beyond = beyond(range, top, series.scores(), ood.get(i));
            if (!beyond.isEmpty()) {
                html.leaf("p", beyond, "class", "soft small");
            }
            html.close("figure");
        }
        html.close("div");
        String beyond = beyond(range, top, idScores, id);
        if (!beyond.isEmpty()) {
            html.leaf("p", "ID: " + beyond, "class", "soft small");
        }
    }

    static String beyond(ScoreRange range, double top, Scores scores, double[] shares) {
        var notes = new ArrayList<String>();
        if (range.below(scores) > 0) {
            notes.add(percent(range.below(scores)) + " score lower than the chart shows and count in its first bin.");
        }
        if (range.above(scores) > 0) {
            notes.add(percent(range.above(scores)) + " score higher than the chart shows and count in its last bin.");
        }
        if (peak(shares) > top) {
            notes.add("The highest bin holds %s and is cut off.".formatted(percent(peak(shares))));
        }
        return String.join(" ", notes);
    }

    static double median(Scores scores) {
        double[] values = scores.toArray();
        Arrays.sort(values);
        return values[values.length / 2];
    }

    static double peak(double[] shares) {
        double peak = 0;
        for (double share : shares) {
            peak = Math.max(peak, share);
        }
        return peak;
    }
}
