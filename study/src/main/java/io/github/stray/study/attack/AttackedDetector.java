// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.attack;

import io.github.stray.detect.Detector;
import io.github.stray.detect.FittedDetector;
import io.github.stray.detect.Training;
import io.github.stray.feature.FeatureLayer;
import io.github.stray.feature.FeatureSet;
import io.github.stray.feature.Layer;
import io.github.stray.remedy.RefusedException;
import io.github.stray.remedy.Remedy;
import io.github.stray.study.attack.AttackFigures.Ood;
import io.github.stray.study.attack.AttackFigures.SetScores;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A detector that an attack is measured with: fitted before the attack, so that what it lacks is said before hours are
 * spent.
 *
 * @param name the detector as it was written
 * @param layer the layer that it reads first
 * @param fitted to the whole gallery
 * @param withoutTargets fitted to the gallery without the targets; empty for a detector that is fitted to nothing
 */
record AttackedDetector(String name, Layer layer, FittedDetector fitted, Optional<FittedDetector> withoutTargets) {

    /** Fits a detector; {@code targets} are rows of the gallery. */
    static AttackedDetector fit(String name, Detector detector, Training given, FeatureSet gallery, int[] targets) {
        Layer layer = detector.needs().sampleLayers(given.head().isPresent()).getFirst();
        FittedDetector fitted = detector.fit(given.with(layers(gallery, layer)));
        if (!detector.needs().fitted()) {
            return new AttackedDetector(name, layer, fitted, Optional.empty());
        }
        Set<Integer> taken = Arrays.stream(targets).boxed().collect(Collectors.toSet());
        int[] rest = IntStream.range(0, gallery.size())
                .filter(row -> !taken.contains(row))
                .toArray();
        if (rest.length == 0) {
            throw new RefusedException(
                    "all %d ID training images are targets: attack fewer images, or give more ID training images"
                            .formatted(gallery.size()),
                    Remedy.TRAINING_IMAGES);
        }
        try {
            FittedDetector without = detector.fit(given.with(layers(gallery.select(rest), layer)));
            return new AttackedDetector(name, layer, fitted, Optional.of(without));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "%s, fitted to the %d of %d ID training images that are no targets: %s"
                            .formatted(name, rest.length, gallery.size(), e.getMessage()),
                    e);
        }
    }

    /** Measures it with the targets in the gallery, then without; only with them where it is fitted to nothing. */
    List<AttackFigures> figures(FeatureSet test, Ood ood) {
        var figures = new ArrayList<AttackFigures>();
        figures.add(figures(true, fitted, test, ood));
        withoutTargets.ifPresent(without -> figures.add(figures(false, without, test, ood)));
        return figures;
    }

    private AttackFigures figures(boolean targetsInGallery, FittedDetector measured, FeatureSet test, Ood ood) {
        return AttackFigures.of(
                name,
                targetsInGallery,
                new SetScores(
                        measured.score(layers(test, layer)),
                        measured.score(layers(ood.clean(), layer)),
                        measured.score(layers(ood.attacked(), layer)),
                        measured.score(layers(ood.rounded(), layer))));
    }

    /** The same set with the layer that a detector reads first as its features, and all others beside it. */
    private static FeatureSet layers(FeatureSet set, Layer first) {
        if (first == AttackRun.LAYER) {
            return set;
        }
        FeatureSet read = set.layer(first)
                .orElseThrow(() -> new IllegalArgumentException(
                        "the layer '%s' is needed and was not extracted".formatted(first)));
        for (Map.Entry<Layer, FeatureLayer> other : set.further().entrySet()) {
            read = read.with(other.getKey(), other.getValue());
        }
        return read.with(AttackRun.LAYER, new FeatureLayer(set.features().toTensor(), set.space()));
    }
}
