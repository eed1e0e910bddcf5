// SPDX-License-Identifier: Apache-2.0
package io.github.stray.report;

import io.github.stray.detect.Detection;
import io.github.stray.detect.Neighbour;
import io.github.stray.threshold.Verdict;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;

/** The example images with what the detector says of them. */
record ExampleCards(Html html, Page page, Thumbnails thumbnails, String trainingName) {
    void write(ExampleGroup group) throws IOException {
        html.open("div", "class", "group");
        html.leaf("h3", group.title());
        html.leaf("p", group.explanation(), "class", "soft");
        if (group.examples().isEmpty()) {
            html.leaf("p", "None.", "class", "none");
        } else {
            html.open("ul", "class", "cards");
            for (Example example : group.examples()) {
                html.open("li", "class", "card");
                card(example);
                html.close("li");
            }
            html.close("ul");
        }
        html.close("div");
    }

    private void card(Example example) throws IOException {
        Detection detection = example.detection();
        String side = example.fromId() ? "ID" : "OOD";
        html.open("div", "class", "top");
        picture(
                example.set(),
                detection.id(),
                "%s image %s of set %s".formatted(side, detection.id(), example.set()),
                "thumb");
        html.open("div", "class", "facts");
        html.open("div", "class", "set");
        html.leaf("span", side, "class", "chip " + (example.fromId() ? "id" : "ood"));
        html.leaf("span", example.set(), "class", "name", "title", example.set());
        html.close("div");
        html.open("div", "class", "figures");
        html.leaf("span", Numbers.score(detection.score()), "class", "score", "title", "score");
        if (detection.pValue().isPresent()) {
            html.leaf("span", pValue(detection.pValue().getAsDouble()), "class", "soft");
        }
        html.close("div");
        Optional<Verdict> verdict = detection.verdict();
        if (verdict.isPresent()) {
            boolean right = example.fromId() == (verdict.get() == Verdict.IN);
            html.open("div", "class", "verdict " + verdict.get().word());
            html.leaf("span", verdict.get() == Verdict.IN ? "\u25cf" : "\u25cb", "aria-hidden", "true");
            html.text(" " + verdict.get().word() + (right ? "" : ", wrong"));
            html.close("div");
        }
        html.close("div");
        html.close("div");
        html.leaf("div", detection.id(), "class", "sample", "title", detection.id());
        if (!detection.neighbours().isEmpty()) {
            neighbours(detection);
        }
    }

    private static String pValue(double value) {
        return value < 0.001 ? "p\u2009<\u20090.001" : "p\u2009=\u2009" + String.format(Locale.ROOT, "%.3f", value);
    }

    private void neighbours(Detection detection) throws IOException {
        html.leaf("div", "Nearest training images", "class", "caption");
        html.open("ul", "class", "neighbours");
        for (Neighbour neighbour : detection.neighbours()) {
            html.open("li", "title", neighbour.id());
            picture(trainingName, neighbour.id(), "training image %s".formatted(neighbour.id()), "small");
            html.leaf("span", Numbers.metric(neighbour.similarity()));
            html.close("li");
        }
        html.close("ul");
    }

    private void picture(String set, String id, String alternative, String size) throws IOException {
        page.picture(thumbnails.png(set, id), alternative, size);
    }
}
