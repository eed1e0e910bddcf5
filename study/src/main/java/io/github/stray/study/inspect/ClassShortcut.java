// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.inspect;

import io.github.stray.feature.Labels;
import io.github.stray.inspect.ImageMeasures;
import io.github.stray.inspect.Shortcut;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * How well a plain property tells a class from all others.
 *
 * @param className the class
 * @param shortcut the property
 */
public record ClassShortcut(String className, Shortcut shortcut) {
    /** Images of a side that are looked at, at most; a DeLong interval of more is narrower than anyone needs. */
    private static final int MOST = 5000;

    /** The properties of each class with at least two images, the most telling first. */
    static List<ClassShortcut> of(Labels labels, List<ImageMeasures> images, long seed) {
        var shortcuts = new ArrayList<ClassShortcut>();
        for (int c = 0; c < labels.classCount(); c++) {
            int of = c;
            List<ImageMeasures> own =
                    chosen(IntStream.range(0, labels.size()).filter(row -> labels.get(row) == of), images, seed);
            List<ImageMeasures> others =
                    chosen(IntStream.range(0, labels.size()).filter(row -> labels.get(row) != of), images, seed);
            if (own.size() > 1 && others.size() > 1) {
                Shortcut.between(own, others)
                        .forEach(shortcut -> shortcuts.add(new ClassShortcut(labels.nameOf(of), shortcut)));
            }
        }
        shortcuts.sort(Comparator.comparingDouble(each -> -each.shortcut.auroc()));
        return List.copyOf(shortcuts);
    }

    private static List<ImageMeasures> chosen(IntStream rows, List<ImageMeasures> images, long seed) {
        int[] all = rows.toArray();
        if (all.length <= MOST) {
            return IntStream.of(all).mapToObj(images::get).toList();
        }
        return new SplittableRandom(seed)
                .ints(0, all.length)
                .distinct()
                .limit(MOST)
                .mapToObj(i -> images.get(all[i]))
                .toList();
    }
}
