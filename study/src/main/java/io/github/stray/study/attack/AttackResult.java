// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.attack;

import io.github.stray.extract.FailedSample;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.OptionalDouble;
import java.util.SequencedMap;

/**
 * What an attack did. Immutable; the attacked images lie in its folder.
 *
 * @param attack what was asked
 * @param folder where the images lie
 * @param attacked name of the OOD set
 * @param gallery name of the ID set that targets come from
 * @param galleryImages ID training images
 * @param targets how many of them were targets
 * @param tested ID test images
 * @param images the attacked images, in order
 * @param figures a row a detector and gallery, at least one
 * @param examples some images to look at
 * @param reused images that had been attacked before and were taken from the folder
 * @param secondsPerImage how long an image took; empty where some were taken from the folder
 * @param failedSamples samples of any set that could not be read
 */
public record AttackResult(
        Attack attack,
        Path folder,
        String attacked,
        String gallery,
        int galleryImages,
        int targets,
        int tested,
        List<AttackedImage> images,
        List<AttackFigures> figures,
        List<Example> examples,
        int reused,
        OptionalDouble secondsPerImage,
        List<FailedSample> failedSamples) {
    /** Copies the lists. */
    public AttackResult {
        images = List.copyOf(images);
        figures = List.copyOf(figures);
        examples = List.copyOf(examples);
        failedSamples = List.copyOf(failedSamples);
    }

    /**
     * An attacked image.
     *
     * @param id of the image
     * @param file where it lies
     * @param target id of the ID image whose features it was pushed towards
     * @param figures {@code cosine} reached before rounding; {@code mean}, {@code max} and {@code norm} of the perturbation,
     *     as shares of the range of a pixel
     */
    public record AttackedImage(String id, Path file, String target, SequencedMap<String, Double> figures) {
        /** Copies the map. */
        public AttackedImage {
            figures = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(figures));
        }
    }

    /**
     * An attacked image to look at. The scores are of the first detector, the targets in its gallery.
     *
     * @param id of the image
     * @param target id of its target
     * @param cleanScore score of the image as it was
     * @param score of the attacked image, as its file holds it
     * @param cleanCosine cosine of its features with the target's before the attack
     * @param cosine after it, of the file
     * @param pictures PNG files by what they show, in the order to show them
     */
    public record Example(
            String id,
            String target,
            double cleanScore,
            double score,
            double cleanCosine,
            double cosine,
            SequencedMap<String, byte[]> pictures) {}

    /** {@return means over all attacked images, by the names of {@link AttackedImage#figures}} */
    public SequencedMap<String, Double> means() {
        var means = new LinkedHashMap<String, Double>();
        for (String figure : images.getFirst().figures().keySet()) {
            means.put(
                    figure,
                    images.stream()
                            .mapToDouble(image -> image.figures().getOrDefault(figure, Double.NaN))
                            .average()
                            .orElse(Double.NaN));
        }
        return means;
    }
}
