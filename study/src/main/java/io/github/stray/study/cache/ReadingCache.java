// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.cache;

import io.github.stray.extract.DatasetSource;
import io.github.stray.extract.FailedSample;
import io.github.stray.provenance.Sha256;
import io.github.stray.vision.audit.ImageReading;
import io.github.stray.vision.audit.ImageReadings;
import io.github.stray.vision.image.ImageDecoder;
import io.github.stray.vision.preprocess.Preprocessing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.function.IntConsumer;

/**
 * Readings of image sets on disk, {@code FOLDER/DIGEST.readings}, in parts: work that was broken off goes on behind the last
 * finished part, and a set that was read before is not read again. A damaged part is made again, and so is one that lacks images
 * which could not be read, once libraries or memory to read them with have changed.
 *
 * @param folder where the entries lie; need not exist
 */
public record ReadingCache(Path folder) {
    static final String READINGS = ".readings";

    /**
     * {@return the readings of a set}
     *
     * @param images digest of the set, see {@link SetDigests#of}
     * @param source the set
     * @param threads decoding threads, at least 1
     * @param progress hears how many more samples were read
     * @throws CacheFailedException if they cannot be written
     * @throws IOException if the set itself cannot be read on
     */
    public ImageReadings of(String images, DatasetSource source, int threads, IntConsumer progress) throws IOException {
        String digest =
                Sha256.of("readings %d of pixels %d\n%s".formatted(ReadingFile.VERSION, Preprocessing.PIXELS, images));
        Optional<PartFolder> parts = take(folder.resolve(digest + READINGS));
        if (parts.isEmpty()) {
            return ImageReadings.of(source, threads, progress);
        }
        try (PartFolder held = parts.get()) {
            return read(held, source, threads, progress);
        }
    }

    private static Optional<PartFolder> take(Path folder) throws CacheFailedException {
        try {
            return PartFolder.take(folder);
        } catch (IOException e) {
            throw new CacheFailedException(e);
        }
    }

    private static ImageReadings read(PartFolder parts, DatasetSource source, int threads, IntConsumer progress)
            throws IOException {
        var images = new LinkedHashMap<String, ImageReading>();
        var failed = new ArrayList<FailedSample>();
        int part = 0;
        long done = 0;
        Optional<ImageReadings> known = known(parts.file(part, ".bin"));
        while (known.isPresent()) {
            done += add(known.get(), images, failed);
            known = known(parts.file(++part, ".bin"));
        }
        progress.accept((int) done);
        try (SourceParts rest = SourceParts.open(source, done)) {
            while (rest.more()) {
                ImageReadings made = ImageReadings.of(rest.next(PartFolder.SAMPLES), threads, progress);
                try {
                    ReadingFile.write(parts.file(part++, ".bin"), made, surroundings());
                } catch (IOException e) {
                    throw new CacheFailedException(e);
                }
                add(made, images, failed);
            }
        }
        return new ImageReadings(images, List.copyOf(failed));
    }

    private static int add(ImageReadings part, SequencedMap<String, ImageReading> images, List<FailedSample> failed) {
        images.putAll(part.images());
        failed.addAll(part.failed());
        return part.images().size() + part.failed().size();
    }

    private static Optional<ImageReadings> known(Path file) {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            return ReadingFile.read(file, surroundings());
        } catch (IOException damaged) {
            return Optional.empty();
        }
    }

    private static String surroundings() {
        return "%s, in %d MB"
                .formatted(ImageDecoder.libraries(), Runtime.getRuntime().maxMemory() >> 20);
    }
}
