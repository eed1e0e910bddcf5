// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.audit;

import io.github.stray.audit.ImageSignature;
import io.github.stray.extract.DatasetSource;
import io.github.stray.extract.FailedSample;
import io.github.stray.extract.ImageContent.Encoded;
import io.github.stray.extract.ImageContent.Pixels;
import io.github.stray.extract.Sample;
import io.github.stray.extract.SampleIterator;
import io.github.stray.provenance.Sha256;
import io.github.stray.vision.image.ImageDecoder;
import io.github.stray.vision.preprocess.Interpolation;
import io.github.stray.vision.preprocess.Resampling;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.SequencedMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Signatures of a set, each image decoded once.
 *
 * @param images signature by sample id, in the order of the set
 * @param failed samples that could not be read, in order
 */
public record Signatures(SequencedMap<String, ImageSignature> images, List<FailedSample> failed) {
    /** Encoded images held at a time, a thread. */
    private static final int AHEAD = 16;

    /**
     * {@return the signatures of a set; memory is theirs and that of a few encoded images a thread}
     *
     * @param source the images
     * @param threads decoding threads, at least 1
     * @param progress hears how many more samples were read, from the calling thread
     * @throws IOException if the set itself cannot be read on
     */
    public static Signatures of(DatasetSource source, int threads, IntConsumer progress) throws IOException {
        if (threads < 1) {
            throw new IllegalArgumentException("threads must be at least 1, was " + threads);
        }
        var images = new LinkedHashMap<String, ImageSignature>();
        var failed = new ArrayList<FailedSample>();
        ExecutorService pool = Executors.newFixedThreadPool(
                threads,
                Thread.ofPlatform().daemon().name("stray-signature-", 0).factory());
        try (SampleIterator samples = source.open()) {
            while (samples.hasNext()) {
                var block = new ArrayList<Callable<Read>>();
                while (block.size() < AHEAD * threads && samples.hasNext()) {
                    block.add(reading(samples.next()));
                }
                for (Future<Read> future : pool.invokeAll(block)) {
                    Read read = future.get();
                    if (read.signature() != null) {
                        images.put(read.id(), read.signature());
                    } else {
                        failed.add(Objects.requireNonNull(read.failed()));
                    }
                }
                progress.accept(block.size());
            }
        } catch (UncheckedIOException e) {
            throw Objects.requireNonNull(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            var interrupted = new InterruptedIOException("interrupted while reading images");
            interrupted.initCause(e);
            throw interrupted;
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case RuntimeException cause -> throw cause;
                case Error cause -> throw cause;
                case null, default -> throw new IllegalStateException(e);
            }
        } finally {
            pool.shutdownNow();
            pool.close();
        }
        return new Signatures(images, List.copyOf(failed));
    }

    /** Either a signature or why there is none. */
    private record Read(
            String id,
            @Nullable ImageSignature signature,
            @Nullable FailedSample failed) {}

    /** The bytes of a sample are read here, in order: those of a streamed archive are gone with the next sample. */
    private static Callable<Read> reading(Sample sample) {
        return switch (sample.content()) {
            case Pixels pixels -> () -> new Read(sample.id(), of(pixels, ""), null);
            case Encoded encoded -> {
                try {
                    byte[] file = encoded.read();
                    yield () -> decoded(sample.id(), file);
                } catch (IOException e) {
                    FailedSample failed = FailedSample.of(sample.id(), e);
                    yield () -> new Read(sample.id(), null, failed);
                }
            }
        };
    }

    private static Read decoded(String id, byte[] file) {
        try {
            return new Read(id, of(ImageDecoder.decode(file), Sha256.of(file)), null);
        } catch (IOException e) {
            return new Read(id, null, FailedSample.of(id, e));
        }
    }

    /**
     * {@return the signature of one image}
     *
     * @param image its pixels
     * @param file SHA-256 of its file, empty if there is none
     */
    public static ImageSignature of(Pixels image, String file) {
        MessageDigest digest = Sha256.digest();
        digest.update(ByteBuffer.allocate(8)
                .putInt(image.width())
                .putInt(image.height())
                .flip());
        digest.update(image.rgb());
        int side = ImageSignature.SIDE;
        byte[] rgb =
                Resampling.resize(image, side, side, Interpolation.BILINEAR).rgb();
        byte[] luma = new byte[side * side];
        int colourSide = ImageSignature.CHROMA_SIDE;
        int block = side / colourSide;
        double[] sums = new double[2 * colourSide * colourSide];
        for (int i = 0; i < luma.length; i++) {
            int red = rgb[3 * i] & 255;
            int green = rgb[3 * i + 1] & 255;
            int blue = rgb[3 * i + 2] & 255;
            // JFIF's weights of ITU-R BT.601.
            double brightness = 0.299 * red + 0.587 * green + 0.114 * blue;
            luma[i] = (byte) Math.round(brightness);
            int cell = i / side / block * colourSide + i % side / block;
            sums[cell] += 128 + 0.564 * (blue - brightness);
            sums[colourSide * colourSide + cell] += 128 + 0.713 * (red - brightness);
        }
        byte[] chroma = new byte[sums.length];
        for (int i = 0; i < chroma.length; i++) {
            chroma[i] = (byte) Math.clamp(Math.round(sums[i] / (block * block)), 0, 255);
        }
        return new ImageSignature(Sha256.hex(digest), file, luma, chroma);
    }
}
