// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.archive;

import io.github.stray.extract.ImageContent;
import io.github.stray.extract.Sample;
import io.github.stray.extract.SampleIterator;
import io.github.stray.vision.dataset.DatasetException;
import io.github.stray.vision.dataset.ImageInput;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A way in which an archive can be odd or hostile.
 *
 * @param name what is odd
 * @param suffix of the file, which says how it is read
 * @param outcome what becomes of it
 * @param large whether it takes a second and more, so that only the campaign makes it
 * @param maker writes one
 */
public record ArchiveKind(String name, String suffix, Outcome outcome, boolean large, Maker maker) {
    /** What becomes of an archive. */
    public enum Outcome {
        /** Every sample is read. */
        READ,
        /** It opens, and at least one sample fails. */
        SAMPLES_FAIL,
        /** It is refused as a whole. */
        REFUSED,
        /** Any of them. */
        ANY
    }

    /** Writes an archive; the same state of {@code random} gives the same bytes. */
    public interface Maker {
        byte[] bytes(Random random) throws IOException;
    }

    static ArchiveKind of(String name, String suffix, Outcome outcome, Maker maker) {
        return new ArchiveKind(name, suffix, outcome, false, maker);
    }

    static ArchiveKind large(String name, String suffix, Outcome outcome, Maker maker) {
        return new ArchiveKind(name, suffix, outcome, true, maker);
    }

    /** All kinds, in order of their names within each format. */
    public static List<ArchiveKind> all() {
        var all = new ArrayList<>(ZipKinds.all());
        all.addAll(TarKinds.all());
        all.addAll(CompressedKinds.all());
        return List.copyOf(all);
    }

    /** What to name as INPUT. */
    public String input(Path file) {
        return suffix.endsWith(".xz") ? "cifar10:" + file : file.toString();
    }

    public Path write(Path folder, long seed) throws IOException {
        return Files.write(folder.resolve(name + suffix), maker.bytes(new Random(seed)));
    }

    /**
     * What became of an archive.
     *
     * @param outcome never {@link Outcome#ANY}
     * @param samples how many were read
     * @param message the last failure, empty if there was none
     */
    public record Result(Outcome outcome, long samples, String message) {}

    /** Reads all of an archive; what is no {@link IOException} is let through, as is one that is not the set's own. */
    public Result result(Path file) throws IOException {
        long samples = 0;
        String message = "";
        try (SampleIterator iterator = ImageInput.of(input(file)).open()) {
            while (iterator.hasNext()) {
                Sample sample = iterator.next();
                try {
                    if (sample.content() instanceof ImageContent.Encoded encoded) {
                        encoded.read();
                    }
                    samples++;
                } catch (IOException e) {
                    message = String.valueOf(e.getMessage());
                }
            }
        } catch (DatasetException refused) {
            return new Result(Outcome.REFUSED, samples, String.valueOf(refused.getMessage()));
        } catch (UncheckedIOException e) {
            if (e.getCause() instanceof DatasetException refused) {
                return new Result(Outcome.REFUSED, samples, String.valueOf(refused.getMessage()));
            }
            throw e;
        }
        return new Result(message.isEmpty() ? Outcome.READ : Outcome.SAMPLES_FAIL, samples, message);
    }
}
