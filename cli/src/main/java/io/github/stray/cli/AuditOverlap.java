// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import io.github.stray.audit.ClassOverlap;
import io.github.stray.feature.FeatureMatrix;
import io.github.stray.report.AuditReport.Table;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Classes that the ID set and one OOD set have in common.
 *
 * @param ood key of the OOD set
 * @param named by name; empty where either side has no names
 * @param means by class means; empty where either side has no labels
 * @param texts by embeddings of the names; empty where the extractor has no text encoder
 * @param idNames names of the ID classes, by number where they have none
 * @param oodNames names of the OOD classes
 */
record AuditOverlap(
        String ood,
        Optional<List<ClassOverlap.Named>> named,
        Optional<List<ClassOverlap.Near>> means,
        Optional<List<ClassOverlap.Near>> texts,
        List<String> idNames,
        List<String> oodNames) {
    private static final int SHOWN = 40;

    /** Names with text embeddings of them. */
    record Encoded(List<String> names, Optional<FeatureMatrix> rows) {}

    static AuditOverlap of(AuditSet id, AuditSet ood, Encoded idNames, Encoded oodNames) {
        boolean names = !idNames.names.isEmpty() && !oodNames.names.isEmpty();
        boolean labels =
                id.features().labels().isPresent() && ood.features().labels().isPresent();
        return new AuditOverlap(
                ood.key(),
                names ? Optional.of(ClassOverlap.byName(idNames.names, oodNames.names)) : Optional.empty(),
                labels ? Optional.of(ClassOverlap.byMeans(id.features(), ood.features())) : Optional.empty(),
                idNames.rows.flatMap(rows -> oodNames.rows.map(other -> ClassOverlap.byText(rows, other))),
                idNames.names,
                oodNames.names);
    }

    Map<String, Object> document() {
        var document = new LinkedHashMap<String, Object>();
        document.put(
                "by_name",
                named.<Object>map(pairs -> pairs.stream()
                                .map(pair -> Map.of(
                                        "id",
                                        pair.id(),
                                        "ood",
                                        pair.ood(),
                                        "relation",
                                        pair.relation().name().toLowerCase(Locale.ROOT)))
                                .toList())
                        .orElse("n/a: it takes names of the classes on both sides"));
        document.put("by_means", means.<Object>map(this::rows).orElse("n/a: it takes labels on both sides"));
        document.put(
                "by_text",
                texts.<Object>map(this::rows)
                        .orElse("n/a: it takes class names on both sides and an extractor with a text encoder"));
        return document;
    }

    private List<Map<String, Object>> rows(List<ClassOverlap.Near> pairs) {
        var rows = new ArrayList<Map<String, Object>>();
        for (ClassOverlap.Near pair : pairs) {
            var row = new LinkedHashMap<String, Object>();
            row.put("id", name(idNames, pair.id()));
            row.put("ood", name(oodNames, pair.ood()));
            row.put("cosine", pair.cosine());
            row.put("near", pair.near());
            rows.add(row);
        }
        return rows;
    }

    private static String name(List<String> names, int label) {
        return label < names.size() ? names.get(label) : Integer.toString(label);
    }

    /** What counts: same names, parts of names, and classes as close as close ID classes. */
    long remarkable() {
        long byName = named.stream()
                .flatMap(List::stream)
                .filter(pair -> pair.relation() != ClassOverlap.Relation.SHARED)
                .count();
        return byName
                + means.stream()
                        .flatMap(List::stream)
                        .filter(ClassOverlap.Near::near)
                        .count();
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

    private void near(List<List<String>> rows, List<ClassOverlap.Near> pairs, String by) {
        pairs.stream()
                .limit(SHOWN)
                .filter(pair -> pair.near() || pairs.indexOf(pair) < 3)
                .forEach(pair -> rows.add(List.of(
                        name(oodNames, pair.ood()),
                        name(idNames, pair.id()),
                        by,
                        "cosine %s%s"
                                .formatted(
                                        AuditDuplicates.decimal(pair.cosine()),
                                        pair.near() ? ", as near as close ID classes" : ""))));
    }
}
