// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.cache;

import io.github.stray.audit.ImageSignature;
import io.github.stray.extract.FailedSample;
import io.github.stray.inspect.ImageMeasures;
import io.github.stray.store.AtomicFile;
import io.github.stray.vision.audit.ImageReading;
import io.github.stray.vision.audit.ImageReadings;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.CheckedOutputStream;

/**
 * A part of the readings of a set. Big-endian: {@code int32} version, {@code text} surroundings, {@code int32} number of images,
 * for each {@code text} id, signature and measures; {@code int32} number of failures, for each three {@code text}s; then
 * {@code int64} CRC-32 of all before. A {@code text} is {@code int32} bytes of UTF-8. Its content is checked before any of it is
 * used.
 */
final class ReadingFile {
    static final int VERSION = 1;

    /** Texts are ids, reasons and names; a damaged length must not ask for gigabytes. */
    private static final int LONGEST = 1 << 20;

    private ReadingFile() {}

    static void write(Path file, ImageReadings readings, String surroundings) throws IOException {
        try (AtomicFile target = AtomicFile.create(file)) {
            var checked = new CheckedOutputStream(new BufferedOutputStream(target.stream()), new CRC32());
            var out = new DataOutputStream(checked);
            out.writeInt(VERSION);
            text(out, surroundings);
            out.writeInt(readings.images().size());
            for (var image : readings.images().entrySet()) {
                text(out, image.getKey());
                signature(out, image.getValue().signature());
                measures(out, image.getValue().measures());
            }
            out.writeInt(readings.failed().size());
            for (FailedSample failed : readings.failed()) {
                text(out, failed.id());
                text(out, failed.reason());
                text(out, failed.kind().name());
            }
            out.writeLong(checked.getChecksum().getValue());
            out.flush();
            target.commit();
        }
    }

    private static void text(DataOutputStream out, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static void signature(DataOutputStream out, ImageSignature signature) throws IOException {
        text(out, signature.pixels());
        text(out, signature.file());
        out.write(signature.luma());
        out.write(signature.chroma());
    }

    private static void measures(DataOutputStream out, ImageMeasures image) throws IOException {
        out.writeInt(image.width());
        out.writeInt(image.height());
        out.writeLong(image.bytes());
        text(out, image.format());
        out.writeBoolean(image.grey());
        out.writeInt(image.orientation());
        out.writeBoolean(image.profile());
        for (double value : new double[] {
            image.bright(),
            image.faint(),
            image.brightness(),
            image.contrast(),
            image.entropy(),
            image.edges(),
            image.levels(),
            image.saturation(),
            image.blur()
        }) {
            out.writeDouble(value);
        }
    }

    /**
     * The readings of a part; nothing if it lacks images that could not be read in other surroundings, or is of another
     * version.
     */
    static Optional<ImageReadings> read(Path file, String surroundings) throws IOException {
        requireSound(file);
        try (var in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
            if (in.readInt() != VERSION) {
                return Optional.empty();
            }
            String then = text(in);
            int count = in.readInt();
            var images = new LinkedHashMap<String, ImageReading>();
            for (int i = 0; i < count; i++) {
                String id = text(in);
                ImageSignature signature = signature(in);
                images.put(id, new ImageReading(signature, measures(in)));
            }
            int lost = in.readInt();
            var failed = new ArrayList<FailedSample>();
            for (int i = 0; i < lost; i++) {
                failed.add(new FailedSample(text(in), text(in), FailedSample.Kind.valueOf(text(in))));
            }
            return failed.isEmpty() || then.equals(surroundings)
                    ? Optional.of(new ImageReadings(images, List.copyOf(failed)))
                    : Optional.empty();
        } catch (IllegalArgumentException e) {
            throw new IOException("%s is damaged".formatted(file), e);
        }
    }

    private static void requireSound(Path file) throws IOException {
        long length = Files.size(file) - Long.BYTES;
        var crc = new CRC32();
        try (var in =
                new DataInputStream(new CheckedInputStream(new BufferedInputStream(Files.newInputStream(file)), crc))) {
            in.skipNBytes(Math.max(0, length));
            long expected = crc.getValue();
            if (length < 0 || in.readLong() != expected) {
                throw new IOException("%s is damaged".formatted(file));
            }
        }
    }

    private static String text(DataInputStream in) throws IOException {
        int length = in.readInt();
        if (length < 0 || length > LONGEST) {
            throw new EOFException("a text of %d bytes".formatted(length));
        }
        return new String(bytes(in, length), StandardCharsets.UTF_8);
    }

    private static byte[] bytes(DataInputStream in, int length) throws IOException {
        byte[] bytes = new byte[length];
        in.readFully(bytes);
        return bytes;
    }

    private static ImageSignature signature(DataInputStream in) throws IOException {
        return new ImageSignature(
                text(in),
                text(in),
                bytes(in, ImageSignature.SIDE * ImageSignature.SIDE),
                bytes(in, 2 * ImageSignature.CHROMA_SIDE * ImageSignature.CHROMA_SIDE));
    }

    private static ImageMeasures measures(DataInputStream in) throws IOException {
        return new ImageMeasures(
                in.readInt(),
                in.readInt(),
                in.readLong(),
                text(in).intern(),
                in.readBoolean(),
                in.readInt(),
                in.readBoolean(),
                in.readDouble(),
                in.readDouble(),
                in.readDouble(),
                in.readDouble(),
                in.readDouble(),
                in.readDouble(),
                in.readDouble(),
                in.readDouble(),
                in.readDouble());
    }
}
