// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.audit;

import static io.github.stray.store.JsonRow.row;
import static io.github.stray.store.JsonRow.rows;

import io.github.stray.audit.ClassOverlap;
import io.github.stray.audit.NearDuplicates;
import io.github.stray.feature.Layer;
import io.github.stray.inspect.Shortcut;
import io.github.stray.metric.Interval;
import io.github.stray.provenance.Provenance;
import io.github.stray.remedy.Remedy;
import io.github.stray.study.audit.Finding.DoubtfulLabel;
import io.github.stray.study.audit.Finding.ExactCopy;
import io.github.stray.study.audit.Finding.IdLike;
import io.github.stray.study.audit.Finding.NearCopy;
import io.github.stray.study.review.SetSample;
import io.github.stray.vision.dataset.ImageInput;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** What an audit found as a document. */
final class AuditJson {
    static final String FORMAT = "stray-audit-1";

    private AuditJson() {}

    static Map<String, Object> document(
            AuditResult result, String report, Provenance provenance, Function<Remedy, String> remedies) {
        Audit audit = result.audit();
        var document = row(
                "format", FORMAT, "extractor", audit.extractor(), "layer", Layer.FEATURES.id(), "seed", audit.seed());
        audit.limit().ifPresent(limit -> document.put("limit", limit));
        document.put("sets", rows(result.sets(), AuditJson::set));
        for (Findings<?> kind : result.findings()) {
            document.put(kind.kind().key(), kind(result, kind, remedies));
        }
        var shared = row();
        result.sharedClasses().forEach(each -> shared.put(each.ood(), classes(each)));
        document.put("class_overlap", shared);
        document.put(
                "saturation",
                result.tested() == 0 ? row("n/a", "no ID image is left over for a test") : saturation(result));
        var shortcuts = row();
        result.sets().stream()
                .filter(AuditSet::ood)
                .forEach(set -> shortcuts.put(set.key(), rows(result.shortcuts(set), AuditJson::shortcut)));
        document.put("shortcuts", shortcuts);
        if (!result.failedDetectors().isEmpty()) {
            document.put("failed_detectors", result.failedDetectors());
        }
        document.put("clean", rows(result.cleaned(), AuditJson::cleaned));
        document.put("report", report);
        document.put("failed", failed(result));
        document.put("provenance", provenance.entries());
        return document;
    }

    private static Map<String, Object> cleaned(AuditResult.Cleaned list) {
        return row(
                "set", list.set(),
                "file", list.file(),
                "kept", list.kept(),
                "removed", list.removed());
    }

    private static Map<String, Object> set(AuditSet set) {
        return row(
                "set", set.key(),
                "input", ImageInput.absolute(set.input()),
                "name", set.source().name(),
                "n", set.size(),
                "classes", set.source().classNames().size(),
                "fingerprint", set.source().fingerprint());
    }

    private static Map<String, Object> kind(
            AuditResult result, Findings<?> findings, Function<Remedy, String> remedies) {
        if (findings.missing().isPresent()) {
            return row("n/a", findings.missing().get().text(remedies));
        }
        var part = row("total", findings.total(), "findings", rows(findings.found(), AuditJson::finding));
        switch (findings.kind()) {
            case NEAR_DUPLICATES -> {
                NearDuplicates.Limits limits = NearDuplicates.Limits.USUAL;
                part.put("compared", result.compared());
                part.put(
                        "limits",
                        row("similarity", limits.similarity(), "detail", limits.detail(), "colour", limits.colour()));
            }
            case ID_CONTENT -> {
                AuditResult.Recognition recognition = result.recognition().orElseThrow();
                part.put("recognised", recognition.recognised());
                part.put("by", recognition.by());
                part.put("share", result.audit().share());
            }
            case EXACT_DUPLICATES, LABEL_NOISE -> {}
        }
        return part;
    }

    private static Map<String, Object> finding(Finding finding) {
        var row = named(finding.subject());
        row.putAll(
                switch (finding) {
                    case ExactCopy copy -> row("same_file", copy.sameFile(), "across", copy.across());
                    case NearCopy copy ->
                        row(
                                "similarity", copy.likeness().similarity(),
                                "detail", copy.likeness().detail(),
                                "colour", copy.likeness().colour(),
                                "mirrored", copy.likeness().mirrored(),
                                "cosine", copy.cosine(),
                                "across", copy.across());
                    case IdLike image ->
                        row(
                                "shows", image.shows(),
                                "probability", image.probability(),
                                "cosine", image.cosine(),
                                "confidence", image.confidence());
                    case DoubtfulLabel image ->
                        row(
                                "suggested", image.suggested(),
                                "probability_of_label", image.own(),
                                "probability_of_suggested", image.other(),
                                "votes", image.votes());
                });
        if (!finding.besides().isEmpty()) {
            row.put("beside", rows(finding.besides(), AuditJson::named));
        }
        row.put("proposal", finding.remove() ? "remove" : "keep");
        return row;
    }

    private static Map<String, Object> named(SetSample sample) {
        var row = row("set", sample.set(), "id", sample.id());
        if (!sample.label().isEmpty()) {
            row.put("label", sample.label());
        }
        return row;
    }

    private static Map<String, Object> classes(SharedClasses shared) {
        return row(
                "by_name", looked(shared.named(), AuditJson::related, "names of the classes on both sides"),
                "by_means", looked(shared.means(), AuditJson::near, "labels on both sides"),
                "by_text",
                        looked(
                                shared.texts(),
                                AuditJson::near,
                                "class names on both sides and an extractor with a text encoder"));
    }

    private static <T> Object looked(Optional<List<T>> pairs, Function<T, Map<String, Object>> row, String missing) {
        return pairs.isPresent() ? rows(pairs.get(), row) : "n/a: it takes " + missing;
    }

    private static Map<String, Object> related(ClassOverlap.Named pair) {
        String relation = pair.relation().name().toLowerCase(Locale.ROOT);
        return row("id", pair.id(), "ood", pair.ood(), "relation", relation);
    }

    private static Map<String, Object> near(ClassOverlap.Near pair) {
        return row("id", pair.id(), "ood", pair.ood(), "cosine", pair.cosine(), "near", pair.near());
    }

    private static Map<String, Object> shortcut(Shortcut shortcut) {
        return row(
                "feature", shortcut.property().id(),
                "auroc", shortcut.auroc(),
                "ci95", ends(shortcut.interval()));
    }

    private static Map<String, Object> saturation(AuditResult result) {
        var document = row();
        result.saturation()
                .forEach((ood, pair) -> document.put(
                        ood,
                        row(
                                "detector", pair.detector(),
                                "n_id", result.tested(),
                                "auroc", pair.auroc(),
                                "auroc_ci95", ends(pair.interval()),
                                "all_auroc", pair.aurocs(),
                                "lost_images", pair.lost(),
                                "ood_above_threshold", pair.above(),
                                "saturated", pair.saturated(),
                                "smallest_difference", pair.resolvable())));
        return document;
    }

    private static List<Double> ends(Interval interval) {
        return List.of(interval.lower(), interval.upper());
    }

    private static List<Map<String, Object>> failed(AuditResult result) {
        var rows = new ArrayList<Map<String, Object>>();
        result.failedSamples()
                .forEach((set, samples) -> samples.forEach(sample -> rows.add(row(
                        "set",
                        set,
                        "id",
                        sample.id(),
                        "reason",
                        sample.reason(),
                        "kind",
                        sample.kind().name()))));
        return rows;
    }
}
