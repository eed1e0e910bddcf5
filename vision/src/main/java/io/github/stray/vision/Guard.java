// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision;

import io.github.stray.detect.CalibratedDetector;
import io.github.stray.detect.Detection;
import io.github.stray.detect.ImageDetector;
import io.github.stray.extract.Checked;
import io.github.stray.extract.FailedSample;
import io.github.stray.extract.FailedSample.Kind;
import io.github.stray.extract.FeatureCollector;
import io.github.stray.extract.ImageContent;
import io.github.stray.extract.ImageContent.Encoded;
import io.github.stray.extract.ImageContent.Pixels;
import io.github.stray.extract.Sample;
import io.github.stray.extract.SampleException;
import io.github.stray.feature.FeatureSpace;
import io.github.stray.feature.Layer;
import io.github.stray.remedy.RefusedException;
import io.github.stray.remedy.Remedy;
import io.github.stray.store.DetectorFile;
import io.github.stray.vision.image.ImageDecoder;
import io.github.stray.vision.model.StoredModel;
import io.github.stray.vision.onnx.InferenceOptions;
import io.github.stray.vision.onnx.InferenceUnavailableException;
import io.github.stray.vision.onnx.OnnxExtractor;
import io.github.stray.vision.preprocess.Preparation;
import io.github.stray.vision.preprocess.PreparedImages.Prepared;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.Random;
import java.util.SequencedMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * A detector from a {@code .stray} file, ready to judge images in memory: its extractor is found, everything is loaded and has
 * run once when {@link #open(Path)} returns.
 *
 * {@snippet file="GuardSnippetsTest.java" region="one"}
 *
 * <p>Safe for any number of platform and virtual threads. A check decodes, resizes and infers on one thread, the caller's (for
 * a virtual thread, one of the guard's), and starts none; as many checks run at a time as the options have threads, and the
 * others wait in the order they came. Scores are those of {@code stray score -i}.
 *
 * <p>Nothing that happens to the file afterwards reaches a guard whose detector lies on the heap, as it does by default.
 */
public final class Guard implements AutoCloseable {
    /** Images that go through the network at once, at most. */
    private static final int BATCH = 32;

    private final CalibratedDetector detector;
    private final String digest;
    private final OnnxExtractor extractor;
    private final SequencedMap<Layer, FeatureSpace> spaces;
    private final Preparation preparation;
    private final GuardOptions options;
    private final Turns turns;

    /** Room for one image each, as many as were ever in use at a time. */
    private final ConcurrentLinkedQueue<FloatBuffer> buffers = new ConcurrentLinkedQueue<>();

    private Guard(DetectorFile file, CalibratedDetector detector, OnnxExtractor extractor, GuardOptions options) {
        ImageDetector.of(detector, extractor);
        this.detector = detector;
        this.digest = file.file().sha256();
        this.extractor = extractor;
        this.spaces = ImageDetector.spaces(extractor, detector.fitted().layers());
        this.preparation = new Preparation(extractor.preprocessing(), options.maxPixels());
        this.options = options;
        this.turns = new Turns(options.threads());
    }

    /**
     * Opens a detector as {@link GuardOptions#defaults()} say.
     *
     * @param detector a {@code .stray} file
     * @return the guard, to be closed
     * @throws IOException if the file or the extractor's files cannot be used
     * @throws IllegalArgumentException if the extractor is not at hand; the message says which it is and what to add
     */
    public static Guard open(Path detector) throws IOException {
        return open(detector, GuardOptions.defaults());
    }

    /**
     * Opens a detector.
     *
     * @param detector a {@code .stray} file
     * @param options limits, threads, where the extractor is looked for
     * @return the guard, to be closed
     * @throws IOException if the file or the extractor's files cannot be used
     * @throws IllegalArgumentException if the extractor is not at hand; the message says which it is and what to add
     * @throws InferenceUnavailableException if ONNX Runtime or the provider cannot be had here
     */
    public static Guard open(Path detector, GuardOptions options) throws IOException {
        DetectorFile file = options.memory() == GuardOptions.Memory.HEAP
                ? DetectorFile.openOnHeap(detector)
                : DetectorFile.open(detector);
        CalibratedDetector restored = file.restore();
        StoredModel model = model(detector, file.space(), options);
        OnnxExtractor extractor = model.open(InferenceOptions.on(options.provider()));
        try {
            Guard guard = new Guard(file, restored, extractor, options);
            guard.warmUp();
            return guard;
        } catch (IOException | RuntimeException | Error e) {
            extractor.close();
            throw e;
        }
    }

    private static StoredModel model(Path detector, FeatureSpace fitted, GuardOptions options) throws IOException {
        if (options.extractor().isPresent()) {
            return options.models().find(options.extractor().get());
        }
        try {
            return options.models().require(fitted, detector);
        } catch (RefusedException e) {
            String remedy = e.remedy() == Remedy.INSTALL_EXTRACTOR
                    ? "; add it with 'stray models add', or look in another store: GuardOptions.withModels(ModelStore.at(HOME))"
                    : "; name the right one: GuardOptions.withExtractor(NAME_OR_FOLDER)";
            throw new RefusedException(e.getMessage() + remedy, Remedy.NONE);
        }
    }

    /** The first run of a network takes its memory, the first search in a gallery its rows' lengths. */
    private void warmUp() throws IOException {
        int width = extractor.preprocessing().width();
        int height = extractor.preprocessing().height();
        byte[] noise = new byte[3 * width * height];
        new Random(1).nextBytes(noise);
        var sample = sample("warm-up", new Pixels(width, height, noise));
        try {
            checked(List.of(sample), detector.gallery().isPresent() ? 1 : 0);
            ImageDecoder.jpegDecoder();
        } catch (IOException | RuntimeException | Error e) {
            turns.close();
            throw e;
        }
    }

    /**
     * Judges an image file in memory.
     *
     * @param id what to call it
     * @param image all bytes of a JPEG, PNG, GIF, BMP, WebP, TIFF, HEIC or AVIF file
     * @param neighbours nearest training samples wanted, 0 to the size of the gallery
     * @return score, verdict, p-value and neighbours
     * @throws RefusedImageException if it is no image, damaged or too large, or could not be read for another reason
     * @throws IOException if the network cannot be run, or a mapped detector was changed
     * @throws IllegalArgumentException if more neighbours are wanted than there are
     * @throws IllegalStateException if the guard was closed
     */
    public Detection check(String id, byte[] image, int neighbours) throws IOException {
        return check(id, limited(image), neighbours);
    }

    /**
     * Judges an image file that is read here, no further than the limit of bytes.
     *
     * @param id what to call it
     * @param image an image file; not closed
     * @param neighbours nearest training samples wanted, 0 to the size of the gallery
     * @return score, verdict, p-value and neighbours
     * @throws RefusedImageException if it is no image, damaged or too large, or could not be read for another reason
     * @throws IOException if the stream fails, the network cannot be run, or a mapped detector was changed
     * @throws IllegalArgumentException if more neighbours are wanted than there are
     * @throws IllegalStateException if the guard was closed
     */
    public Detection check(String id, InputStream image, int neighbours) throws IOException {
        return check(id, image.readNBytes(options.maxBytes() + 1), neighbours);
    }

    /**
     * Judges an image file.
     *
     * @param id what to call it
     * @param image the file
     * @param neighbours nearest training samples wanted, 0 to the size of the gallery
     * @return score, verdict, p-value and neighbours
     * @throws RefusedImageException if it is no image, damaged or too large, or could not be read for another reason
     * @throws IOException if the file cannot be read, the network cannot be run, or a mapped detector was changed
     * @throws IllegalArgumentException if more neighbours are wanted than there are
     * @throws IllegalStateException if the guard was closed
     */
    public Detection check(String id, Path image, int neighbours) throws IOException {
        try (InputStream in = Files.newInputStream(image)) {
            return check(id, in, neighbours);
        }
    }

    /**
     * Judges an image that was decoded already. What a decoder made of it counts: colour profiles, orientation and the
     * arithmetic of a JPEG may differ from Stray's own.
     *
     * @param id what to call it
     * @param image the image, upright; alpha is dropped
     * @param neighbours nearest training samples wanted, 0 to the size of the gallery
     * @return score, verdict, p-value and neighbours
     * @throws RefusedImageException if it is too large, or holds what is not read, such as floating-point numbers
     * @throws IOException if the network cannot be run, or a mapped detector was changed
     * @throws IllegalArgumentException if more neighbours are wanted than there are
     * @throws IllegalStateException if the guard was closed
     */
    public Detection check(String id, BufferedImage image, int neighbours) throws IOException {
        Pixels pixels;
        try {
            pixels = ImageDecoder.pixels(image, options.maxPixels());
        } catch (IOException e) {
            throw new RefusedImageException(FailedSample.of(id, e));
        }
        return check(id, pixels, neighbours);
    }

    private Detection check(String id, ImageContent image, int neighbours) throws IOException {
        return switch (checked(List.of(sample(id, image)), neighbours).getFirst()) {
            case Detection detection -> detection;
            case FailedSample failed -> throw new RefusedImageException(failed);
            case Checked other -> throw new IllegalStateException("neither a detection nor a failure: " + other);
        };
    }

    /**
     * Judges image files in memory, up to {@value #BATCH} of them as one batch through the network. An image that is refused is
     * an entry at its place. Scores are those of single images, to the last bit where the network computes an image alike
     * alone and in a batch ({@code stray models check M} says it), else within float32 rounding.
     *
     * {@snippet file="GuardSnippetsTest.java" region="many"}
     *
     * @param images id to the bytes of an image file
     * @param neighbours nearest training samples wanted, 0 to the size of the gallery
     * @return a {@link Detection} or a {@link FailedSample} for each, in the order of the map's iteration
     * @throws IOException if the network cannot be run, or a mapped detector was changed
     * @throws IllegalArgumentException if more neighbours are wanted than there are
     * @throws IllegalStateException if the guard was closed
     */
    public List<Checked> check(Map<String, byte[]> images, int neighbours) throws IOException {
        List<Sample> samples = images.entrySet().stream()
                .map(image -> sample(image.getKey(), limited(image.getValue())))
                .toList();
        return checked(samples, neighbours);
    }

    private static Sample sample(String id, ImageContent content) {
        return new Sample(Objects.requireNonNull(id, "id"), OptionalInt.empty(), content);
    }

    private Encoded limited(byte[] image) {
        Objects.requireNonNull(image, "image");
        return () -> {
            if (image.length > options.maxBytes()) {
                throw new SampleException(
                        Kind.TOO_LARGE,
                        "its file has more than the %d bytes that are taken".formatted(options.maxBytes()));
            }
            return image;
        };
    }

    private List<Checked> checked(List<Sample> samples, int neighbours) throws IOException {
        int most = detector.gallery().map(gallery -> gallery.rows().rows()).orElse(0);
        if (neighbours < 0 || neighbours > most) {
            throw new IllegalArgumentException(
                    "neighbours must lie in 0 .. %d, the training samples in the detector, was %d"
                            .formatted(most, neighbours));
        }
        return turns.take(() -> {
            var all = new ArrayList<Checked>();
            for (int from = 0; from < samples.size(); from += BATCH) {
                all.addAll(batch(samples.subList(from, Math.min(samples.size(), from + BATCH)), neighbours));
            }
            return List.copyOf(all);
        });
    }

    private List<Checked> batch(List<Sample> samples, int neighbours) throws IOException {
        var prepared = new ArrayList<Prepared>();
        for (Sample sample : samples) {
            prepared.add(preparation.prepared(sample));
        }
        var collector = new FeatureCollector(spaces);
        List<Layer> layers = List.copyOf(spaces.keySet());
        if (samples.size() == 1) {
            FloatBuffer kept = buffers.poll();
            FloatBuffer buffer = kept == null ? extractor.buffer(1) : kept;
            extractor.extract(prepared, buffer, layers, collector);
            buffers.add(buffer);
        } else {
            try (Arena arena = Arena.ofConfined()) {
                extractor.extract(prepared, extractor.buffer(samples.size(), arena), layers, collector);
            }
        }
        return outcomes(samples, collector, neighbours);
    }

    private List<Checked> outcomes(List<Sample> samples, FeatureCollector collector, int neighbours)
            throws IOException {
        var extraction = collector.extraction("images", List.of());
        var outcomes = new HashMap<String, Checked>();
        extraction.failed().forEach(failed -> outcomes.put(failed.id(), failed));
        if (extraction.features().size() > 0) {
            try {
                detector.detect(extraction.features(), neighbours)
                        .forEach(detection -> outcomes.put(detection.id(), detection));
            } catch (UncheckedIOException e) {
                throw Objects.requireNonNull(e.getCause());
            }
        }
        return samples.stream()
                .map(sample -> Objects.requireNonNull(outcomes.get(sample.id())))
                .toList();
    }

    /** {@return the score from which on an image is in-distribution; NaN for a detector without calibration} */
    public double threshold() {
        return detector.calibration().map(known -> known.threshold()).orElse(Double.NaN);
    }

    /** {@return SHA-256 of the {@code .stray} file as it was read, 64 hexadecimal digits} */
    public String digest() {
        return digest;
    }

    /** {@return the detector} */
    public CalibratedDetector detector() {
        return detector;
    }

    /** {@return the id of the extractor} */
    public String extractor() {
        return extractor.id();
    }

    /**
     * {@return what an operator should know, often nothing: notes of the fit, and what makes this guard slower than it could be}
     *
     * @throws IOException if JPEG files cannot be decoded as {@link ImageDecoder#jpegDecoder} was forced to
     */
    public List<String> notes() throws IOException {
        var notes = new ArrayList<>(detector.notes());
        String jpeg = ImageDecoder.jpegDecoder();
        if (jpeg.startsWith("ImageIO")) {
            notes.add("JPEG files are decoded by %s: the same pixels, about four times slower than libjpeg-turbo"
                    .formatted(jpeg));
        }
        return List.copyOf(notes);
    }

    /** Waits for the checks that are under way, and frees the network. Later checks fail. */
    @Override
    public void close() {
        turns.close();
        extractor.close();
    }
}
