// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.inspect;

import static io.github.stray.report.Numbers.count;

import io.github.stray.inspect.CopyGroups;
import io.github.stray.inspect.Evidence;
import io.github.stray.inspect.ImageMeasures;
import io.github.stray.inspect.Shortcut;
import io.github.stray.inspect.Spoilt;
import io.github.stray.provenance.Provenance;
import io.github.stray.report.Html;
import io.github.stray.report.Page;
import io.github.stray.study.inspect.Decisions.Subject;
import io.github.stray.study.review.Card;
import io.github.stray.study.review.IdList;
import io.github.stray.study.review.ReviewPage;
import io.github.stray.study.review.SetSample;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Writes an {@link InspectResult} as one HTML file in UTF-8 in which each finding can be accepted or rejected, with the limits
 * of {@link Page}. Findings that were dismissed before are left out.
 */
final class InspectPage {
    private static final int SHORTCUTS_SHOWN = 40;

    private final InspectResult result;
    private final Decisions decided;
    private final Html html = new Html();
    private final Page page = ReviewPage.page(html);
    private final ReviewPage review = new ReviewPage(html, page, true);
    private final InspectMap map;
    private final SequencedMap<String, Section> sections = new LinkedHashMap<>();
    private int dismissed;

    /** Cards of a kind of finding, in groups with a heading each where it is not empty, and those that are not shown. */
    private record Section(String heading, String explanation, List<Group> groups, List<Card> hidden) {
        Stream<Card> shown() {
            return groups.stream().flatMap(group -> group.cards().stream());
        }

        int size() {
            return (int) Stream.concat(shown(), hidden.stream())
                    .map(Card::subject)
                    .distinct()
                    .count();
        }
    }

    private record Group(String heading, List<Card> cards) {}

    private InspectPage(InspectResult result, Decisions decided) throws IOException {
        this.result = result;
        this.decided = decided;
        this.map = InspectMap.read(result);
        strangers();
        exactCopies();
        nearCopies();
        spoilt();
        blurred();
        apart();
        labels();
        withinClasses();
        review.read(
                InspectResult.SET, result.source(), sections.values().stream().flatMap(Section::shown));
    }

    static String render(InspectResult result, Decisions decided, String command, Provenance provenance)
            throws IOException {
        var made = new InspectPage(result, decided);
        made.page(command, provenance);
        return made.html.toString();
    }

    private void page(String command, Provenance provenance) {
        page.begin(result.source().name() + ", inspected");
        header();
        html.open("main");
        review.decisions(
                "Each finding below proposes to take one image out, or to keep it. Tick to take it out. On the keyboard: j and k go to the next and previous finding, x changes it. Then save: clean.tsv is an INPUT for any command. Put decisions.tsv into the folder of this page, or give it to the next inspection: your decisions hold there, too, and what you kept does not come back.",
                Decisions.FIRST,
                remembered(),
                List.of(clean()));
        sections.forEach((id, section) -> {
            page.section(id, "%s: %s".formatted(section.heading(), count(section.size())));
            page.explain(section.explanation());
            if (!section.hidden().isEmpty()) {
                page.explain(
                        "The first %s are shown; %s has all, and the proposals for those not shown are carried out."
                                .formatted(count(ReviewPage.SHOWN), InspectFolder.DOCUMENT));
            }
            for (Group group : section.groups()) {
                if (!group.heading().isEmpty()) {
                    html.leaf("h3", group.heading(), "class", "finding-group");
                }
                review.cards(group.cards(), InspectFolder.DOCUMENT);
            }
            if (section.groups().isEmpty()) {
                html.leaf("p", "None.", "class", "none");
            }
            html.close("section");
        });
        shortcuts();
        map.write(html, page);
        page.failedSamples("failed", result.failed());
        page.provenance(command, provenance);
        html.close("main");
        page.end();
    }

    private void header() {
        int strangers = result.ranking().strangers().length;
        page.header(
                "Inspection of a set",
                result.source().name(),
                "%s, %s and %s among %s."
                        .formatted(
                                counted(strangers, "stranger", "strangers"),
                                counted(result.exactCopies() + result.nearCopies(), "copy", "copies"),
                                counted(spoiltImages(), "spoilt image", "spoilt images"),
                                counted(result.size(), "image", "images")));
        html.open("dl", "class", "tiles");
        page.tile("Strangers", count(strangers), groupsText());
        page.tile("Exact copies", count(result.exactCopies()), "the same pixels");
        page.tile("Near copies", count(result.nearCopies()), "to be looked at");
        page.tile("Spoilt", count(spoiltImages()), "dark, light, blurry and the like");
        page.tile("Unreadable", count(result.failed().size()), "named below");
        html.close("dl");
        var setup = new LinkedHashMap<String, String>();
        setup.put("Images", count(result.size()));
        setup.put("Extractor", result.inspect().model().name());
        setup.put("Vouching", counted(result.ranking().vouchers(), "image", "images"));
        int turned = (int) measures().filter(image -> image.orientation() != 1).count();
        int profiles = (int) measures().filter(ImageMeasures::profile).count();
        setup.put("Turned upright", counted(turned, "image", "images"));
        setup.put("With colour profile", counted(profiles, "image", "images"));
        page.setup(setup);
        result.notes().forEach(note -> page.explain(sentence(note)));
        if (dismissed > 0) {
            page.explain(
                    "%s dismissed before and not shown.".formatted(counted(dismissed, "finding is", "findings are")));
        }
        html.close("header");
    }

    private Stream<ImageMeasures> measures() {
        return result.readings().stream().map(reading -> reading.measures());
    }

    private static String sentence(String note) {
        return note.substring(0, 1).toUpperCase(Locale.ROOT) + note.substring(1) + ".";
    }

    private String groupsText() {
        return result.groups().isEmpty()
                ? "none called"
                : result.groups().stream()
                        .limit(3)
                        .map(group ->
                                "%s: %d".formatted(group.name(), group.rows().size()))
                        .collect(Collectors.joining(", ", "", result.groups().size() > 3 ? ", .." : ""));
    }

    private long spoiltImages() {
        return shownSpoilt().stream().mapToInt(Spoilt::row).distinct().count();
    }

    private static String counted(long n, String one, String many) {
        return String.format(Locale.ROOT, "%,d %s", n, n == 1 ? one : many);
    }

    private static String decimal(double value) {
        return String.format(Locale.ROOT, "%.3f", value);
    }

    /** Decisions about findings that the page does not show: it must not lose them when it saves its own. */
    private List<String> remembered() {
        Set<Subject> shown = sections.values().stream()
                .flatMap(Section::shown)
                .map(card -> new Subject(card.kind(), card.subject().id(), card.about()))
                .collect(Collectors.toSet());
        return decided.without(shown).lines();
    }

    /** The set without what findings that are not shown take out. */
    private IdList clean() {
        Set<String> hidden = sections.values().stream()
                .flatMap(section -> section.hidden().stream())
                .filter(Card::ticked)
                .map(card -> card.subject().id())
                .collect(Collectors.toSet());
        return new IdList(
                        InspectResult.SET,
                        "clean.tsv",
                        result.inspect().input(),
                        IntStream.range(0, result.size())
                                .mapToObj(result::sample)
                                .map(IdList::line)
                                .toList())
                .without(hidden);
    }

    /** Adds a section, of which the first cards are shown. */
    private void section(String id, String heading, String explanation, List<Group> groups) {
        var shown = new ArrayList<Group>();
        var hidden = new ArrayList<Card>();
        int left = ReviewPage.SHOWN;
        for (Group group : groups) {
            int taken = Math.min(left, group.cards().size());
            if (taken > 0) {
                shown.add(new Group(group.heading(), group.cards().subList(0, taken)));
            }
            hidden.addAll(group.cards().subList(taken, group.cards().size()));
            left -= taken;
        }
        sections.put(id, new Section(heading, explanation, shown, hidden));
    }

    /** Adds a card unless its finding was dismissed. */
    private void add(
            List<Card> cards,
            Subject subject,
            int row,
            String caption,
            List<SetSample> besides,
            SequencedMap<String, String> facts,
            boolean proposed) {
        if (decided.dismissed(subject)) {
            dismissed++;
        } else {
            boolean ticked = decided.of(subject).orElse(proposed);
            cards.add(new Card(subject.kind(), result.sample(row), subject.about(), caption, besides, facts, ticked));
        }
    }

    private List<SetSample> nearest(int row) {
        return result.ranking().evidence().of(row).stream()
                .map(Evidence.Near::row)
                .map(result::sample)
                .toList();
    }

    private void strangers() {
        var groups = new ArrayList<Group>();
        var single = new ArrayList<Card>();
        for (StrangerGroup group : result.groups()) {
            boolean alone = group.rows().size() == 1;
            List<Card> cards = alone ? single : new ArrayList<>();
            for (int row : group.rows()) {
                SequencedMap<String, String> facts =
                        Card.pairs("distance", decimal(result.ranking().distance(row)));
                if (alone && !group.name().startsWith("group ")) {
                    facts.put("looks like", group.name());
                }
                add(cards, Inspected.stranger(result.id(row)), row, "nearest images", nearest(row), facts, true);
            }
            if (!alone) {
                groups.add(new Group(
                        "%s: %s".formatted(group.name(), counted(cards.size(), "image", "images")), cards));
            }
        }
        groups.add(new Group(groups.isEmpty() ? "" : "single images", single));
        section(
                "strangers",
                "Strangers",
                "Images far from those that most of the set are like: their tenth nearest image of the bulk is beyond the usual. That is a rule of thumb, which a clean set loses 1 to 2 % by; ranking.csv has all images in order. Alike strangers stand together.",
                groups);
    }

    private void exactCopies() {
        section(
                "exact-copies",
                "Exact copies",
                "Images whose pixels are those of another, whatever file they are in. The largest is kept, of equal ones the least compressed.",
                List.of(new Group("", copies(true))));
    }

    private void nearCopies() {
        List<Card> cards = copies(false);
        boolean many = cards.size() > 20 && cards.size() > result.size() / 20;
        section(
                "near-copies",
                "Near copies",
                "The same picture resized, compressed again, cropped by up to 16 % of a side, or mirrored. They are kept unless you decide otherwise."
                        + (many
                                ? " They are many here: pictures with little detail look alike without being copies. Decide by the picture."
                                : ""),
                List.of(new Group("", cards)));
    }

    private List<Card> copies(boolean exact) {
        var cards = new ArrayList<Card>();
        for (CopyGroups.Group group : result.copies().groups()) {
            for (CopyGroups.Dropped copy : group.drop()) {
                if (copy.exact() == exact) {
                    SequencedMap<String, String> facts =
                            Card.pairs("size", size(copy.row()), "kept", size(group.keep()));
                    copy.likeness().ifPresent(likeness -> {
                        facts.put("picture", decimal(likeness.similarity()));
                        facts.put("detail", decimal(likeness.detail()));
                        if (likeness.mirrored()) {
                            facts.put("mirrored", "yes");
                        }
                    });
                    add(
                            cards,
                            Inspected.copy(result.id(copy.row()), result.id(group.keep()), exact),
                            copy.row(),
                            exact ? "the same pixels, kept" : "almost the same picture, kept",
                            List.of(result.sample(group.keep())),
                            facts,
                            exact);
                }
            }
        }
        return cards;
    }

    private String size(int row) {
        ImageMeasures image = result.readings().get(row).measures();
        return "%d x %d%s"
                .formatted(image.width(), image.height(), image.format().isEmpty() ? "" : " " + image.format());
    }

    /** Grey pictures are news only where most are in colour. */
    private List<Spoilt> shownSpoilt() {
        long grey = result.spoilt().stream()
                .filter(image -> image.issue() == Spoilt.Issue.GRAYSCALE)
                .count();
        return result.spoilt().stream()
                .filter(image -> image.issue() != Spoilt.Issue.GRAYSCALE || 2 * grey < result.size())
                .toList();
    }

    private void spoilt() {
        Map<Spoilt.Issue, List<Card>> byIssue = new LinkedHashMap<>();
        for (Spoilt image : shownSpoilt()) {
            add(
                    byIssue.computeIfAbsent(image.issue(), issue -> new ArrayList<>()),
                    Inspected.other(image.issue().id(), result.id(image.row())),
                    image.row(),
                    "",
                    List.of(),
                    Card.pairs("score", decimal(image.score()), "size", size(image.row())),
                    false);
        }
        section(
                "spoilt",
                "Spoilt images",
                "By the measures and thresholds of CleanVision 0.3.7: a score of 1 is good, 0 is bad. They are kept unless you decide otherwise; dark, light, blurry and empty ones do not vouch for others.",
                byIssue.entrySet().stream()
                        .map(issue -> new Group(
                                "%s: %s"
                                        .formatted(
                                                issue.getKey().id().replace('_', ' '),
                                                issue.getValue().size()),
                                issue.getValue()))
                        .toList());
    }

    private void blurred() {
        var cards = new ArrayList<Card>();
        for (int row : result.blurred()) {
            add(
                    cards,
                    Inspected.other("blurred", result.id(row)),
                    row,
                    "",
                    List.of(),
                    Card.pairs("blur effect", decimal(result.blur(row)), "size", size(row)),
                    false);
        }
        section(
                "blurred",
                "Blurred by another measure",
                "The blur effect of Crete et al. (2007) is how much is left of the changes between neighbouring pixels after another blur. It finds more blurred photographs than the measure above; docs/inspect.md has its recall and false alarms.",
                List.of(new Group("", cards)));
    }

    private void apart() {
        if (result.apart().isEmpty()) {
            return;
        }
        var cards = new ArrayList<Card>();
        for (int row : result.apart()) {
            add(
                    cards,
                    Inspected.other("apart", result.id(row)),
                    row,
                    "",
                    List.of(),
                    Card.pairs("distance", decimal(result.ranking().distance(row))),
                    false);
        }
        section(
                "apart",
                "A larger group apart",
                "These images are more like one another than like the rest, and too many to be called strangers. Perhaps the set holds two kinds.",
                List.of(new Group("", cards)));
    }

    private void labels() {
        if (result.labels().isEmpty()) {
            return;
        }
        var labels = result.features().labels().orElseThrow();
        var cards = new ArrayList<Card>();
        result.labels()
                .forEach(suspect -> add(
                        cards,
                        Inspected.other("label", result.id(suspect.row())),
                        suspect.row(),
                        "nearest images",
                        nearest(suspect.row()),
                        Card.pairs(
                                "class", labels.nameOf(suspect.label()),
                                "looks like", labels.nameOf(suspect.suggested()),
                                "probability", decimal(suspect.other())),
                        false));
        section(
                "labels",
                "Images that may be in the wrong class",
                "A probe trained on the other images says another class than the folder, with as much confidence as it has in images of that class, and most neighbours are of that class. They are kept unless you decide otherwise.",
                List.of(new Group("", cards)));
    }

    private void withinClasses() {
        if (result.withinClasses().isEmpty()) {
            return;
        }
        var cards = new ArrayList<Card>();
        for (int row : result.withinClasses()) {
            add(
                    cards,
                    Inspected.other("class-stranger", result.id(row)),
                    row,
                    "nearest images",
                    nearest(row),
                    Card.pairs("class", result.sample(row).label()),
                    false);
        }
        section(
                "class-strangers",
                "Strange within their class",
                "Images far from those of their own class, by the same rule as strangers. Some are fine and rare; some are in the wrong class.",
                List.of(new Group("", cards)));
    }

    private void shortcuts() {
        if (result.shortcuts().isEmpty()) {
            return;
        }
        List<ClassShortcut> telling = result.shortcuts().stream()
                .filter(each -> each.shortcut().auroc() >= Shortcut.TELLING)
                .toList();
        page.section("shortcuts", "Shortcuts between classes: " + count(telling.size()));
        page.explain(
                "How well one plain property tells a class from the others, as an AUROC either way round with its 95 %% interval. A network may learn that instead of what the images show. Listed from %s; inspect.json has all."
                        .formatted(Shortcut.TELLING));
        if (telling.isEmpty()) {
            html.leaf("p", "None.", "class", "none");
        } else {
            page.table("Shortcuts between classes", "class", "plain");
            page.columns("Class", "Property");
            page.head("AUROC", "how well the property alone tells the class from all others");
            page.rows();
            for (ClassShortcut each : telling.stream().limit(SHORTCUTS_SHOWN).toList()) {
                html.open("tr").leaf("th", each.className(), "scope", "row");
                html.leaf("td", each.shortcut().property().id().replace('_', ' '));
                page.number("%s (%s to %s)"
                        .formatted(
                                decimal(each.shortcut().auroc()),
                                decimal(each.shortcut().interval().lower()),
                                decimal(each.shortcut().interval().upper())));
                html.close("tr");
            }
            page.endTable();
        }
        html.close("section");
    }
}
