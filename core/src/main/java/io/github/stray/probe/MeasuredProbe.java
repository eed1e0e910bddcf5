// SPDX-License-Identifier: Apache-2.0
package io.github.stray.probe;

import io.github.stray.feature.FeatureSet;
import io.github.stray.feature.Labels;
import io.github.stray.feature.Layer;
import io.github.stray.language.ClassEmbeddings;
import io.github.stray.remedy.RefusedException;
import io.github.stray.remedy.Remedy;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A linear probe, trained on labels or on pseudo-labels (PLP), and how well it does on rows that took no part in training.
 * Immutable.
 *
 * @param probe the head and how its training went
 * @param pseudo the pseudo-labels it was trained on; empty if it was trained on labels
 * @param heldOut quality on the rows held out, against their labels or pseudo-labels; empty if there are none
 * @param heldOutAccuracy of a head trained on pseudo-labels: accuracy on the rows held out against their own labels, 0 to 1;
 *     empty where that cannot be told
 */
public record MeasuredProbe(
        TrainedProbe probe,
        Optional<PseudoLabels> pseudo,
        Optional<HeadQuality> heldOut,
        Optional<Double> heldOutAccuracy) {
    /**
     * Rows with the labels to learn.
     *
     * @param rows features with labels or pseudo-labels
     * @param own the same with the labels they came with, where those can be compared with the pseudo-labels
     * @param pseudo the pseudo-labels
     */
    private record Taught(FeatureSet rows, Optional<FeatureSet> own, Optional<PseudoLabels> pseudo) {
        static Taught of(FeatureSet rows, Optional<ClassEmbeddings> classes) {
            if (classes.isEmpty()) {
                return new Taught(rows, Optional.empty(), Optional.empty());
            }
            PseudoLabels pseudo = PseudoLabels.of(rows.layer(Layer.EMBEDDINGS).orElseThrow(), classes.get());
            return new Taught(
                    rows.withLabels(pseudo.labels()),
                    pseudo.accuracy().isPresent()
                            ? PseudoLabels.comparable(rows, classes.get()).map(rows::withLabels)
                            : Optional.empty(),
                    Optional.of(pseudo));
        }
    }

    /**
     * Trains and measures.
     *
     * @param recipe how to train
     * @param training finite features with labels, or with the layer {@link Layer#EMBEDDINGS} if there are classes
     * @param held rows of the same kind that take no part in training; absent, or empty, if nothing is to be measured
     * @param classes class embeddings to make pseudo-labels with; absent to train on the labels
     * @param progress hears of every epoch or iteration
     * @return the probe and its quality
     * @throws IllegalArgumentException if the samples cannot be trained on, the rows held out live in another space, or
     *     their classes are not those of the training rows; the message says why
     */
    public static MeasuredProbe train(
            LinearProbe recipe,
            FeatureSet training,
            Optional<FeatureSet> held,
            Optional<ClassEmbeddings> classes,
            ProbeProgress progress) {
        Taught taught = Taught.of(training, classes);
        Optional<Taught> measured = held.map(rows -> Taught.of(rows, classes));
        measured.ifPresent(rows -> requireSameClasses(taught.rows, rows.rows));
        TrainedProbe probe = recipe.train(taught.rows, progress);
        Optional<Taught> filled = measured.filter(rows -> rows.rows.size() > 0);
        return new MeasuredProbe(
                probe,
                taught.pseudo,
                filled.map(rows -> HeadQuality.of(probe.head(), rows.rows)),
                filled.flatMap(Taught::own)
                        .map(rows -> HeadQuality.of(probe.head(), rows).accuracy()));
    }

    private static void requireSameClasses(FeatureSet training, FeatureSet held) {
        held.space().conflictWith(training.space()).ifPresent(conflict -> {
            throw new RefusedException(
                    "held-out samples '%s' live in %s, the training rows in %s: %s"
                            .formatted(held.dataset(), held.space(), training.space(), conflict),
                    Remedy.SAME_SPACE);
        });
        Labels known = training.labels().orElseThrow();
        JoinedLabels.of(known.classNames(), known.classCount(), "the training rows", held);
    }

    /** {@return what a user should know about the pseudo-labels and the training, often nothing} */
    public List<String> notes() {
        var notes = new ArrayList<>(pseudo.map(PseudoLabels::notes).orElse(List.of()));
        notes.addAll(probe.notes());
        return List.copyOf(notes);
    }
}
