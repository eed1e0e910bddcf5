// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.audit;

import static io.github.stray.report.Numbers.count;

import io.github.stray.audit.ClassOverlap;
import io.github.stray.provenance.Provenance;
import io.github.stray.remedy.Remedy;
import io.github.stray.report.Html;
import io.github.stray.report.Page;
import io.github.stray.study.audit.Finding.Copy;
import io.github.stray.study.audit.Finding.DoubtfulLabel;
import io.github.stray.study.audit.Finding.ExactCopy;
import io.github.stray.study.audit.Finding.IdLike;
import io.github.stray.study.audit.Finding.NearCopy;
import io.github.stray.study.audit.Finding.Sample;
import io.github.stray.vision.image.ImagesById;
import io.github.stray.vision.image.PngEncoder;
import io.github.stray.vision.preprocess.Resampling;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
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
    /** Findings of a kind that are shown. */
    private static final int SHOWN = 100;

    /** Samples in all whose lists the page holds, about 50 bytes each. */
    private static final int MOST_LISTED = 200_000;

    /** Rows of a table of classes by one measure, and how many of them are shown however far the classes are apart. */
    private static final int CLASSES_SHOWN = 40;

    private static final int CLASSES_ALWAYS_SHOWN = 3;

    /** Longest side of a picture. */
    private static final int PICTURE = 64;

    private final AuditResult result;
    private final Function<Remedy, String> remedies;
    private final Html html = new Html();
    private final Page page = new Page(html, AuditPage.class, "audit");
    private final Map<String, Map<String, byte[]>> pictures = new HashMap<>();

    private AuditPage(AuditResult result, Function<Remedy, String> remedies) throws IOException {
        this.result = result;
        this.remedies = remedies;
        List<Sample> wanted = result.findings().stream()
                .flatMap(AuditPage::shown)
                .flatMap(finding -> Stream.concat(Stream.of(finding.subject()), finding.besides().stream()))
                .toList();
        for (AuditSet set : result.sets()) {
            Set<String> ids = wanted.stream()
                    .filter(sample -> sample.set().equals(set.key()))
                    .map(Sample::id)
                    .collect(Collectors.toSet());
            pictures.put(
                    set.key(),
                    ImagesById.read(set.source(), ids, image -> PngEncoder.encode(Resampling.within(image, PICTURE))));
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
        for (SharedClasses shared : result.sharedClasses()) {
            classes(shared);
        }
        page.provenance(command, provenance);
        html.close("main");
        page.end();
    }

    private static <F extends Finding> Stream<F> shown(Findings<F> findings) {
        return findings.found().stream().limit(SHOWN);
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
        List<CleanList> lists = lists();
        page.section("decisions", "What is taken out");
        page.explain(
                "Each finding below proposes to take one image out of its set, or to keep it. Tick to take it out. On the keyboard: j and k go to the next and previous finding, x changes it. Then save the lists; each is an INPUT for any command. A page that is opened again starts with the proposals; saved decisions go back to the audit%s."
                        .formatted(remedies.apply(Remedy.DECISIONS)));
        html.leaf("p", "", "id", "marked", "role", "status");
        html.open("div", "class", "saves");
        for (CleanList list : lists) {
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
        html.leaf("button", "Save decisions.tsv", "type", "button", "id", "save-decisions");
        html.close("div");
        for (CleanList list : lists) {
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

    /** The sets without what findings that are not shown take out; none where they are too long. */
    private List<CleanList> lists() {
        long samples = result.sets().stream().mapToLong(AuditSet::size).sum();
        if (samples > MOST_LISTED) {
            return List.of();
        }
        return result.sets().stream()
                .map(set -> CleanList.of(set).without(result.findings().stream().flatMap(AuditPage::hidden)))
                .toList();
    }

    /** Findings that are not shown, and whose sample no shown one of the kind decides about. */
    private static Stream<? extends Finding> hidden(Findings<?> findings) {
        Set<Sample> decided = shown(findings).map(Finding::subject).collect(Collectors.toSet());
        return findings.found().stream().skip(SHOWN).filter(finding -> !decided.contains(finding.subject()));
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
        } else if (findings.found().isEmpty()) {
            html.leaf("p", "None.", "class", "none");
        } else {
            if (findings.total() > SHOWN) {
                page.explain(
                        "The first %s are shown; audit.json has all, and the proposals for those not shown are carried out."
                                .formatted(count(SHOWN)));
            }
            html.open("ul", "class", "findings");
            for (Finding finding : shown(findings).toList()) {
                finding(findings.kind(), finding);
            }
            html.close("ul");
        }
        html.close("section");
    }

    private void finding(Finding.Kind kind, Finding finding) {
        Sample subject = finding.subject();
        boolean many = finding.besides().size() > 1;
        html.open("li", "class", "finding", "tabindex", "-1");
        html.open("div", "class", "pair");
        picture(subject, "subject");
        html.open("div", "class", "besides");
        String caption = switch (finding) {
            case ExactCopy copy -> "the same pixels";
            case NearCopy copy -> "almost the same picture";
            case IdLike image -> "nearest ID training images";
            case DoubtfulLabel image -> "";
        };
        html.leaf("div", caption, "class", "beside-caption");
        html.open("div", "class", many ? "many" : "one");
        for (Sample beside : finding.besides()) {
            picture(beside, many ? "small" : "subject");
        }
        html.close("div").close("div").close("div");
        name(subject);
        if (finding.besides().size() == 1) {
            name(finding.besides().getFirst());
        }
        html.open("dl", "class", "finding-facts");
        facts(finding);
        html.close("dl");
        html.open("label");
        var attributes = new ArrayList<>(List.of("type", "checkbox", "class", "take", "data-kind", kind.id()));
        attributes.addAll(List.of("data-set", subject.set(), "data-id", subject.id()));
        if (finding.remove()) {
            attributes.addAll(List.of("checked", "checked"));
        }
        html.empty("input", attributes.toArray(String[]::new));
        html.text(" take out of " + subject.set());
        html.close("label");
        html.close("li");
    }

    private void facts(Finding finding) {
        switch (finding) {
            case ExactCopy copy -> page.entry("files", copy.sameFile() ? "the same" : "of different bytes, or none");
            case NearCopy copy -> {
                page.entry("picture", decimal(copy.likeness().similarity()));
                page.entry("detail", decimal(copy.likeness().detail()));
                page.entry("cosine of features", decimal(copy.cosine()));
                if (copy.likeness().mirrored()) {
                    page.entry("mirrored", "yes");
                }
            }
            case IdLike image -> {
                if (!image.shows().isEmpty()) {
                    page.entry("shows", image.shows());
                }
                if (!result.recognition().orElseThrow().by().equals("neighbours")) {
                    page.entry("probability", decimal(image.probability()));
                }
                page.entry("confidence", decimal(image.confidence()));
            }
            case DoubtfulLabel image -> {
                page.entry("label", image.subject().label());
                page.entry("looks like", image.suggested());
                page.entry("probability", decimal(image.other()));
                page.entry("neighbours", decimal(image.votes()));
            }
        }
    }

    private void name(Sample sample) {
        html.open("div", "class", "sample", "title", sample.id());
        html.leaf("span", sample.set(), "class", "chip " + (sample.set().startsWith("id") ? "id" : "ood"));
        html.text(" " + sample.id() + (sample.label().isEmpty() ? "" : ", " + sample.label()));
        html.close("div");
    }

    private void picture(Sample sample, String size) {
        Map<String, byte[]> ofSet = pictures.getOrDefault(sample.set(), Map.of());
        page.picture(
                Optional.ofNullable(ofSet.get(sample.id())),
                "image %s of set %s".formatted(sample.id(), sample.set()),
                size);
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
