// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.attack;

import io.github.stray.detect.Detector;
import io.github.stray.detect.FittedDetector;
import io.github.stray.detect.Training;
import io.github.stray.feature.FeatureLayer;
import io.github.stray.feature.FeatureSet;
import io.github.stray.metric.OodReport;
import io.github.stray.score.IdOodScores;
import io.github.stray.score.Scores;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * How well a detector tells ID test images from OOD images, clean and attacked.
 *
 * @param detector as it was written
 * @param targetsInGallery whether it was fitted to the targets of the attack too
 * @param clean against the images as they were
 * @param attacked against the attacked ones, before they were rounded to 8 bits
 * @param rounded against the attacked ones as their files hold them
 * @param scores that these come from
 */
public record AttackFigures(
        String detector,
        boolean targetsInGallery,
        OodReport clean,
        OodReport attacked,
        OodReport rounded,
        SetScores scores) {

    /**
     * Scores of all images.
     *
     * @param id of the ID test images
     * @param clean of the OOD images as they were
     * @param attacked of the attacked ones, before rounding
     * @param rounded of the attacked ones as their files hold them
     */
    public record SetScores(Scores id, Scores clean, Scores attacked, Scores rounded) {}

    /**
     * Features of the OOD images, row for row the same images.
     *
     * @param clean as they were
     * @param attacked before rounding
     * @param rounded as their files hold them
     */
    public record Ood(FeatureSet clean, FeatureSet attacked, FeatureSet rounded) {}

    /**
     * Fits a detector with the targets in its gallery and without them, and measures both.
     *
     * @param name the detector as it was written
     * @param detector the detector
     * @param given what else it needs
     * @param gallery ID training samples
     * @param targets rows of the gallery that were targets
     * @param test ID test samples
     * @param ood OOD samples
     * @return with the targets, then without; only with them for a detector that is fitted to nothing
     * @throws IllegalArgumentException if no training sample is left without the targets
     */
    public static List<AttackFigures> of(
            String name,
            Detector detector,
            Training given,
            FeatureSet gallery,
            Set<Integer> targets,
            FeatureSet test,
            Ood ood) {
        List<String> read = detector.needs().sampleLayers(given.head().isPresent());
        var figures = new ArrayList<AttackFigures>();
        FeatureSet whole = layers(gallery, read.getFirst());
        figures.add(of(name, true, detector.fit(given.with(whole)), read.getFirst(), test, ood));
        if (detector.needs().fitted()) {
            var taken = new HashSet<>(targets);
            int[] rest = IntStream.range(0, gallery.size())
                    .filter(row -> !taken.contains(row))
                    .toArray();
            if (rest.length == 0) {
                throw new IllegalArgumentException(
                        "all %d ID training images are targets: attack fewer images, or give more of --id"
                                .formatted(gallery.size()));
            }
            FeatureSet without = layers(gallery.select(rest), read.getFirst());
            figures.add(of(name, false, detector.fit(given.with(without)), read.getFirst(), test, ood));
        }
        return figures;
    }

    private static AttackFigures of(
            String name, boolean targetsInGallery, FittedDetector fitted, String layer, FeatureSet test, Ood ood) {
        var scores = new SetScores(
                fitted.score(layers(test, layer)),
                fitted.score(layers(ood.clean, layer)),
                fitted.score(layers(ood.attacked, layer)),
                fitted.score(layers(ood.rounded, layer)));
        return new AttackFigures(
                name,
                targetsInGallery,
                OodReport.of(new IdOodScores(scores.id, scores.clean)),
                OodReport.of(new IdOodScores(scores.id, scores.attacked)),
                OodReport.of(new IdOodScores(scores.id, scores.rounded)),
                scores);
    }

    /** The same set with the layer that a detector reads first as its features, and all others beside it. */
    private static FeatureSet layers(FeatureSet set, String first) {
        if (first.equals(AttackRun.LAYER)) {
            return set;
        }
        FeatureSet read = set.layer(first)
                .orElseThrow(() -> new IllegalArgumentException(
                        "the layer '%s' is needed and was not extracted".formatted(first)));
        for (Map.Entry<String, FeatureLayer> other : set.further().entrySet()) {
            read = read.with(other.getKey(), other.getValue());
        }
        return read.with(AttackRun.LAYER, new FeatureLayer(set.features().toTensor(), set.space()));
    }
}
