// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import io.github.stray.audit.ExactDuplicates;
import io.github.stray.audit.ImageSignature;
import io.github.stray.audit.Likeness;
import io.github.stray.audit.NearDuplicates;
import io.github.stray.cli.AuditFinding.Kind;
import io.github.stray.feature.FeatureMatrix;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.SequencedMap;

/**
 * Copies within and between the sets of an audit, in the order ID, ID test, OOD: of two copies the one in the later set is
 * the one to take out. Copies of a picture within one set are only proposed where the pixels are the same.
 */
final class AuditDuplicates {
    private final List<AuditSet> sets;
    private final List<ImageSignature> signatures = new ArrayList<>();
    private final List<Integer> setOf = new ArrayList<>();
    private final List<Integer> rowOf = new ArrayList<>();

    AuditDuplicates(List<AuditSet> sets) {
        this.sets = sets;
        for (int s = 0; s < sets.size(); s++) {
            signatures.addAll(sets.get(s).signatures());
            for (int row = 0; row < sets.get(s).size(); row++) {
                setOf.add(s);
                rowOf.add(row);
            }
        }
    }

    private AuditSet set(int image) {
        return sets.get(setOf.get(image));
    }

    private boolean across(int first, int second) {
        return !setOf.get(first).equals(setOf.get(second));
    }

    List<AuditFinding> exact() {
        var findings = new ArrayList<AuditFinding>();
        for (ExactDuplicates.Group group : ExactDuplicates.groups(signatures)) {
            int first = group.rows().getFirst();
            for (int other : group.rows().subList(1, group.rows().size())) {
                boolean sameFile = signatures.get(first).sameFile(signatures.get(other));
                var figures = new LinkedHashMap<String, Object>();
                figures.put("same_file", sameFile);
                figures.put("across", across(first, other));
                var facts = new LinkedHashMap<String, String>();
                facts.put("files", sameFile ? "the same" : "of different bytes, or none");
                findings.add(finding(Kind.EXACT, first, other, figures, facts, true));
            }
        }
        return findings;
    }

    NearDuplicates.Candidates candidates() {
        List<FeatureMatrix> features =
                sets.stream().map(set -> set.features().features()).toList();
        return NearDuplicates.candidates(signatures, features);
    }

    List<AuditFinding> near(NearDuplicates.Candidates candidates, Progress progress) {
        var findings = new ArrayList<AuditFinding>();
        for (NearDuplicates.Pair pair :
                NearDuplicates.among(signatures, candidates, NearDuplicates.Limits.USUAL, progress::advance)) {
            Likeness likeness = pair.likeness();
            boolean across = across(pair.first(), pair.second());
            double cosine = cosine(pair.first(), pair.second());
            var figures = new LinkedHashMap<String, Object>();
            figures.put("similarity", likeness.similarity());
            figures.put("detail", likeness.detail());
            figures.put("colour", likeness.colour());
            figures.put("mirrored", likeness.mirrored());
            figures.put("cosine", cosine);
            figures.put("across", across);
            var facts = new LinkedHashMap<String, String>();
            facts.put("picture", decimal(likeness.similarity()));
            facts.put("detail", decimal(likeness.detail()));
            facts.put("cosine of features", decimal(cosine));
            if (likeness.mirrored()) {
                facts.put("mirrored", "yes");
            }
            findings.add(finding(Kind.NEAR, pair.first(), pair.second(), figures, facts, across));
        }
        // What crosses sets is what spoils a benchmark, so it is shown first.
        findings.sort((a, b) -> Boolean.compare(b.remove(), a.remove()));
        return findings;
    }

    private AuditFinding finding(
            Kind kind,
            int first,
            int other,
            SequencedMap<String, Object> figures,
            SequencedMap<String, String> facts,
            boolean remove) {
        return new AuditFinding(
                kind,
                set(other).sample(rowOf.get(other)),
                List.of(set(first).sample(rowOf.get(first))),
                figures,
                facts,
                remove);
    }

    private double cosine(int first, int second) {
        return set(first)
                .features()
                .features()
                .cosine(rowOf.get(first), set(second).features().features(), rowOf.get(second));
    }

    static String decimal(double value) {
        return String.format(Locale.ROOT, "%.3f", value);
    }
}
