// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.inspect;

import static io.github.stray.store.JsonRow.row;
import static io.github.stray.store.JsonRow.rows;

import io.github.stray.inspect.StrangerRanking;
import io.github.stray.provenance.Provenance;
import io.github.stray.vision.dataset.ImageInput;
import java.util.AbstractList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/** What an inspection found as a document. */
final class InspectJson {
    static final String FORMAT = "stray-inspect-1";

    private final InspectResult result;

    private InspectJson(InspectResult result) {
        this.result = result;
    }

    static Map<String, Object> document(InspectResult result, String report, Provenance provenance) {
        return new InspectJson(result).document(report, provenance);
    }

    private Map<String, Object> document(String report, Provenance provenance) {
        Inspect inspect = result.inspect();
        StrangerRanking ranking = result.ranking();
        var document = row(
                "format", FORMAT,
                "input", ImageInput.absolute(inspect.input()),
                "fingerprint", result.source().fingerprint(),
                "extractor", inspect.model().name(),
                "clump", inspect.rule().clump(),
                "seed", inspect.rule().seed(),
                "n", result.size(),
                "vouchers", ranking.vouchers(),
                "notes", result.notes());
        inspect.limit().ifPresent(limit -> document.put("limit", limit));
        document.put(
                "failed",
                rows(
                        result.failed(),
                        failed -> row(
                                "id", failed.id(),
                                "reason", failed.reason(),
                                "kind", failed.kind().name())));
        int[] order = ranking.order();
        document.put(
                "ranking",
                lazy(
                        order.length,
                        at -> row(
                                "id", result.id(order[at]),
                                "score", ranking.score(order[at]),
                                "rank", at + 1)));
        document.put("strangers", strangers());
        document.put("groups", rows(result.groups(), group -> row("name", group.name(), "ids", ids(group.rows()))));
        document.put(
                "copies",
                rows(
                        result.copies().groups(),
                        group -> row(
                                "keep", result.id(group.keep()),
                                "drop",
                                        rows(
                                                group.drop(),
                                                copy -> row(
                                                        "id",
                                                        result.id(copy.row()),
                                                        "kind",
                                                        copy.exact() ? "exact" : "near")))));
        document.put(
                "spoilt",
                rows(
                        result.spoilt(),
                        image -> row(
                                "id", result.id(image.row()),
                                "issue", image.issue().id(),
                                "score", image.score())));
        document.put("apart", result.apart().isEmpty() ? List.of() : List.of(row("ids", ids(result.apart()))));
        document.put(
                "labels",
                rows(
                        result.labels(),
                        suspect -> row(
                                "id", result.id(suspect.row()),
                                "label", className(suspect.label()),
                                "suggested", className(suspect.suggested()),
                                "confidence", suspect.other())));
        document.put(
                "shortcuts",
                rows(
                        result.shortcuts(),
                        each -> row(
                                "feature", each.shortcut().property().id(),
                                "class", each.className(),
                                "auroc", each.shortcut().auroc(),
                                "ci95",
                                        List.of(
                                                each.shortcut().interval().lower(),
                                                each.shortcut().interval().upper()))));
        document.put("also", also());
        document.put("report", report);
        document.put("provenance", provenance.entries());
        return document;
    }

    private List<Map<String, Object>> strangers() {
        Map<Integer, String> groups = new HashMap<>();
        result.groups().forEach(group -> group.rows().forEach(each -> groups.put(each, group.name())));
        return IntStream.of(result.ranking().strangers())
                .<Map<String, Object>>mapToObj(at -> row(
                        "id", result.id(at),
                        "score", result.ranking().score(at),
                        "group", groups.getOrDefault(at, "")))
                .toList();
    }

    /** What has no place in the document that other tools know: own measures, and what the files say of themselves. */
    private Map<String, Object> also() {
        return row(
                "blurred",
                rows(result.blurred(), at -> row("id", result.id(at), "blur", result.blur(at))),
                "class_strangers",
                ids(result.withinClasses()),
                "turned",
                ids(rowsWhere(at -> result.readings().get(at).measures().orientation() != 1)),
                "with_profile",
                rowsWhere(at -> result.readings().get(at).measures().profile()).size());
    }

    private List<Integer> rowsWhere(IntPredicate wanted) {
        return IntStream.range(0, result.size()).filter(wanted).boxed().toList();
    }

    private List<String> ids(List<Integer> rows) {
        return rows.stream().map(result::id).toList();
    }

    private String className(int label) {
        return result.features().labels().orElseThrow().nameOf(label);
    }

    /** A list whose rows are made when they are written: a large set has many. */
    private static List<Map<String, Object>> lazy(int size, IntFunction<Map<String, Object>> rows) {
        return new AbstractList<>() {
            @Override
            public Map<String, Object> get(int index) {
                return rows.apply(index);
            }

            @Override
            public int size() {
                return size;
            }
        };
    }
}
