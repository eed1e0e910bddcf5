// SPDX-License-Identifier: Apache-2.0
package io.github.stray.report;

import io.github.stray.detect.Detection;
import io.github.stray.detect.Neighbour;
import io.github.stray.threshold.Verdict;
import java.io.IOException;
import java.util.List;
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
                String side = example.fromId() ? "ID" : "OOD";
                card(
                        example.detection(),
                        example.set(),
                        "%s image %s of set %s"
                                .formatted(side, example.detection().id(), example.set()),
                        Optional.of(example.fromId()));
                html.close("li");
            }
            html.close("ul");
        }
        html.close("div");
    }

    /** Images of which nobody has said whether they belong. */
    void write(String title, String explanation, String set, List<Detection> images) throws IOException {
        html.open("div", "class", "group");
        html.leaf("h3", title);
        html.leaf("p", explanation, "class", "soft");
        if (images.isEmpty()) {
            html.leaf("p", "None.", "class", "none");
        } else {
            html.open("ul", "class", "cards");
            for (Detection image : images) {
                html.open("li", "class", "card");
                card(image, set, "image %s".formatted(image.id()), Optional.empty());
                html.close("li");
            }
            html.close("ul");
        }
        html.close("div");
    }

    private void card(Detection detection, String set, String alternative, Optional<Boolean> fromId)
            throws IOException {
        html.open("div", "class", "top");
        picture(set, detection.id(), alternative, "thumb");
        html.open("div", "class", "facts");
        if (fromId.isPresent()) {
            html.open("div", "class", "set");
            html.leaf("span", fromId.get() ? "ID" : "OOD", "class", "chip " + (fromId.get() ? "id" : "ood"));
            html.leaf("span", set, "class", "name", "title", set);
            html.close("div");
        }
        html.open("div", "class", "figures");
        html.leaf("span", Numbers.score(detection.score()), "class", "score", "title", "score");
        if (detection.pValue().isPresent()) {
            html.leaf("span", pValue(detection.pValue().getAsDouble()), "class", "soft");
        }
        html.close("div");
        Optional<Verdict> verdict = detection.verdict();
        if (verdict.isPresent()) {
            boolean right = fromId.isEmpty() || fromId.get() == (verdict.get() == Verdict.IN);
            html.open("div", "class", "verdict " + verdict.get().word());
            html.leaf("span", verdict.get() == Verdict.IN ? "\u25cf" : "\u25cb", "aria-hidden", "true");
            html.text(" " + verdict.get().word() + (right ? "" : ", wrong"));
            html.close("div");
        }
        html.close("div");
        html.close("div");
        if (fromId.isEmpty() && detection.pValue().isPresent()) {
            html.leaf("div", inWords(detection.pValue().getAsDouble()), "class", "soft small");
        }
        html.leaf("div", detection.id(), "class", "sample", "title", detection.id());
        if (!detection.neighbours().isEmpty()) {
            neighbours(detection);
        }
    }

    private static String pValue(double value) {
        return value < 0.001 ? "p\u2009<\u20090.001" : "p\u2009=\u2009" + String.format(Locale.ROOT, "%.3f", value);
    }

    /** What a p-value says, for who does not know the word. */
    static String inWords(double p) {
        if (p >= 0.5) {
            return "typical: at least half of your own images score no higher";
        }
        long of = Math.round(1 / p);
        return "at most 1 in %s of your own images score this low".formatted(Numbers.count(of));
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
