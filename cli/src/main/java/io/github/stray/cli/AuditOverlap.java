// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import io.github.stray.audit.ClassOverlap;
import io.github.stray.feature.FeatureMatrix;
import io.github.stray.feature.Labels;
import io.github.stray.report.AuditReport.Table;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;

/**
 * Classes that the ID set and one OOD set have in common.
 *
 * @param ood key of the OOD set
 * @param named by name; empty where either side has no names
 * @param means by class means; empty where either side has no labels
 * @param texts by embeddings of the names; empty where the extractor has no text encoder
 */
record AuditOverlap(
        String ood, Optional<List<ClassOverlap.Named>> named, Optional<List<Pair>> means, Optional<List<Pair>> texts) {
    private static final int SHOWN = 40;
    private static final int ALWAYS_SHOWN = 3;

    /** Two classes by name, or by number where they have no names. */
    record Pair(String id, String ood, double cosine, boolean near) {}

    /** Names with text embeddings of them. */
    record Encoded(List<String> names, Optional<FeatureMatrix> rows) {}

    /** The names may come from files; labels are named as their own sets name them. */
    static AuditOverlap of(AuditSet id, AuditSet ood, Encoded idNames, Encoded oodNames) {
        boolean names = !idNames.names.isEmpty() && !oodNames.names.isEmpty();
        Optional<Labels> idLabels = id.features().labels();
        Optional<Labels> oodLabels = ood.features().labels();
        return new AuditOverlap(
                ood.key(),
                names ? Optional.of(ClassOverlap.byName(idNames.names, oodNames.names)) : Optional.empty(),
                idLabels.flatMap(its -> oodLabels.map(theirs ->
                        pairs(ClassOverlap.byMeans(id.features(), ood.features()), its::nameOf, theirs::nameOf))),
                idNames.rows.flatMap(its -> oodNames.rows.map(
                        theirs -> pairs(ClassOverlap.byText(its, theirs), idNames.names::get, oodNames.names::get))));
    }

    private static List<Pair> pairs(List<ClassOverlap.Near> near, IntFunction<String> id, IntFunction<String> ood) {
        return near.stream()
                .map(pair -> new Pair(id.apply(pair.id()), ood.apply(pair.ood()), pair.cosine(), pair.near()))
                .toList();
    }

    Map<String, Object> document() {
        var document = new LinkedHashMap<String, Object>();
        document.put(
                "by_name",
                named.<Object>map(pairs -> pairs.stream().map(AuditOverlap::row).toList())
                        .orElse("n/a: it takes names of the classes on both sides"));
        document.put("by_means", means.<Object>map(AuditOverlap::rows).orElse("n/a: it takes labels on both sides"));
        document.put(
                "by_text",
                texts.<Object>map(AuditOverlap::rows)
                        .orElse("n/a: it takes class names on both sides and an extractor with a text encoder"));
        return document;
    }

    private static Map<String, Object> row(ClassOverlap.Named pair) {
        var row = new LinkedHashMap<String, Object>();
        row.put("id", pair.id());
        row.put("ood", pair.ood());
        row.put("relation", pair.relation().name().toLowerCase(Locale.ROOT));
        return row;
    }

    private static List<Map<String, Object>> rows(List<Pair> pairs) {
        var rows = new ArrayList<Map<String, Object>>();
        for (Pair pair : pairs) {
            var row = new LinkedHashMap<String, Object>();
            row.put("id", pair.id);
            row.put("ood", pair.ood);
            row.put("cosine", pair.cosine);
            row.put("near", pair.near);
            rows.add(row);
        }
        return rows;
    }

    /** What counts: same names, parts of names, and classes as close as close ID classes. */
    long remarkable() {
        long byName = named.stream()
                .flatMap(List::stream)
                .filter(pair -> pair.relation() != ClassOverlap.Relation.SHARED)
                .count();
        return byName + means.stream().flatMap(List::stream).filter(Pair::near).count();
    }

    Table table(String explanation) {
        var rows = new ArrayList<List<String>>();
        named.ifPresent(pairs -> pairs.stream()
                .limit(SHOWN)
                .forEach(pair -> rows.add(List.of(
                        pair.ood(),
                        pair.id(),
                        "name",
                        switch (pair.relation()) {
                            case SAME -> "the same";
                            case PART -> "one is part of the other";
                            case SHARED -> "a word in common";
                        }))));
        means.ifPresent(pairs -> near(rows, pairs, "pictures"));
        texts.ifPresent(pairs -> near(rows, pairs, "meaning of the name"));
        boolean looked = named.isPresent() || means.isPresent() || texts.isPresent();
        return new Table(
                "overlap-" + ood,
                "Classes of %s that are like ID classes%s".formatted(ood, looked ? "" : ": n/a"),
                looked ? explanation : "Not looked for: it takes names of the classes, or labels, on both sides.",
                List.of("OOD class", "ID class", "by", "how"),
                rows);
    }

    private static void near(List<List<String>> rows, List<Pair> pairs, String by) {
        for (int i = 0; i < Math.min(SHOWN, pairs.size()); i++) {
            Pair pair = pairs.get(i);
            if (pair.near || i < ALWAYS_SHOWN) {
                rows.add(List.of(
                        pair.ood,
                        pair.id,
                        by,
                        "cosine %s%s"
                                .formatted(
                                        AuditDuplicates.decimal(pair.cosine),
                                        pair.near ? ", as near as close ID classes" : "")));
            }
        }
    }
}
