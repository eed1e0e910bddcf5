// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.page;

import static io.github.stray.report.Numbers.at;
import static io.github.stray.report.Numbers.metric;

import io.github.stray.detect.Detectors;
import io.github.stray.detect.LinearProbing;
import io.github.stray.detect.ProbeScoring;
import io.github.stray.report.Axis;
import io.github.stray.report.Html;
import io.github.stray.report.Numbers;
import io.github.stray.report.Page;
import io.github.stray.study.result.ExtractorResult;
import io.github.stray.study.result.HeadSource;
import io.github.stray.study.result.Outcome.Measured;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The linear probe beside the network's own head. */
record Heads(Cells cells, Html html, Page page) {
    private static final String SCORE = "msp";

    /**
     * The same score on the logits of both.
     *
     * @param probe on those of the linear probe
     * @param head on those of the network's own head
     */
    record Both(String extractor, OodPair pair, Measured probe, Measured head) {
        private double gain() {
            return probe.auroc() - head.auroc();
        }
    }

    void write() {
        List<Both> all = all();
        if (all.isEmpty()) {
            return;
        }
        page.section("heads", "Linear probe and the network's own head");
        page.explain(
                "The same score on two sets of logits: those of a linear probe trained on the features, and those of the head that came with the network. The probe is %s."
                        .formatted(ahead(all)));
        html.open("ul", "class", "key");
        html.open("li").leaf("span", "", "class", "spot id");
        html.text("linear probe").close("li");
        html.open("li").leaf("span", "", "class", "spot ood").text("own head").close("li");
        html.close("ul");
        double lowest = all.stream()
                .mapToDouble(each -> Math.min(
                        each.probe().interval().lower(), each.head().interval().lower()))
                .min()
                .orElse(0.5);
        var axis = new Axis(Ranking.floor(lowest), 1, 8, 232);
        Map<String, List<Both>> extractors =
                all.stream().collect(Collectors.groupingBy(Both::extractor, LinkedHashMap::new, Collectors.toList()));
        boolean first = true;
        for (Map.Entry<String, List<Both>> each : extractors.entrySet()) {
            page.details(first);
            html.open("summary").leaf("span", each.getKey(), "class", "label");
            html.text(": probe " + ahead(each.getValue())).close("summary");
            table(each.getKey(), each.getValue(), axis);
            html.close("details");
            first = false;
        }
        html.close("section");
    }

    /** Of every extractor with a head of its own; none where the study has no such probe. */
    List<Both> all() {
        var all = new ArrayList<Both>();
        Optional<String> paired = probe();
        for (ExtractorResult extractor : cells.extractors()) {
            if (paired.isPresent() && extractor.head() == HeadSource.OWN) {
                for (OodPair pair : cells.pairs()) {
                    Optional<Measured> probe = cells.measured(extractor.name(), paired.get(), pair);
                    Optional<Measured> head = cells.measured(extractor.name(), SCORE, pair);
                    if (probe.isPresent() && head.isPresent()) {
                        all.add(new Both(extractor.name(), pair, probe.get(), head.get()));
                    }
                }
            }
        }
        return all;
    }

    /** The first detector that is the same score of a linear probe, whatever its training. */
    private Optional<String> probe() {
        return cells.detectors().stream()
                .filter(text -> Detectors.parse(text) instanceof LinearProbing probing
                        && probing.scoring().score() == ProbeScoring.Score.MSP
                        && probing.scoring().temperature() == 1)
                .findFirst();
    }

    private static String ahead(List<Both> heads) {
        double[] gains = heads.stream().mapToDouble(Both::gain).toArray();
        return "ahead in %d of %d, with an AUROC that differs by %s on average"
                .formatted(
                        Arrays.stream(gains).filter(gain -> gain > 0).count(),
                        gains.length,
                        Numbers.difference(Arrays.stream(gains).average().orElse(0)));
    }

    private void table(String extractor, List<Both> heads, Axis axis) {
        page.table("Linear probe and own head of " + extractor, "class", "heads");
        page.columns("Pair", "Score");
        html.open("td", "class", "dots");
        html.leaf("span", "AUROC %.2f to 1".formatted(axis.low()), "class", "soft");
        html.close("td");
        page.head("probe", "AUROC on the logits of the linear probe");
        page.head("own head", "AUROC on the logits of the network's own head");
        page.head("difference", "probe minus own head");
        page.rows();
        for (Both each : heads) {
            row(each, axis);
        }
        page.endTable();
    }

    private void row(Both each, Axis axis) {
        html.open("tr").leaf("th", each.pair().name(), "scope", "row").leaf("td", SCORE);
        html.open("td", "class", "dots");
        html.open("svg", "viewBox", "0 0 240 22", "class", "dumbbell", "aria-hidden", "true");
        String rail = "M%s 11H%s"
                .formatted(
                        at(axis.at(each.probe().auroc())),
                        at(axis.at(each.head().auroc())));
        html.empty("path", "class", "rail", "d", rail);
        dot("ood", each.head(), axis, 15);
        dot("id", each.probe(), axis, 7);
        html.close("svg").close("td");
        estimate(each.probe());
        estimate(each.head());
        page.number(Numbers.difference(each.gain()));
        html.close("tr");
    }

    private void dot(String set, Measured measured, Axis axis, int y) {
        String low = at(axis.at(measured.interval().lower()));
        String high = at(axis.at(measured.interval().upper()));
        html.empty("path", "class", "range " + set, "d", "M%s %dH%s".formatted(low, y, high));
        String x = at(axis.at(measured.auroc()));
        html.empty("circle", "class", set, "cx", x, "cy", Integer.toString(y), "r", "4.5");
    }

    private void estimate(Measured measured) {
        html.open("td", "class", "number").text(metric(measured.auroc()));
        html.leaf("div", Tables.interval(measured, " \u2013 "), "class", "ci").close("td");
    }
}
