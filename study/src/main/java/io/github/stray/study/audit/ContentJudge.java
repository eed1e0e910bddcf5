// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.audit;

import io.github.stray.audit.ClassGuesses;
import io.github.stray.audit.IdContent;
import io.github.stray.audit.LabelNoise;
import io.github.stray.feature.FeatureSet;
import io.github.stray.feature.Labels;
import io.github.stray.feature.Layer;
import io.github.stray.language.ClassEmbeddings;
import io.github.stray.probe.LinearHead;
import io.github.stray.study.audit.Finding.IdLike;
import io.github.stray.study.review.SetSample;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Says what images show: by class names, else by a probe on the labels, else by the nearest images alone. */
final class ContentJudge {
    private static final int SHOWN_NEIGHBOURS = 5;

    private final FeatureSet training;
    private final @Nullable ClassEmbeddings names;
    private final @Nullable LinearHead probe;
    private final IdContent content;

    /** The training images are those of the ID set, or the part of it that is not held out as test images. */
    ContentJudge(FeatureSet training, FeatureSet test, @Nullable ClassEmbeddings names, double share) {
        this.training = training;
        this.names = names;
        boolean classes = training.labels().map(Labels::classCount).orElse(0) > 1;
        this.probe =
                names == null && classes ? LabelNoise.probe().train(training).head() : null;
        this.content = new IdContent(
                training.features(),
                probe != null
                        ? training.labels().orElseThrow().toArray()
                        : guesses(training).classes(),
                samples(test),
                share);
    }

    String name() {
        return names != null ? "classes" : probe != null ? "probe" : "neighbours";
    }

    private ClassGuesses guesses(FeatureSet set) {
        if (names != null) {
            return ClassGuesses.of(
                    names,
                    set.layer(Layer.EMBEDDINGS)
                            .orElseThrow(() -> new IllegalStateException("embeddings were not extracted"))
                            .features());
        }
        return probe != null ? ClassGuesses.of(probe, set) : ClassGuesses.ofOneClass(set.size());
    }

    private IdContent.Samples samples(FeatureSet set) {
        return new IdContent.Samples(set.features(), guesses(set));
    }

    /** Share of ID test images that are recognised, the same whatever the set. */
    double recognised() {
        return content.recognised();
    }

    List<IdLike> findings(AuditSet set) {
        var findings = new ArrayList<IdLike>();
        for (IdContent.Found found : content.in(samples(set.features()))) {
            List<SetSample> neighbours = found.neighbours().stream()
                    .limit(SHOWN_NEIGHBOURS)
                    .map(row -> SetSample.of("id", training, row))
                    .toList();
            findings.add(new IdLike(
                    set.sample(found.row()),
                    neighbours,
                    className(found.label()),
                    found.probability(),
                    found.cosine(),
                    found.confidence()));
        }
        return findings;
    }

    /** Empty where there is one class only without a name. */
    private String className(int label) {
        if (names != null) {
            return names.names().get(label);
        }
        return training.labels().map(labels -> labels.nameOf(label)).orElse("");
    }
}
