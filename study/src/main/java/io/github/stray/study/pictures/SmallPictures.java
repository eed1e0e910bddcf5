// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.pictures;

import io.github.stray.extract.DatasetSource;
import io.github.stray.provenance.Provenance;
import io.github.stray.report.Thumbnails;
import io.github.stray.vision.dataset.ImageInput;
import io.github.stray.vision.dataset.Selection;
import io.github.stray.vision.image.ImagesById;
import io.github.stray.vision.image.PngEncoder;
import io.github.stray.vision.preprocess.Resampling;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Pictures of samples by their ids, no side longer than 96 pixels, read when this is made. What cannot be read has no picture,
 * and {@link #notes()} say why. Immutable.
 */
public final class SmallPictures implements Thumbnails {
    private static final int SIDE = 96;

    private final Map<String, Map<String, byte[]>> sets;
    private final List<String> notes;

    private SmallPictures(Map<String, Map<String, byte[]>> sets, List<String> notes) {
        this.sets = sets;
        this.notes = List.copyOf(notes);
    }

    /**
     * {@return pictures of samples of some sets}
     *
     * @param wanted ids by the name of their set
     * @param inputs where the samples of a set may lie, by its name, as {@link ImageInput} takes it; the first that has an id
     *     counts
     */
    public static SmallPictures read(Map<String, Set<String>> wanted, Map<String, List<String>> inputs) {
        var sets = new HashMap<String, Map<String, byte[]>>();
        var notes = new ArrayList<String>();
        wanted.forEach((set, ids) -> {
            var found = new HashMap<String, byte[]>();
            for (String input : inputs.getOrDefault(set, List.of())) {
                var missing = new HashSet<>(ids);
                missing.removeAll(found.keySet());
                if (!missing.isEmpty()) {
                    try {
                        DatasetSource source =
                                ImageInput.of(input, new Selection(OptionalInt.empty(), OptionalInt.empty(), 0));
                        found.putAll(ImagesById.read(
                                source, missing, image -> PngEncoder.encode(Resampling.within(image, SIDE))));
                    } catch (IOException | IllegalArgumentException e) {
                        notes.add("no pictures from %s: %s".formatted(input, e.getMessage()));
                    }
                }
            }
            sets.put(set, found);
        });
        return new SmallPictures(sets, notes);
    }

    /**
     * {@return where the training images of a detector lay, as its provenance tells: those it was fitted on, and those that
     * were added since}
     *
     * @param provenance of the detector
     */
    public static List<String> training(Provenance provenance) {
        return Stream.concat(provenance.before().stream(), Stream.of(provenance.entries()))
                .flatMap(step ->
                        Stream.of("images", "added").flatMap(key -> Optional.ofNullable(step.get(key)).stream()))
                .filter(input -> !input.endsWith(".npy") && !input.endsWith(".safetensors"))
                .distinct()
                .toList();
    }

    /** {@return what could not be read, and why} */
    public List<String> notes() {
        return notes;
    }

    @Override
    public Optional<byte[]> png(String set, String id) {
        return Optional.ofNullable(sets.getOrDefault(set, Map.of()).get(id));
    }
}
