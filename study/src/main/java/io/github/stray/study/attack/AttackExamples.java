// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.attack;

import io.github.stray.extract.DatasetSource;
import io.github.stray.extract.ImageContent.Pixels;
import io.github.stray.feature.FeatureSet;
import io.github.stray.provenance.InputFile;
import io.github.stray.study.attack.AttackResult.AttackedImage;
import io.github.stray.study.attack.AttackResult.Example;
import io.github.stray.vision.image.ImageDecoder;
import io.github.stray.vision.image.ImagesById;
import io.github.stray.vision.image.PngEncoder;
import io.github.stray.vision.preprocess.Preprocessing;
import io.github.stray.vision.preprocess.Resampling;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.Set;
import java.util.stream.IntStream;

/** Picks attacked images for people to look at. What they were, and their targets, is read again, at the network's input size. */
final class AttackExamples {
    private static final int MOST = 12;
    private static final int GREY = 128;
    private static final int MOST_AMPLIFIED = 64;
    private static final int SIDE = 256;

    private AttackExamples() {}

    /** As many as a page shows, spread over all of them; {@code targetRows} are those of their targets in the gallery. */
    static List<Example> pick(
            List<AttackedImage> images,
            int[] targetRows,
            AttackFigures.Ood rows,
            AttackFigures.SetScores scores,
            FeatureSet gallery,
            Preprocessing preprocessing,
            Attack.Sources sources)
            throws IOException {
        int count = Math.min(MOST, images.size());
        int[] shown = IntStream.range(0, count)
                .map(i -> (int) ((long) i * images.size() / count))
                .toArray();
        var originalIds = new HashSet<String>();
        var targetIds = new HashSet<String>();
        for (int number : shown) {
            originalIds.add(images.get(number).id());
            targetIds.add(images.get(number).target());
        }
        Map<String, Pixels> originals = resized(sources.ood(), originalIds, preprocessing);
        Map<String, Pixels> targets = resized(sources.gallery(), targetIds, preprocessing);
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
                    pictures(
                            Objects.requireNonNull(originals.get(image.id()), image.id()),
                            image.file(),
                            Objects.requireNonNull(targets.get(image.target()), image.target()))));
        }
        return examples;
    }

    private static Map<String, Pixels> resized(DatasetSource source, Set<String> ids, Preprocessing preprocessing)
            throws IOException {
        Map<String, Pixels> images = ImagesById.read(source, ids, preprocessing::resized);
        for (String id : ids) {
            if (!images.containsKey(id)) {
                throw new IOException("%s no longer holds the image %s".formatted(source.name(), id));
            }
        }
        return images;
    }

    /**
     * PNG files, no side longer than 256 pixels. The perturbation is the difference of the 8-bit images around grey,
     * amplified as its name says.
     */
    private static SequencedMap<String, byte[]> pictures(Pixels original, Path file, Pixels target) throws IOException {
        Pixels attacked = ImageDecoder.decode(InputFile.bytes(file));
        byte[] before = original.rgb();
        byte[] after = attacked.rgb();
        int largest = 0;
        for (int i = 0; i < before.length; i++) {
            largest = Math.max(largest, Math.abs((after[i] & 255) - (before[i] & 255)));
        }
        int factor = Math.clamp(largest == 0 ? 1 : (GREY - 1) / largest, 1, MOST_AMPLIFIED);
        byte[] difference = new byte[before.length];
        for (int i = 0; i < before.length; i++) {
            difference[i] = (byte) Math.clamp(GREY + (long) factor * ((after[i] & 255) - (before[i] & 255)), 0, 255);
        }
        var pictures = new LinkedHashMap<String, byte[]>();
        pictures.put("original", png(original));
        pictures.put(
                "perturbation \u00d7\u2009" + factor, png(new Pixels(original.width(), original.height(), difference)));
        pictures.put("attacked", png(attacked));
        pictures.put("target", png(target));
        return pictures;
    }

    private static byte[] png(Pixels image) {
        return PngEncoder.encode(Resampling.within(image, SIDE));
    }
}
