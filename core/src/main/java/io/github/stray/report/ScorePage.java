// SPDX-License-Identifier: Apache-2.0
package io.github.stray.report;

import static io.github.stray.report.Numbers.count;
import static io.github.stray.report.Numbers.percent;
import static io.github.stray.report.Numbers.score;

import io.github.stray.score.Scores;
import io.github.stray.threshold.Calibration;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** Writes a {@link ScoreReport} as one HTML file, with the properties of {@link HtmlReport}. */
public final class ScorePage {
    private final ScoreReport report;
    private final Html html = new Html();
    private final Page page = new Page(html);
    private final ExampleCards cards;

    private ScorePage(ScoreReport report, Thumbnails thumbnails) {
        this.report = report;
        this.cards = new ExampleCards(html, page, thumbnails, report.detector().trainingName());
    }

    /**
     * {@return the page, to be encoded as UTF-8}
     *
     * @param report what to tell
     * @param thumbnails finds the pictures: of the set by its name, of neighbours by the name of the training set
     * @throws IOException if a picture cannot be read
     */
    public static String render(ScoreReport report, Thumbnails thumbnails) throws IOException {
        var made = new ScorePage(report, thumbnails);
        made.page();
        return made.html.toString();
    }

    private Optional<Calibration> cut() {
        return report.detector().calibration();
    }

    private void page() throws IOException {
        page.begin(report.set());
        header();
        html.open("main");
        images();
        scores();
        page.failedSamples("failed", report.failed());
        page.provenance(report.command(), report.provenance());
        html.close("main");
        page.end();
    }

    private void header() {
        DetectorSummary detector = report.detector();
        page.header("Which images do not belong", report.set(), headline());
        html.open("dl", "class", "tiles");
        page.tile("Images", count(report.picks().size()), "scored");
        if (cut().isPresent()) {
            page.tile(
                    "Out",
                    count(report.picks().out()),
                    percent(share(report.picks().out())) + " of them");
            page.tile("In", count(report.picks().size() - report.picks().out()), "");
        }
        page.tile("Failed", count(report.failed().size()), "could not be read");
        html.close("dl");
        var setup = new LinkedHashMap<String, String>();
        setup.put("Detector", detector.id());
        setup.put("Extractor", detector.extractor());
        setup.put("Training set", detector.trainingName());
        setup.put("Threshold", cut().map(Kept::threshold).orElse("none: fitted without calibration, so no verdicts"));
        page.setup(setup);
        for (String note : detector.notes()) {
            html.leaf("p", note, "class", "note");
        }
        html.close("header");
    }

    private double share(int part) {
        return report.picks().size() == 0 ? 0 : part / (double) report.picks().size();
    }

    private String headline() {
        String scored = count(report.picks().size(), "image");
        if (cut().isEmpty()) {
            return scored + " scored. The detector has no calibration, so there are no verdicts.";
        }
        String judged = "%s of %s do not look like what the detector was fitted on."
                .formatted(count(report.picks().out()), scored);
        return judged
                + (report.fdr().isPresent()
                        ? " Of those, at most %s are expected to be your own after all."
                                .formatted(percent(report.fdr().getAsDouble()))
                        : " Of your own images about %s would be called out too."
                                .formatted(percent(1 - cut().get().keepRate().mean())));
    }

    private void images() throws IOException {
        page.section("images", "Images");
        page.explain("With the training images nearest to them, by the cosine of their features."
                + (cut().isPresent()
                        ? " p is (1 + calibration images that score no higher) / (1 + calibration images)."
                        : ""));
        ScorePicks picks = report.picks();
        boolean judged = cut().isPresent();
        cards.write(
                judged ? "Rejected" : "Strangest",
                judged ? "Images that are out, the lowest scores first." : "The lowest scores first.",
                report.set(),
                picks.rejected());
        if (judged) {
            cards.write(
                    "Doubtful", "The scores closest to the threshold, on either side.", report.set(), picks.doubtful());
        }
        cards.write("Typical", "The highest scores.", report.set(), picks.typical());
        html.close("section");
    }

    private void scores() {
        if (cut().isEmpty() || cut().get().size() == 0 || report.picks().size() == 0) {
            return;
        }
        Scores own = Scores.of(cut().get().scores());
        Scores these = Scores.of(report.picks().scores());
        OptionalDouble threshold = cut().stream()
                .mapToDouble(Calibration::threshold)
                .filter(Double::isFinite)
                .findFirst();
        page.section("scores", "Scores");
        page.explain(
                "How the scores of these images are spread, over those of the calibration images, which are your own. The threshold%s lies where few of the latter are below it."
                        .formatted(threshold.isPresent() ? " " + score(threshold.getAsDouble()) : ""));
        html.open("ul", "class", "key");
        key("patch id", "calibration images");
        key("patch ood", "these images");
        if (threshold.isPresent()) {
            key("patch dashed", "threshold");
        }
        html.close("ul").open("div", "class", "charts").open("figure");
        var chart = new HistogramChart(own, List.of(these), threshold);
        chart.write(html, these, "scores-0", "Scores of the calibration images and of %s".formatted(report.set()));
        chart.beyond(html, "", these);
        html.close("figure").close("div");
        chart.beyond(html, "Calibration images: ", own);
        html.close("section");
    }

    private void key(String style, String name) {
        html.open("li").leaf("span", "", "class", style).text(name).close("li");
    }
}
