// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.audit;

import static io.github.stray.report.Numbers.count;

import io.github.stray.audit.ClassOverlap;
import io.github.stray.inspect.Shortcut;
import io.github.stray.provenance.Provenance;
import io.github.stray.remedy.Remedy;
import io.github.stray.report.Html;
import io.github.stray.report.Page;
import io.github.stray.study.audit.Finding.Copy;
import io.github.stray.study.audit.Finding.DoubtfulLabel;
import io.github.stray.study.audit.Finding.ExactCopy;
import io.github.stray.study.audit.Finding.IdLike;
import io.github.stray.study.audit.Finding.NearCopy;
import io.github.stray.study.review.Card;
import io.github.stray.study.review.IdList;
import io.github.stray.study.review.ReviewPage;
import io.github.stray.study.review.SetSample;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Writes an {@link AuditResult} as one HTML file in UTF-8 in which each finding can be accepted or rejected, with the limits
 * of {@link Page}: it needs no network and no other file, and pictures over 256 KiB, or beyond 16 MiB together, are named
 * instead of shown. What is decided there is saved as files by the browser: the cleaned lists, and the decisions.
 */
final class AuditPage {
    /** Rows of a table of classes by one measure, and how many of them are shown however far the classes are apart. */
    private static final int CLASSES_SHOWN = 40;

    private static final int CLASSES_ALWAYS_SHOWN = 3;

    private final AuditResult result;
    private final Function<Remedy, String> remedies;
    private final Html html = new Html();
    private final Page page = ReviewPage.page(html);
    private final ReviewPage review = new ReviewPage(html, page, false);

    private AuditPage(AuditResult result, Function<Remedy, String> remedies) throws IOException {
        this.result = result;
        this.remedies = remedies;
        for (AuditSet set : result.sets()) {
            review.read(
                    set.key(),
                    set.source(),
                    result.findings().stream().flatMap(AuditPage::shown).map(this::card));
        }
    }

    /**
     * The images to show are read again; {@code command} is the command line that asked for it, empty if there was none,
     * and {@code remedies} says how a user of the program does what would help.
     */
    static String render(AuditResult result, String command, Provenance provenance, Function<Remedy, String> remedies)
            throws IOException {
        var made = new AuditPage(result, remedies);
        made.page(command, provenance);
        return made.html.toString();
    }

    private void page(String command, Provenance provenance) {
        String title = result.sets().stream()
                .filter(AuditSet::ood)
                .map(set -> set.source().name())
                .collect(Collectors.joining(
                        ", ", result.sets().getFirst().source().name() + " against ", ""));
        page.begin(title);
        header(title);
        html.open("main");
        decisions();
        for (Findings<?> findings : result.findings()) {
            group(findings);
        }
        if (result.tested() > 0) {
            saturation();
        }
        result.sets().stream().filter(AuditSet::ood).forEach(this::shortcuts);
        for (SharedClasses shared : result.sharedClasses()) {
            classes(shared);
        }
        page.provenance(command, provenance);
        html.close("main");
        page.end();
    }

    private static <F extends Finding> Stream<F> shown(Findings<F> findings) {
        return findings.found().stream().limit(ReviewPage.SHOWN);
    }

    private void header(String title) {
        long exact = across(result.exactCopies());
        long near = across(result.nearCopies());
        page.header(
                "Audit of a benchmark",
                title,
                "%s and %s between the sets; %s like an ID class."
                        .formatted(
                                counted(exact, "exact copy", "exact copies"),
                                counted(near, "near copy", "near copies"),
                                counted(result.idContent().total(), "OOD image looks", "OOD images look")));
        html.open("dl", "class", "tiles");
        tile("Exact copies", result.exactCopies(), "%d between sets".formatted(exact));
        tile("Near copies", result.nearCopies(), "%d between sets".formatted(near));
        tile("OOD images like ID", result.idContent(), "to be looked at");
        tile("Doubtful labels", result.labelNoise(), "among the ID images");
        if (!result.saturation().isEmpty()) {
            var pair = result.saturation().firstEntry().getValue();
            page.tile(
                    "Best AUROC",
                    decimal(pair.auroc()),
                    pair.saturated() ? "saturated" : "%.0f images left to win".formatted(pair.lost()));
        }
        html.close("dl");
        var setup = new LinkedHashMap<String, String>();
        for (AuditSet set : result.sets()) {
            setup.put(set.key(), "%s, %s".formatted(set.source().name(), counted(set.size(), "image", "images")));
        }
        setup.put("Extractor", result.audit().extractor());
        page.setup(setup);
        html.close("header");
    }

    private void tile(String name, Findings<?> findings, String detail) {
        page.tile(name, findings.missing().isPresent() ? "n/a" : Integer.toString(findings.total()), detail);
    }

    private static long across(Findings<? extends Copy> copies) {
        return copies.found().stream().filter(Copy::across).count();
    }

    private static String counted(long n, String one, String many) {
        return String.format(Locale.ROOT, "%,d %s", n, n == 1 ? one : many);
    }

    private static String decimal(double value) {
        return String.format(Locale.ROOT, "%.3f", value);
    }

    private void decisions() {
        review.decisions(
                "Each finding below proposes to take one image out of its set, or to keep it. Tick to take it out. On the keyboard: j and k go to the next and previous finding, x changes it. Then save the lists; each is an INPUT for any command. A page that is opened again starts with the proposals; saved decisions go back to the audit%s."
                        .formatted(remedies.apply(Remedy.DECISIONS)),
                AuditDecisions.FIRST,
                List.of(),
                lists());
    }

    /** The sets without what findings that are not shown take out. */
    private List<IdList> lists() {
        return result.sets().stream()
                .map(set -> CleanLists.of(set, result.findings().stream().flatMap(AuditPage::hidden)))
                .toList();
    }

    /** Findings that are not shown, and whose sample no shown one of the kind decides about. */
    private static Stream<? extends Finding> hidden(Findings<?> findings) {
        Set<SetSample> decided = shown(findings).map(Finding::subject).collect(Collectors.toSet());
        return findings.found().stream().skip(ReviewPage.SHOWN).filter(finding -> !decided.contains(finding.subject()));
    }

    private void group(Findings<?> findings) {
        String heading = switch (findings.kind()) {
            case EXACT_DUPLICATES -> "Exact copies";
            case NEAR_DUPLICATES -> "Near copies";
            case ID_CONTENT -> "OOD images that look like an ID class";
            case LABEL_NOISE -> "ID images whose label is doubtful";
        };
        page.section(
                findings.kind().id(),
                "%s: %s".formatted(heading, findings.missing().isPresent() ? "n/a" : count(findings.total())));
        page.explain(
                switch (findings.kind()) {
                    case EXACT_DUPLICATES ->
                        "Images whose pixels are those of another, whatever file they are in. Of two copies the one in the later set is proposed: OOD rather than ID test, ID test rather than ID.";
                    case NEAR_DUPLICATES ->
                        "The same picture resized, compressed again, cropped by up to 16 % of a side, or mirrored. Picture and detail are correlations of brightness after the best crop. Copies within one set are listed, and kept unless you decide otherwise.";
                    case ID_CONTENT ->
                        "A classifier and the nearest ID training images agree, and both as surely as for %.0f %% of the ID test images. Confidence: the share of ID test images that are less typical. Some of these only look like ID to this network: decide by the picture."
                                .formatted(100 * result.audit().share());
                    case LABEL_NOISE ->
                        "A probe trained on the other images says another class than the label with as much confidence as it has in images of that class, and most neighbours are of that class. They are kept unless you decide otherwise.";
                });
        if (findings.missing().isPresent()) {
            html.leaf("p", "Not looked for: " + findings.missing().get().text(remedies) + ".", "class", "none");
        } else {
            review.cards(findings.found().stream().map(this::card).toList(), AuditFolder.DOCUMENT);
        }
        html.close("section");
    }

    private Card card(Finding finding) {
        return switch (finding) {
            case ExactCopy copy ->
                card(
                        Finding.Kind.EXACT_DUPLICATES,
                        finding,
                        "the same pixels",
                        Card.pairs("files", copy.sameFile() ? "the same" : "of different bytes, or none"));
            case NearCopy copy -> {
                SequencedMap<String, String> facts = Card.pairs(
                        "picture", decimal(copy.likeness().similarity()),
                        "detail", decimal(copy.likeness().detail()),
                        "cosine of features", decimal(copy.cosine()));
                if (copy.likeness().mirrored()) {
                    facts.put("mirrored", "yes");
                }
                yield card(Finding.Kind.NEAR_DUPLICATES, finding, "almost the same picture", facts);
            }
            case IdLike image -> {
                SequencedMap<String, String> facts = Card.pairs();
                if (!image.shows().isEmpty()) {
                    facts.put("shows", image.shows());
                }
                if (!result.recognition().orElseThrow().by().equals("neighbours")) {
                    facts.put("probability", decimal(image.probability()));
                }
                facts.put("confidence", decimal(image.confidence()));
                yield card(Finding.Kind.ID_CONTENT, finding, "nearest ID training images", facts);
            }
            case DoubtfulLabel image ->
                card(
                        Finding.Kind.LABEL_NOISE,
                        finding,
                        "",
                        Card.pairs(
                                "label", image.subject().label(),
                                "looks like", image.suggested(),
                                "probability", decimal(image.other()),
                                "neighbours", decimal(image.votes())));
        };
    }

    private static Card card(Finding.Kind kind, Finding finding, String caption, SequencedMap<String, String> facts) {
        return new Card(kind.id(), finding.subject(), "", caption, finding.besides(), facts, finding.remove());
    }

    private void saturation() {
        var rows = new ArrayList<List<String>>();
        result.saturation().forEach((ood, pair) -> {
            String low = decimal(pair.interval().lower());
            String high = decimal(pair.interval().upper());
            rows.add(List.of(
                    ood,
                    pair.detector(),
                    "%s (%s to %s)".formatted(decimal(pair.auroc()), low, high),
                    String.format(Locale.ROOT, "%.1f", pair.lost()),
                    Long.toString(pair.above()),
                    String.format(Locale.ROOT, "%.4f", pair.resolvable()),
                    pair.saturated() ? "yes" : "no"));
        });
        table(
                "saturation",
                "What is left to win",
                "The better of two detectors, with the 95 % interval of its AUROC. Lost images: 1 - AUROC in whole OOD images. Above: OOD images kept by the threshold that keeps 95 % of the ID test images. Smallest difference: of two AUROCs that this pair can tell apart. Saturated: a detector without any mistake would not be significantly better.",
                List.of("OOD set", "Best", "AUROC", "Lost images", "Above", "Smallest difference", "Saturated"),
                rows);
    }

    private void shortcuts(AuditSet ood) {
        var rows = new ArrayList<List<String>>();
        for (Shortcut shortcut : result.shortcuts(ood)) {
            String low = decimal(shortcut.interval().lower());
            String high = decimal(shortcut.interval().upper());
            rows.add(List.of(
                    shortcut.property().id().replace('_', ' '),
                    "%s (%s to %s)".formatted(decimal(shortcut.auroc()), low, high),
                    shortcut.auroc() >= Shortcut.TELLING ? "yes" : "no"));
        }
        table(
                "shortcuts-" + ood.key(),
                "Shortcuts that tell %s from the ID set".formatted(ood.key()),
                "How well one plain property tells the two sets apart, either way round, with its 95 % interval. Where one does, a detector may look at that instead of what the images show, and the benchmark measures it.",
                List.of("Property", "AUROC", "Telling"),
                rows);
    }

    private void classes(SharedClasses shared) {
        var rows = new ArrayList<List<String>>();
        shared.named().stream()
                .flatMap(pairs -> pairs.stream().limit(CLASSES_SHOWN))
                .forEach(pair -> rows.add(List.of(
                        pair.ood(),
                        pair.id(),
                        "name",
                        switch (pair.relation()) {
                            case SAME -> "the same";
                            case PART -> "one is part of the other";
                            case SHARED -> "a word in common";
                        })));
        shared.means().ifPresent(pairs -> near(rows, pairs, "pictures"));
        shared.texts().ifPresent(pairs -> near(rows, pairs, "meaning of the name"));
        boolean looked = shared.named().isPresent()
                || shared.means().isPresent()
                || shared.texts().isPresent();
        table(
                "overlap-" + shared.ood(),
                "Classes of %s that are like ID classes%s".formatted(shared.ood(), looked ? "" : ": n/a"),
                looked
                        ? "Names are compared by their words. For each OOD class the ID class most like it, by the mean features of their images and by the meaning of their names where the extractor has a text encoder; the nearest three, and all that are as near as the closest 5 % of the pairs of ID classes are to one another."
                        : "Not looked for: it takes names of the classes, or labels, on both sides.",
                List.of("OOD class", "ID class", "by", "how"),
                rows);
    }

    private static void near(List<List<String>> rows, List<ClassOverlap.Near> pairs, String by) {
        for (int i = 0; i < Math.min(CLASSES_SHOWN, pairs.size()); i++) {
            ClassOverlap.Near pair = pairs.get(i);
            if (pair.near() || i < CLASSES_ALWAYS_SHOWN) {
                rows.add(List.of(
                        pair.ood(),
                        pair.id(),
                        by,
                        "cosine %s%s"
                                .formatted(
                                        decimal(pair.cosine()), pair.near() ? ", as near as close ID classes" : "")));
            }
        }
    }

    private void table(String id, String title, String explanation, List<String> head, List<List<String>> rows) {
        page.section(id, title);
        page.explain(explanation);
        if (rows.isEmpty()) {
            html.leaf("p", "None.", "class", "none");
        } else {
            page.table(title);
            for (int column = 0; column < head.size(); column++) {
                String side = alignment(rows.getFirst().get(column));
                html.leaf("th", head.get(column), "scope", "col", "class", side);
            }
            page.rows();
            for (List<String> row : rows) {
                html.open("tr");
                for (String cell : row) {
                    html.leaf("td", cell, "class", alignment(cell));
                }
                html.close("tr");
            }
            page.endTable();
        }
        html.close("section");
    }

    /** A cell is a number where it starts with a digit. */
    private static String alignment(String cell) {
        return !cell.isEmpty() && "0123456789<>\u2212".indexOf(cell.charAt(0)) >= 0 ? "number" : "text";
    }
}
