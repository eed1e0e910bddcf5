// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.review;

import static io.github.stray.report.Numbers.count;

import io.github.stray.extract.DatasetSource;
import io.github.stray.report.Html;
import io.github.stray.report.Page;
import io.github.stray.vision.image.ImagesById;
import io.github.stray.vision.image.PngEncoder;
import io.github.stray.vision.preprocess.Resampling;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The parts of a page on which findings are accepted or rejected. What is decided there is saved as files by the browser:
 * lists of what stays, and the decisions. Not safe for concurrent use.
 */
public final class ReviewPage {
    /** Findings of a section that are shown. */
    public static final int SHOWN = 100;

    /** Samples in all whose lists a page holds, about 50 bytes each. */
    private static final int MOST_LISTED = 200_000;

    /** Longest side of a picture. */
    private static final int PICTURE = 64;

    private final Html html;
    private final Page page;
    private final boolean oneSet;
    private final Map<String, Map<String, byte[]>> pictures = new HashMap<>();

    /**
     * The parts of a page.
     *
     * @param html receives them
     * @param page made by {@link #page}
     * @param oneSet whether all samples are of one set, whose key then needs not be shown
     */
    public ReviewPage(Html html, Page page, boolean oneSet) {
        this.html = html;
        this.page = page;
        this.oneSet = oneSet;
    }

    /**
     * {@return a page with the style and the script of findings}
     *
     * @param html receives it
     */
    public static Page page(Html html) {
        return new Page(html, ReviewPage.class, "review");
    }

    /**
     * Reads the pictures of a set that cards show, small.
     *
     * @param set key of the set
     * @param source its images
     * @param cards that are shown
     * @throws IOException if an image cannot be read any more
     */
    public void read(String set, DatasetSource source, Stream<Card> cards) throws IOException {
        Set<String> ids = cards.flatMap(card -> Stream.concat(Stream.of(card.subject()), card.besides().stream()))
                .filter(sample -> sample.set().equals(set))
                .map(SetSample::id)
                .collect(Collectors.toSet());
        pictures.put(set, ImagesById.read(source, ids, image -> PngEncoder.encode(Resampling.within(image, PICTURE))));
    }

    /**
     * A section with what is taken out, and buttons that save lists and decisions.
     *
     * @param explanation what a tick means, and how decisions are given back
     * @param format first line of the file of decisions
     * @param remembered further lines of that file, about findings that are not shown
     * @param lists the sets, without what findings that are not shown take out; too long ones are left out
     */
    public void decisions(String explanation, String format, List<String> remembered, List<IdList> lists) {
        boolean listed = lists.stream().mapToLong(list -> list.lines().size()).sum() <= MOST_LISTED;
        List<IdList> held = listed ? lists : List.of();
        page.section("decisions", "What is taken out");
        page.explain(explanation);
        html.leaf("p", "", "id", "marked", "role", "status");
        html.open("div", "class", "saves");
        for (IdList list : held) {
            html.leaf(
                    "button",
                    "Save " + list.file(),
                    "type",
                    "button",
                    "class",
                    "save",
                    "data-set",
                    list.set(),
                    "data-file",
                    list.file(),
                    "data-first",
                    list.first());
        }
        html.leaf("button", "Save decisions.tsv", "type", "button", "id", "save-decisions", "data-first", format);
        html.close("div");
        if (!remembered.isEmpty()) {
            html.leaf("pre", String.join("\n", remembered), "hidden", "hidden", "id", "remembered");
        }
        for (IdList list : held) {
            html.leaf(
                    "pre",
                    String.join("\n", list.lines()),
                    "hidden",
                    "hidden",
                    "class",
                    "samples",
                    "data-set",
                    list.set());
        }
        html.close("section");
    }

    /**
     * The cards of a section; if there are more than {@value #SHOWN}, the first ones and what becomes of the others.
     *
     * @param cards all of them
     * @param document where all stand, such as {@code audit.json}
     */
    public void cards(List<Card> cards, String document) {
        if (cards.isEmpty()) {
            html.leaf("p", "None.", "class", "none");
            return;
        }
        if (cards.size() > SHOWN) {
            page.explain("The first %s are shown; %s has all, and the proposals for those not shown are carried out."
                    .formatted(count(SHOWN), document));
        }
        html.open("ul", "class", "findings");
        cards.stream().limit(SHOWN).forEach(this::card);
        html.close("ul");
    }

    private void card(Card card) {
        SetSample subject = card.subject();
        boolean many = card.besides().size() > 1;
        html.open("li", "class", "finding", "tabindex", "-1");
        html.open("div", "class", "pair");
        picture(subject, "subject");
        html.open("div", "class", "besides");
        html.leaf("div", card.caption(), "class", "beside-caption");
        html.open("div", "class", many ? "many" : "one");
        for (SetSample beside : card.besides()) {
            picture(beside, many ? "small" : "subject");
        }
        html.close("div").close("div").close("div");
        name(subject);
        if (card.besides().size() == 1) {
            name(card.besides().getFirst());
        }
        html.open("dl", "class", "finding-facts");
        card.facts().forEach(page::entry);
        html.close("dl");
        html.open("label");
        var attributes = new ArrayList<>(List.of("type", "checkbox", "class", "take", "data-kind", card.kind()));
        attributes.addAll(List.of("data-set", subject.set(), "data-id", subject.id()));
        if (!card.about().isEmpty()) {
            attributes.addAll(List.of("data-about", card.about()));
        }
        if (card.ticked()) {
            attributes.addAll(List.of("checked", "checked"));
        }
        html.empty("input", attributes.toArray(String[]::new));
        html.text(oneSet ? " take out" : " take out of " + subject.set());
        html.close("label");
        html.close("li");
    }

    private void name(SetSample sample) {
        html.open("div", "class", "sample", "title", sample.id());
        if (!oneSet) {
            html.leaf("span", sample.set(), "class", "chip " + (sample.set().startsWith("ood") ? "ood" : "id"));
            html.text(" ");
        }
        html.text(sample.id() + (sample.label().isEmpty() ? "" : ", " + sample.label()));
        html.close("div");
    }

    private void picture(SetSample sample, String size) {
        Map<String, byte[]> ofSet = pictures.getOrDefault(sample.set(), Map.of());
        page.picture(
                Optional.ofNullable(ofSet.get(sample.id())),
                oneSet ? "image " + sample.id() : "image %s of set %s".formatted(sample.id(), sample.set()),
                size);
    }
}
