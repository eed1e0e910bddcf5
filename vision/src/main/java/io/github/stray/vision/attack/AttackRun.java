// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.attack;

import io.github.stray.extract.ImageContent.Pixels;
import io.github.stray.feature.FeatureSet;
import io.github.stray.store.AtomicFile;
import io.github.stray.store.BadFileException;
import io.github.stray.store.Safetensors;
import io.github.stray.store.SafetensorsWriter;
import io.github.stray.tensor.Tensor;
import io.github.stray.vision.image.PngEncoder;
import io.github.stray.vision.onnx.OnnxExtractor;
import io.github.stray.vision.preprocess.Preprocessing;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.IntConsumer;

/**
 * Attacks images batch by batch and keeps each finished batch in a folder, so that an attack that was interrupted goes on
 * where it was. Memory is bounded by a batch. For one thread.
 *
 * <p>{@code FOLDER/images/NNNNN.png} are the attacked images, rounded to 8 bits; {@code FOLDER/parts/NNNNN.safetensors}
 * hold the features of the images before rounding, the target of each, and how far it came. A part names the settings it
 * was made with; parts of other settings are made anew.
 */
public final class AttackRun {
    /** The layer that is attacked, the paper's features before the projection. */
    public static final String LAYER = "features";

    /** Folder of the attacked images. */
    public static final String IMAGES = "images";

    /** Folder of what is kept of finished batches. */
    public static final String PARTS = "parts";

    private static final String SETTINGS = "stray.attack";

    private final Path folder;
    private final String settings;
    private final AdversarialAttack attack;
    private final OnnxExtractor extractor;
    private final List<String> layers;
    private final FeatureSet gallery;
    private final int[] targets;
    private final int batch;
    private final List<String> ids = new ArrayList<>();
    private final List<Pixels> images = new ArrayList<>();
    private final List<AttackPart> parts = new ArrayList<>();
    private int reused;

    /**
     * Prepares a run.
     *
     * @param folder where everything goes; made if absent
     * @param settings one line that is equal only if the same images would come out
     * @param attack how a batch is attacked
     * @param extractor the attacked network's features, of images that have the input's size
     * @param layers layers to keep of the attacked images
     * @param gallery ID training samples: the attacked layer is their features
     * @param targets for each image the row of its target in the gallery; not changed
     * @param batch images of a batch, at least 1
     */
    public AttackRun(
            Path folder,
            String settings,
            AdversarialAttack attack,
            OnnxExtractor extractor,
            List<String> layers,
            FeatureSet gallery,
            int[] targets,
            int batch) {
        this.folder = folder;
        this.settings = settings;
        this.attack = attack;
        this.extractor = extractor;
        this.layers = List.copyOf(layers);
        this.gallery = gallery;
        this.targets = targets.clone();
        this.batch = batch;
    }

    /**
     * Takes an image; a full batch is attacked at once.
     *
     * @param id sample id
     * @param image of the network's input size
     * @param steps told after each step of a batch
     * @return how many images have become finished
     * @throws IOException if the network cannot be run or a file not be written
     */
    public int accept(String id, Pixels image, IntConsumer steps) throws IOException {
        ids.add(id);
        images.add(image);
        return images.size() == batch ? flush(steps) : 0;
    }

    /**
     * Attacks what is left.
     *
     * @param steps told after each step
     * @return how many images have become finished
     * @throws IOException if the network cannot be run or a file cannot be written
     */
    public int flush(IntConsumer steps) throws IOException {
        if (images.isEmpty()) {
            return 0;
        }
        Path file = folder.resolve(PARTS).resolve("%05d.safetensors".formatted(parts.size()));
        if (isDone(file)) {
            reused += images.size();
        } else {
            attackBatch(file, steps);
        }
        parts.add(AttackPart.read(file, layers));
        int finished = images.size();
        ids.clear();
        images.clear();
        return finished;
    }

    /**
     * What came out.
     *
     * @return finished batches, in order
     */
    public List<AttackPart> parts() {
        return List.copyOf(parts);
    }

    /**
     * Means over all attacked images.
     *
     * @return for each of {@link AttackPart#figureNames} its mean
     */
    public Map<String, Double> means() {
        var means = new LinkedHashMap<String, Double>();
        for (String figure : AttackPart.FIGURES.keySet()) {
            means.put(
                    figure,
                    parts.stream()
                            .flatMapToDouble(part -> Arrays.stream(
                                    Objects.requireNonNull(part.figures().get(figure))))
                            .average()
                            .orElse(Double.NaN));
        }
        return means;
    }

    /**
     * How many images were attacked in an earlier run.
     *
     * @return images that were taken from the folder
     */
    public int reused() {
        return reused;
    }

    /**
     * Where an attacked image lies.
     *
     * @param number of the image, from 0
     * @return its file
     */
    public Path picture(int number) {
        return folder.resolve(IMAGES).resolve("%05d.png".formatted(number));
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
            Safetensors part = Safetensors.open(file);
            return settings.equals(part.metadata().get(SETTINGS))
                    && String.join("\n", ids).equals(part.metadata().get("ids"))
                    && layers.stream().allMatch(layer -> part.names().contains(AttackPart.LAYER + layer));
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
        Files.createDirectories(folder.resolve(IMAGES));
        Files.createDirectories(folder.resolve(PARTS));
        // A part vouches for its pictures.
        Files.deleteIfExists(file);
        for (int i = 0; i < count; i++) {
            AdversarialAttack.prepare(attacked.get(i).image(), preprocessing, prepared, i * preprocessing.length());
            write(attacked.get(i).rounded(preprocessing.width(), preprocessing.height()), picture(first() + i));
        }
        Map<String, float[]> features = extractor.features(count, prepared, layers);
        Map<String, String> metadata = Map.of(SETTINGS, settings, "ids", String.join("\n", ids));
        var tensors = new LinkedHashMap<String, Tensor>();
        for (String layer : layers) {
            float[] values = Objects.requireNonNull(features.get(layer));
            tensors.put(AttackPart.LAYER + layer, Tensor.ofFloats(values, count, values.length / count));
        }
        tensors.put(
                AttackPart.TARGETS,
                Tensor.ofLongs(Arrays.stream(aims).asLongStream().toArray(), count));
        AttackPart.FIGURES.forEach((name, figure) -> tensors.put(
                name, Tensor.ofDoubles(attacked.stream().mapToDouble(figure).toArray(), count)));
        SafetensorsWriter.write(file, tensors, metadata);
    }

    private static void write(Pixels pixels, Path file) throws IOException {
        try (AtomicFile target = AtomicFile.create(file)) {
            target.append(ByteBuffer.wrap(PngEncoder.encode(pixels)));
            target.commit();
        }
    }
}
