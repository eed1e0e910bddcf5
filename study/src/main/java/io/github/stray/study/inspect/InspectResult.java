// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.inspect;

import io.github.stray.audit.LabelNoise;
import io.github.stray.extract.DatasetSource;
import io.github.stray.extract.FailedSample;
import io.github.stray.feature.FeatureSet;
import io.github.stray.inspect.CopyGroups;
import io.github.stray.inspect.Spoilt;
import io.github.stray.inspect.StrangerRanking;
import io.github.stray.study.review.SetSample;
import io.github.stray.vision.audit.ImageReading;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What an inspection found. Images are named by their row, the index among the readable ones. Immutable.
 *
 * @param inspect what was asked
 * @param source the images
 * @param features n rows, further layers beside
 * @param readings n readings
 * @param copies groups of copies
 * @param spoilt what CleanVision's measures flag
 * @param ranking all images, strangest first
 * @param groups the called strangers in groups of one kind; none is in two
 * @param apart a larger group apart, strangest first; empty where there is none
 * @param labels images whose label is doubted
 * @param withinClasses images that are strange among those of their class and not called strangers, strangest first
 * @param shortcuts how well plain properties tell classes apart
 * @param failed images that cannot be read
 * @param notes what else to know, in sentences
 */
public record InspectResult(
        Inspect inspect,
        DatasetSource source,
        FeatureSet features,
        List<ImageReading> readings,
        CopyGroups copies,
        List<Spoilt> spoilt,
        StrangerRanking ranking,
        List<StrangerGroup> groups,
        List<Integer> apart,
        List<LabelNoise.Suspect> labels,
        List<Integer> withinClasses,
        List<ClassShortcut> shortcuts,
        List<FailedSample> failed,
        List<String> notes) {
    /** Key of the one set on pages and in decisions. */
    static final String SET = "images";

    /** Blur effect from which a picture is shown as blurred beside what CleanVision flags; measured in docs/inspect.md. */
    private static final double BLURRED = 0.65;

    /** Copies lists and maps. */
    public InspectResult {
        readings = List.copyOf(readings);
        spoilt = List.copyOf(spoilt);
        groups = List.copyOf(groups);
        apart = List.copyOf(apart);
        labels = List.copyOf(labels);
        withinClasses = List.copyOf(withinClasses);
        shortcuts = List.copyOf(shortcuts);
        failed = List.copyOf(failed);
        notes = List.copyOf(notes);
    }

    /** {@return number of readable images, n} */
    public int size() {
        return features.size();
    }

    /**
     * {@return id of an image}
     *
     * @param row of the image
     */
    public String id(int row) {
        return features.ids().get(row);
    }

    SetSample sample(int row) {
        return SetSample.of(SET, features, row);
    }

    /** {@return images that the blur effect calls blurred and CleanVision's measure does not, the most blurred first} */
    public List<Integer> blurred() {
        return IntStream.range(0, size())
                .filter(row -> blur(row) > BLURRED)
                .boxed()
                .sorted((a, b) -> Double.compare(blur(b), blur(a)))
                .toList();
    }

    double blur(int row) {
        return readings.get(row).measures().blur();
    }

    /** {@return number of images whose pixels are those of one that is kept} */
    public long exactCopies() {
        return copies.groups().stream()
                .flatMap(group -> group.drop().stream())
                .filter(CopyGroups.Dropped::exact)
                .count();
    }

    /** {@return number of images that are near copies of one that is kept} */
    public long nearCopies() {
        return copies.groups().stream().mapToLong(group -> group.drop().size()).sum() - exactCopies();
    }
}
