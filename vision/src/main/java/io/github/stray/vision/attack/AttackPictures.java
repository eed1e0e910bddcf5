// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.attack;

import io.github.stray.extract.DatasetSource;
import io.github.stray.extract.ImageContent.Pixels;
import io.github.stray.vision.image.ImageDecoder;
import io.github.stray.vision.image.ImagesById;
import io.github.stray.vision.image.PngEncoder;
import io.github.stray.vision.preprocess.Preprocessing;
import io.github.stray.vision.preprocess.Resampling;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.Set;

/** Pictures of attacked images beside what they were, what was added, and what they were pushed towards. */
public final class AttackPictures {
    private static final int GREY = 128;
    private static final int MOST = 64;
    private static final int SIDE = 256;

    private final Preprocessing preprocessing;
    private final Map<String, Pixels> originals;
    private final Map<String, Pixels> targets;

    private AttackPictures(Preprocessing preprocessing, Map<String, Pixels> originals, Map<String, Pixels> targets) {
        this.preprocessing = preprocessing;
        this.originals = originals;
        this.targets = targets;
    }

    /**
     * Where pictures come from.
     *
     * @param preprocessing of the attacked network
     * @param ood the images that were attacked
     * @param gallery the ID training images
     */
    public record Sets(Preprocessing preprocessing, DatasetSource ood, DatasetSource gallery) {}

    /**
     * Reads the images that pictures are made of; memory is theirs alone, at the network's input size.
     *
     * @param sets where they are
     * @param attacked ids of the attacked images to show
     * @param targets ids of their targets
     * @return their pictures
     * @throws IOException if an image cannot be read any more
     */
    public static AttackPictures of(Sets sets, Set<String> attacked, Set<String> targets) throws IOException {
        Preprocessing preprocessing = sets.preprocessing;
        return new AttackPictures(
                preprocessing,
                resized(sets.ood, attacked, preprocessing),
                resized(sets.gallery, targets, preprocessing));
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
     * PNG files of one image, no side longer than 256 pixels.
     *
     * @param id of the image
     * @param target id of its target
     * @param file of the attacked image
     * @return original, perturbation (the difference of the 8-bit images around grey, amplified as its name says),
     *     attacked image and target
     * @throws IOException if the file cannot be read
     */
    public SequencedMap<String, byte[]> of(String id, String target, Path file) throws IOException {
        Pixels original = Objects.requireNonNull(originals.get(id), id);
        Pixels attacked = ImageDecoder.decode(Files.readAllBytes(file));
        byte[] before = original.rgb();
        byte[] after = attacked.rgb();
        int largest = 0;
        for (int i = 0; i < before.length; i++) {
            largest = Math.max(largest, Math.abs((after[i] & 255) - (before[i] & 255)));
        }
        int factor = Math.clamp(largest == 0 ? 1 : (GREY - 1) / largest, 1, MOST);
        byte[] difference = new byte[before.length];
        for (int i = 0; i < before.length; i++) {
            difference[i] = (byte) Math.clamp(GREY + (long) factor * ((after[i] & 255) - (before[i] & 255)), 0, 255);
        }
        var pictures = new LinkedHashMap<String, byte[]>();
        pictures.put("original", png(original));
        pictures.put(
                "perturbation \u00d7\u2009" + factor,
                png(new Pixels(preprocessing.width(), preprocessing.height(), difference)));
        pictures.put("attacked", png(attacked));
        pictures.put("target", png(Objects.requireNonNull(targets.get(target), target)));
        return pictures;
    }

    private static byte[] png(Pixels image) {
        return PngEncoder.encode(Resampling.within(image, SIDE));
    }
}
