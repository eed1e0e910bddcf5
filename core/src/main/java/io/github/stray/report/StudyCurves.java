// SPDX-License-Identifier: Apache-2.0
package io.github.stray.report;

import static io.github.stray.report.Numbers.metric;
import static io.github.stray.report.Numbers.score;

import io.github.stray.report.StudyReport.Curve;
import io.github.stray.report.StudyReport.Figures;
import java.io.IOException;
import java.util.List;
import java.util.OptionalDouble;

/** ROC curves of selected cells in one square, and a histogram for each of them on axes of its own. */
record StudyCurves(StudyReport report, StudyCells cells, Html html, Page page) {
    void write() throws IOException {
        List<Curve> curves = report.curves();
        if (curves.isEmpty()) {
            return;
        }
        page.section("roc", "ROC curves");
        html.leaf(
                "p",
                "Every possible threshold at once: how many ID images it keeps (up) and how many OOD images it lets through (right). Up and left is better; the dotted diagonal is guessing. The dots are FPR@95.",
                "class",
                "soft");
        html.open("div", "class", "roc-box").open("figure");
        RocChart.write(
                html,
                curves.stream()
                        .map(curve -> RocCurve.of(curve.id(), curve.ood()))
                        .toList(),
                curves.stream().map(StudyCurves::name).toList());
        html.close("figure").open("ul", "class", "series-key");
        for (int i = 0; i < curves.size(); i++) {
            html.open("li", "data-series", Integer.toString(i));
            RocChart.swatch(html, i);
            html.open("span");
            html.leaf("span", curves.get(i).pair().name(), "class", "label");
            html.leaf("span", by(curves.get(i)), "class", "by");
            html.close("span");
            html.leaf("span", metric(figures(curves.get(i)).auroc()), "class", "number")
                    .close("li");
        }
        html.close("ul").close("div").close("section");
        histograms();
    }

    private void histograms() throws IOException {
        page.section("scores", "Scores");
        html.leaf(
                "p",
                "How the scores of the ID images and of the OOD images are spread, of the same cells. The less the two overlap, the better they can be told apart. Scores of different detectors and extractors have different units, so each chart has axes of its own.",
                "class",
                "soft");
        html.open("ul", "class", "key");
        for (String set : List.of("id", "ood")) {
            html.open("li").leaf("span", "", "class", "patch " + set);
            html.text(set.equals("id") ? "ID images" : "OOD images").close("li");
        }
        html.close("ul").open("div", "class", "charts");
        int key = 0;
        for (Curve curve : report.curves()) {
            histogram(curve, "scores-" + key++);
        }
        html.close("div").close("section");
    }

    private void histogram(Curve curve, String key) throws IOException {
        ScoreRange range = ScoreRange.of(curve.id(), List.of(curve.ood()));
        int bins = HistogramChart.bins(curve.id().size());
        double[] id = range.histogram(curve.id(), bins);
        double[] ood = range.histogram(curve.ood(), bins);
        double idPeak = HistogramCharts.peak(id);
        double top = 1.08 * Math.max(idPeak, Math.min(HistogramCharts.peak(ood), 3 * idPeak));
        html.open("figure").open("figcaption").open("span");
        html.leaf("span", curve.pair().name(), "class", "label");
        html.leaf("span", by(curve), "class", "by");
        html.close("span");
        html.leaf("span", "AUROC " + metric(figures(curve).auroc()), "class", "soft")
                .close("figcaption");
        new HistogramChart(range, top, OptionalDouble.empty())
                .write(
                        html,
                        id,
                        ood,
                        key,
                        "Scores of " + name(curve),
                        "Median score: ID %s, OOD %s."
                                .formatted(
                                        score(HistogramCharts.median(curve.id())),
                                        score(HistogramCharts.median(curve.ood()))));
        beyond("ID", HistogramCharts.beyond(range, top, curve.id(), id));
        beyond("OOD", HistogramCharts.beyond(range, top, curve.ood(), ood));
        html.close("figure");
    }

    private void beyond(String set, String note) throws IOException {
        if (!note.isEmpty()) {
            html.leaf("p", set + ": " + note, "class", "soft small");
        }
    }

    private Figures figures(Curve curve) {
        return cells.figures(curve.extractor(), curve.detector(), curve.pair()).orElseThrow();
    }

    private static String by(Curve curve) {
        return Page.brief(curve.extractor()) + ", " + Page.brief(curve.detector());
    }

    private static String name(Curve curve) {
        return curve.pair().name() + ", " + by(curve);
    }
}
