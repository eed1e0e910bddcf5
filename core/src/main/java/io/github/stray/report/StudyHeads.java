// SPDX-License-Identifier: Apache-2.0
package io.github.stray.report;

import static io.github.stray.report.Numbers.at;
import static io.github.stray.report.Numbers.metric;

import io.github.stray.report.StudyReport.Estimate;
import io.github.stray.report.StudyReport.HeadComparison;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The linear probe beside the network's own head. */
record StudyHeads(StudyReport report, Html html, Page page) {
    void write() throws IOException {
        List<HeadComparison> heads = report.heads();
        if (heads.isEmpty()) {
            return;
        }
        page.section("heads", "Linear probe and the network's own head");
        html.leaf(
                "p",
                "The same score on two sets of logits: those of a linear probe trained on the features, and those of the head that came with the network. The probe is %s."
                        .formatted(ahead(heads)),
                "class",
                "soft");
        html.open("ul", "class", "key");
        html.open("li")
                .leaf("span", "", "class", "spot id")
                .text("linear probe")
                .close("li");
        html.open("li").leaf("span", "", "class", "spot ood").text("own head").close("li");
        html.close("ul");
        double lowest = heads.stream()
                .mapToDouble(each -> Math.min(each.probe().low(), each.head().low()))
                .min()
                .orElse(0.5);
        var axis = new Axis(StudyRanking.floor(lowest), 1, 8, 232);
        var extractors = heads.stream()
                .collect(Collectors.groupingBy(HeadComparison::extractor, LinkedHashMap::new, Collectors.toList()));
        boolean first = true;
        for (Map.Entry<String, List<HeadComparison>> each : extractors.entrySet()) {
            html.open("details", first ? new String[] {"open", "open"} : new String[0]);
            html.open("summary").leaf("span", each.getKey(), "class", "label");
            html.text(": probe " + ahead(each.getValue())).close("summary");
            table(each.getKey(), each.getValue(), axis);
            html.close("details");
            first = false;
        }
        html.close("section");
    }

    private static String ahead(List<HeadComparison> heads) {
        double[] gains = heads.stream()
                .mapToDouble(each -> each.probe().auroc() - each.head().auroc())
                .toArray();
        return "ahead in %d of %d, with an AUROC that differs by %s on average"
                .formatted(
                        Arrays.stream(gains).filter(gain -> gain > 0).count(),
                        gains.length,
                        Numbers.difference(Arrays.stream(gains).average().orElse(0)));
    }

    private void table(String extractor, List<HeadComparison> heads, Axis axis) throws IOException {
        page.table("Linear probe and own head of " + extractor, "class", "heads");
        html.open("thead").open("tr");
        for (String name : List.of("Pair", "Score")) {
            html.leaf("th", name, "scope", "col");
        }
        html.open("td", "class", "dots");
        html.leaf("span", "AUROC %.2f to 1".formatted(axis.low()), "class", "soft")
                .close("td");
        page.head("probe", "AUROC on the logits of the linear probe");
        page.head("own head", "AUROC on the logits of the network's own head");
        page.head("difference", "probe minus own head");
        html.close("tr").close("thead").open("tbody");
        for (HeadComparison each : heads) {
            row(each, axis);
        }
        html.close("tbody");
        page.endTable();
    }

    private void row(HeadComparison each, Axis axis) throws IOException {
        html.open("tr").leaf("th", each.pair().name(), "scope", "row").leaf("td", each.score());
        html.open("td", "class", "dots");
        html.open("svg", "viewBox", "0 0 240 22", "class", "dumbbell", "aria-hidden", "true");
        html.empty(
                "path",
                "class",
                "rail",
                "d",
                "M%s 11H%s"
                        .formatted(
                                at(axis.at(each.probe().auroc())),
                                at(axis.at(each.head().auroc()))));
        dot("ood", each.head(), axis, 15);
        dot("id", each.probe(), axis, 7);
        html.close("svg").close("td");
        estimate(each.probe());
        estimate(each.head());
        page.number(Numbers.difference(each.probe().auroc() - each.head().auroc()));
        html.close("tr");
    }

    private void dot(String set, Estimate estimate, Axis axis, int y) throws IOException {
        html.empty(
                "path",
                "class",
                "range " + set,
                "d",
                "M%s %dH%s".formatted(at(axis.at(estimate.low())), y, at(axis.at(estimate.high()))));
        html.empty("circle", "class", set, "cx", at(axis.at(estimate.auroc())), "cy", Integer.toString(y), "r", "4.5");
    }

    private void estimate(Estimate estimate) throws IOException {
        html.open("td", "class", "number").text(metric(estimate.auroc()));
        html.leaf("div", "%s \u2013 %s".formatted(metric(estimate.low()), metric(estimate.high())), "class", "ci")
                .close("td");
    }
}
