// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.attack;

import io.github.stray.feature.FeatureSet;
import io.github.stray.study.attack.AttackResult.AttackedImage;
import io.github.stray.study.attack.AttackResult.Example;
import io.github.stray.vision.attack.AttackFigures;
import io.github.stray.vision.attack.AttackPictures;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Picks attacked images for people to look at. */
final class AttackExamples {
    private static final int MOST = 12;

    private AttackExamples() {}

    /** As many as a page shows, spread over all of them; {@code targetRows} are those of their targets in the gallery. */
    static List<Example> pick(
            List<AttackedImage> images,
            int[] targetRows,
            AttackFigures.Ood rows,
            AttackFigures.SetScores scores,
            FeatureSet gallery,
            AttackPictures.Sets sets)
            throws IOException {
        int count = Math.min(MOST, images.size());
        int[] shown = IntStream.range(0, count)
                .map(i -> (int) ((long) i * images.size() / count))
                .toArray();
        AttackPictures pictures = AttackPictures.of(
                sets,
                IntStream.of(shown).mapToObj(i -> images.get(i).id()).collect(Collectors.toSet()),
                IntStream.of(shown).mapToObj(i -> images.get(i).target()).collect(Collectors.toSet()));
        var clean = new HashMap<String, Integer>();
        for (int i = 0; i < rows.clean().size(); i++) {
            clean.put(rows.clean().ids().get(i), i);
        }
        var examples = new ArrayList<Example>();
        for (int number : shown) {
            AttackedImage image = images.get(number);
            int target = targetRows[number];
            int row = Objects.requireNonNull(clean.get(image.id()), image.id());
            examples.add(new Example(
                    image.id(),
                    image.target(),
                    scores.clean().get(row),
                    scores.rounded().get(number),
                    rows.clean().features().cosine(row, gallery.features(), target),
                    rows.rounded().features().cosine(number, gallery.features(), target),
                    pictures.of(image.id(), image.target(), image.file())));
        }
        return examples;
    }
}
