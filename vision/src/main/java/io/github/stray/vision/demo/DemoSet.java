// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.demo;

import io.github.stray.extract.DatasetSource;
import io.github.stray.extract.ImageContent.Pixels;
import io.github.stray.extract.Sample;
import io.github.stray.extract.SampleIterator;
import io.github.stray.provenance.Sha256;
import io.github.stray.vision.image.PngEncoder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/**
 * A set of drawn images of 64 x 64 pixels, equally many of each class, ordered by class. An image depends on the seed, the
 * set, the class and the index alone: a smaller set is a part of a larger one. Nothing is drawn before it is asked for.
 * Immutable and safe for concurrent use.
 */
public final class DemoSet implements DatasetSource {
    /** Raised whenever a drawing changes, so that fingerprints change with it. */
    private static final String DRAWING = "stray-demo-1";

    private final String name;
    private final Shift shift;
    private final List<Kind> kinds;
    private final int perClass;
    private final long seed;

    /** How far a set lies from what the demo's detector knows. */
    public enum Shift {
        /** Drawn as the training set is. */
        ID,
        /** Other objects of the same kind, under the same conditions. */
        NEAR,
        /** Something else altogether. */
        FAR
    }

    DemoSet(String name, Shift shift, List<Kind> kinds, int perClass, long seed) {
        if (perClass < 1 || perClass > 10_000) {
            throw new IllegalArgumentException(
                    "images a class must be 1 to 10000, was %d for demo set '%s'".formatted(perClass, name));
        }
        this.name = name;
        this.shift = shift;
        this.kinds = kinds;
        this.perClass = perClass;
        this.seed = seed;
    }

    /** {@return how far this set lies from the training set} */
    public Shift shift() {
        return shift;
    }

    /**
     * {@return the first images of each class}
     *
     * @param perClass images a class, 1 to 10000; more than this set has are drawn anew
     */
    public DemoSet first(int perClass) {
        return new DemoSet(name, shift, kinds, perClass, seed);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public long size() {
        return (long) kinds.size() * perClass;
    }

    @Override
    public long ignored() {
        return 0;
    }

    @Override
    public List<String> classNames() {
        return kinds.stream().map(Kind::name).toList();
    }

    /** {@inheritDoc} Here of the seed and the version of the drawings too, since there are no files. */
    @Override
    public String fingerprint() {
        MessageDigest digest = Sha256.digest();
        digest.update("%s\n%d\n%s\n".formatted(DRAWING, seed, name).getBytes(StandardCharsets.UTF_8));
        for (int i = 0; i < size(); i++) {
            digest.update("%s\t%d\n".formatted(id(i), i / perClass).getBytes(StandardCharsets.UTF_8));
        }
        return Sha256.hex(digest);
    }

    @Override
    public SampleIterator open() {
        return new SampleIterator() {
            private int next;

            @Override
            public boolean hasNext() {
                return next < size();
            }

            @Override
            public Sample next() {
                if (!hasNext()) {
                    throw new NoSuchElementException("demo set '%s' has %d samples".formatted(name, size()));
                }
                int i = next++;
                return new Sample(id(i), OptionalInt.of(i / perClass), draw(i));
            }

            @Override
            public void close() {}
        };
    }

    /**
     * {@return one image as a PNG file; empty if this set has no such sample}
     *
     * @param id sample id, such as {@code stop/0007.png}
     */
    public Optional<byte[]> png(String id) {
        for (int i = 0; i < size(); i++) {
            if (id(i).equals(id)) {
                return Optional.of(PngEncoder.encode(draw(i)));
            }
        }
        return Optional.empty();
    }

    /**
     * Writes all images as PNG files, a folder a class, so that they can be looked at or read again as a folder of images.
     *
     * @param folder where the class folders go; made if absent
     * @throws FileAlreadyExistsException if the folder exists and holds anything
     * @throws IOException if a file cannot be written; files written before stay
     */
    public void writeTo(Path folder) throws IOException {
        Files.createDirectories(folder);
        try (Stream<Path> entries = Files.list(folder)) {
            if (entries.findAny().isPresent()) {
                throw new FileAlreadyExistsException(folder.toString(), null, "the folder is not empty");
            }
        }
        for (int i = 0; i < size(); i++) {
            Path file = folder.resolve(id(i));
            Files.createDirectories(folder.resolve(kinds.get(i / perClass).name()));
            Path unfinished = file.resolveSibling(file.getFileName() + ".tmp");
            Files.write(unfinished, PngEncoder.encode(draw(i)));
            Files.move(unfinished, file, StandardCopyOption.ATOMIC_MOVE);
        }
    }

    private String id(int i) {
        return "%s/%04d.png".formatted(kinds.get(i / perClass).name(), i % perClass);
    }

    private Pixels draw(int i) {
        int kind = i / perClass;
        return kinds.get(kind)
                .drawing()
                .draw(Dice.of(seed, name, kind, i % perClass))
                .toPixels();
    }

    @Override
    public String toString() {
        return "DemoSet[%s, %s, %d images, seed %d]".formatted(name, shift, size(), seed);
    }
}
