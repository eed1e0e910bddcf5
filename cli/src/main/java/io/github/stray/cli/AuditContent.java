// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import io.github.stray.audit.ClassGuesses;
import io.github.stray.audit.IdContent;
import io.github.stray.audit.LabelNoise;
import io.github.stray.cli.AuditFinding.Kind;
import io.github.stray.feature.FeatureSet;
import io.github.stray.feature.Labels;
import io.github.stray.language.ClassEmbeddings;
import io.github.stray.probe.LinearHead;
import io.github.stray.report.AuditReport.Sample;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** OOD images that show an ID class, and ID images whose label is doubted. */
final class AuditContent {
    private static final int SHOWN_NEIGHBOURS = 5;

    private final FeatureSet training;
    private final FeatureSet test;
    private final @Nullable ClassEmbeddings names;
    private final @Nullable LinearHead probe;

    /** The training images are those of the set {@code id}, or the part of it that is not held out as test images. */
    AuditContent(FeatureSet training, FeatureSet test, @Nullable ClassEmbeddings names) {
        this.training = training;
        this.test = test;
        this.names = names;
        boolean classes = training.labels().map(Labels::classCount).orElse(0) > 1;
        this.probe =
                names == null && classes ? LabelNoise.probe().train(training).head() : null;
    }

    /** Who says what an image shows. */
    String judge() {
        return names != null ? "classes" : probe != null ? "probe" : "neighbours";
    }

    private ClassGuesses guesses(FeatureSet set) {
        if (names != null) {
            return ClassGuesses.of(
                    names,
                    set.layer("embeddings")
                            .orElseThrow(() -> new IllegalStateException("embeddings were not extracted"))
                            .features());
        }
        return probe != null ? ClassGuesses.of(probe, set) : ClassGuesses.ofOneClass(set.size());
    }

    /** Name of a class that a judge says; empty where there is only one without a name. */
    private String name(int label) {
        if (names != null) {
            return names.names().get(label);
        }
        return training.labels().map(labels -> labels.nameOf(label)).orElse("");
    }

    IdContent content(double share) {
        int[] classes = names == null && probe != null
                ? training.labels().orElseThrow().toArray()
                : guesses(training).classes();
        return new IdContent(
                training.features(), classes, new IdContent.Samples(test.features(), guesses(test)), share);
    }

    List<AuditFinding> findings(AuditSet set, IdContent.Result result) {
        var findings = new ArrayList<AuditFinding>();
        for (IdContent.Found found : result.found()) {
            String shown = name(found.label());
            var figures = new LinkedHashMap<String, Object>();
            figures.put("shows", shown);
            figures.put("probability", found.probability());
            figures.put("cosine", found.cosine());
            figures.put("confidence", found.confidence());
            var facts = new LinkedHashMap<String, String>();
            if (!shown.isEmpty()) {
                facts.put("shows", shown);
            }
            if (!judge().equals("neighbours")) {
                facts.put("probability", AuditDuplicates.decimal(found.probability()));
            }
            facts.put("confidence", AuditDuplicates.decimal(found.confidence()));
            List<Sample> neighbours = found.neighbours().stream()
                    .limit(SHOWN_NEIGHBOURS)
                    .map(row -> new Sample("id", training.ids().get(row), label(training, row)))
                    .toList();
            findings.add(new AuditFinding(Kind.CONTENT, set.sample(found.row()), neighbours, figures, facts, true));
        }
        return findings;
    }

    IdContent.Samples samples(AuditSet set) {
        return new IdContent.Samples(set.features().features(), guesses(set.features()));
    }

    static List<AuditFinding> noise(AuditSet id, long seed, Progress progress) {
        var findings = new ArrayList<AuditFinding>();
        Labels labels = id.features().labels().orElseThrow();
        for (LabelNoise.Suspect suspect : LabelNoise.of(id.features(), seed, progress::advance)) {
            String suggested = labels.nameOf(suspect.suggested());
            var figures = new LinkedHashMap<String, Object>();
            figures.put("suggested", suggested);
            figures.put("probability_of_label", suspect.own());
            figures.put("probability_of_suggested", suspect.other());
            figures.put("votes", suspect.votes());
            var facts = new LinkedHashMap<String, String>();
            facts.put("label", labels.nameOf(suspect.label()));
            facts.put("looks like", suggested);
            facts.put("probability", AuditDuplicates.decimal(suspect.other()));
            facts.put("neighbours", AuditDuplicates.decimal(suspect.votes()));
            findings.add(new AuditFinding(Kind.LABEL, id.sample(suspect.row()), List.of(), figures, facts, false));
        }
        return findings;
    }

    private static String label(FeatureSet set, int row) {
        return set.labels().map(labels -> labels.nameOf(labels.get(row))).orElse("");
    }
}
