// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.attack;

import io.github.stray.extract.FeatureBatch;
import io.github.stray.extract.FeatureCollector;
import io.github.stray.extract.ImageContent.Pixels;
import io.github.stray.feature.FeatureSet;
import io.github.stray.feature.FeatureSpace;
import io.github.stray.feature.Layer;
import io.github.stray.provenance.InputFile;
import io.github.stray.store.AtomicFile;
import io.github.stray.store.BadFileException;
import io.github.stray.store.Safetensors;
import io.github.stray.study.attack.AttackResult.AttackedImage;
import io.github.stray.vision.attack.AdversarialAttack;
import io.github.stray.vision.attack.Attacked;
import io.github.stray.vision.image.ImageDecoder;
import io.github.stray.vision.image.PngEncoder;
import io.github.stray.vision.onnx.OnnxExtractor;
import io.github.stray.vision.preprocess.Preprocessing;
import java.io.IOException;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.SequencedMap;
import java.util.function.IntConsumer;

/**
 * Attacks images batch by batch and keeps each finished batch in a folder, so that an attack that was interrupted goes on
 * where it was. Memory is bounded by a batch. For one thread.
 *
 * <p>{@code FOLDER/images/NNNNN.png} are the attacked images, rounded to 8 bits; {@code FOLDER/parts/NNNNN.safetensors}
 * hold the features of the images before rounding, the target of each, and how far it came. A part names the settings it
 * was made with; parts of other settings are made anew.
 */
final class AttackRun {
    /** The layer that is attacked, the paper's features before the projection. */
    static final Layer LAYER = Layer.FEATURES;

    /** Folder of the attacked images. */
    static final String IMAGES = "images";

    /** Folder of what is kept of finished batches. */
    static final String PARTS = "parts";

    private final AttackFolder folder;
    private final AdversarialAttack attack;
    private final OnnxExtractor extractor;
    private final List<Layer> layers;
    private final FeatureSet gallery;
    private final int[] targets;
    private final int batch;
    private final List<String> ids = new ArrayList<>();
    private final List<Pixels> images = new ArrayList<>();
    private final List<AttackPart> parts = new ArrayList<>();
    private int reused;

    /**
     * The attacked layer is the gallery's features; {@code targets} has a row of it for each image. A batch has at
     * least 1.
     */
    AttackRun(
            AttackFolder folder,
            AdversarialAttack attack,
            OnnxExtractor extractor,
            List<Layer> layers,
            FeatureSet gallery,
            int[] targets,
            int batch) {
        this.folder = folder;
        this.attack = attack;
        this.extractor = extractor;
        this.layers = layers;
        this.gallery = gallery;
        this.targets = targets;
        this.batch = batch;
    }

    /** Takes an image of the network's input size; a full batch is attacked at once, and {@code steps} told after each step. */
    void accept(String id, Pixels image, IntConsumer steps) throws IOException {
        ids.add(id);
        images.add(image);
        if (images.size() == batch) {
            flush(steps);
        }
    }

    /** Attacks what is left. */
    void flush(IntConsumer steps) throws IOException {
        if (images.isEmpty()) {
            return;
        }
        Path file = folder.path().resolve(PARTS).resolve("%05d.safetensors".formatted(parts.size()));
        if (isDone(file)) {
            reused += images.size();
        } else {
            attackBatch(file, steps);
        }
        parts.add(AttackPart.read(file, layers));
        ids.clear();
        images.clear();
    }

    /** Finished batches, in order. */
    List<AttackPart> parts() {
        return List.copyOf(parts);
    }

    /** How many images were attacked in an earlier run and taken from the folder. */
    int reused() {
        return reused;
    }

    /** Where the attacked image of a number lies, from 0. */
    Path picture(int number) {
        return folder.path().resolve(IMAGES).resolve("%05d.png".formatted(number));
    }

    /** The finished images, in order. */
    List<AttackedImage> finished() {
        var finished = new ArrayList<AttackedImage>();
        for (AttackPart part : parts) {
            for (int i = 0; i < part.ids().size(); i++) {
                finished.add(new AttackedImage(
                        part.ids().get(i),
                        picture(finished.size()),
                        gallery.ids().get(part.targets()[i]),
                        part.figures(i)));
            }
        }
        return finished;
    }

    /**
     * Features of the attacked images, before rounding and of their files; {@code clean} are those of the same images
     * before.
     */
    AttackFigures.Ood features(FeatureSet clean) throws IOException {
        SequencedMap<Layer, FeatureSpace> spaces = extractor.spaces(layers);
        var attacked = new FeatureCollector(spaces);
        var rounded = new FeatureCollector(spaces);
        Preprocessing preprocessing = extractor.preprocessing();
        FloatBuffer prepared = extractor.buffer(batch);
        int number = 0;
        for (AttackPart part : parts) {
            int count = part.ids().size();
            List<OptionalInt> unlabelled = Collections.nCopies(count, OptionalInt.empty());
            var before = new HashMap<Layer, float[]>();
            part.layers().forEach((layer, rows) -> before.put(layer, rows.toFloats()));
            attacked.accept(new FeatureBatch(part.ids(), unlabelled, before));
            for (int i = 0; i < count; i++) {
                preprocessing.tensor(read(picture(number++)), prepared, i * preprocessing.length());
            }
            rounded.accept(new FeatureBatch(part.ids(), unlabelled, extractor.features(count, prepared, layers)));
        }
        return new AttackFigures.Ood(
                clean,
                attacked.extraction("attacked", List.of()).features(),
                rounded.extraction("attacked, rounded", List.of()).features());
    }

    private static Pixels read(Path picture) throws IOException {
        try {
            return ImageDecoder.decode(InputFile.bytes(picture));
        } catch (IOException e) {
            throw new IOException(
                    "%s cannot be read any more (%s): delete it, and start the attack again"
                            .formatted(picture, e.getMessage()),
                    e);
        }
    }

    private int first() {
        return parts.size() * batch;
    }

    private boolean isDone(Path file) throws IOException {
        if (!Files.isRegularFile(file)) {
            return false;
        }
        for (int i = 0; i < images.size(); i++) {
            if (!Files.isRegularFile(picture(first() + i))) {
                return false;
            }
        }
        try {
            return AttackPart.isOf(Safetensors.open(file), folder.settings(), ids, layers);
        } catch (BadFileException e) {
            return false;
        }
    }

    private void attackBatch(Path file, IntConsumer steps) throws IOException {
        int count = images.size();
        int[] aims = Arrays.copyOfRange(targets, first(), first() + count);
        var rows = new ArrayList<float[]>();
        var starts = new ArrayList<float[]>();
        for (int i = 0; i < count; i++) {
            long number = (long) first() + i;
            rows.add(gallery.features().row(aims[i]));
            starts.add(attack.start(number));
        }
        List<Attacked> attacked = attack.run(images, rows, starts, steps);
        for (int i = 0; i < count; i++) {
            if (!Double.isFinite(attacked.get(i).cosine())) {
                throw new IOException("%s: the network gives numbers that are not finite, so it cannot be attacked"
                        .formatted(ids.get(i)));
            }
        }
        Preprocessing preprocessing = extractor.preprocessing();
        FloatBuffer prepared = extractor.buffer(batch);
        Files.createDirectories(folder.path().resolve(IMAGES));
        Files.createDirectories(folder.path().resolve(PARTS));
        // A part vouches for its pictures.
        Files.deleteIfExists(file);
        for (int i = 0; i < count; i++) {
            attack.prepare(attacked.get(i).image(), prepared, i * preprocessing.length());
            Pixels rounded = attacked.get(i).rounded(preprocessing.width(), preprocessing.height());
            AtomicFile.write(picture(first() + i), PngEncoder.encode(rounded));
        }
        Map<Layer, float[]> features = extractor.features(count, prepared, layers);
        AttackPart.write(file, folder.settings(), ids, aims, layers, features, attacked);
    }
}
