// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.stray.detect.CalibratedDetector;
import io.github.stray.detect.Detection;
import io.github.stray.detect.Detector;
import io.github.stray.detect.Detectors;
import io.github.stray.detect.Knn;
import io.github.stray.detect.Training;
import io.github.stray.extract.Checked;
import io.github.stray.extract.DatasetSource;
import io.github.stray.extract.FailedSample;
import io.github.stray.extract.FailedSample.Kind;
import io.github.stray.extract.FeatureExtractor;
import io.github.stray.extract.Sample;
import io.github.stray.extract.SampleIterator;
import io.github.stray.feature.FeatureSet;
import io.github.stray.feature.FeatureSpace;
import io.github.stray.provenance.Sha256;
import io.github.stray.store.DetectorFile;
import io.github.stray.threshold.Verdict;
import io.github.stray.vision.demo.DemoSample;
import io.github.stray.vision.demo.DemoSet;
import io.github.stray.vision.image.ImageDecoder;
import io.github.stray.vision.model.ModelStore;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class GuardTest {
    @TempDir
    static Path files;

    /** Nothing is installed in it: stray-mini is built in. */
    private static GuardOptions options;

    private static FeatureSet signs;
    private static Path knn;
    private static final Map<String, byte[]> IMAGES = new LinkedHashMap<>();

    @BeforeAll
    static void fit() throws IOException {
        options = GuardOptions.defaults().withModels(ModelStore.at(files.resolve("home")));
        var sample = new DemoSample(5);
        try (FeatureExtractor extractor = Extractors.open("stray-mini")) {
            signs = extractor.extract(sample.train().first(16)).features();
        }
        knn = write("knn.stray", new Knn(1));
        images(sample.test().first(1));
        images(sample.outOfDistribution().get(1).first(1));
    }

    private static Path write(String name, Detector detector) throws IOException {
        Path file = files.resolve(name);
        DetectorFile.write(file, CalibratedDetector.fit(detector, signs));
        return file;
    }

    private static void images(DemoSet set) throws IOException {
        try (SampleIterator samples = set.open()) {
            while (samples.hasNext()) {
                Sample next = samples.next();
                IMAGES.put(set.name() + "/" + next.id(), set.png(next.id()).orElseThrow());
            }
        }
    }

    private static byte[] anyImage() {
        return IMAGES.values().iterator().next();
    }

    private static List<Detection> oneByOne(Guard guard, int neighbours) throws IOException {
        var detections = new ArrayList<Detection>();
        for (var image : IMAGES.entrySet()) {
            detections.add(guard.check(image.getKey(), image.getValue(), neighbours));
        }
        return detections;
    }

    @ParameterizedTest
    @ValueSource(strings = {"knn:k=3", "mahalanobis", "kmeans:clusters=4", "gaussian", "residual:dimension=20"})
    void check_everyWayIn_givesWhatTheEngineGives(String detector) throws IOException {
        Path file = write("any.stray", Detectors.parse(detector));
        try (Guard guard = Guard.open(file, options);
                FeatureExtractor extractor = Extractors.open("stray-mini")) {
            FeatureSet features =
                    extractor.extract(DatasetSource.of("images", IMAGES)).features();
            List<Detection> expected = DetectorFile.read(file).detect(features, 2);
            assertThat(oneByOne(guard, 2)).isEqualTo(expected);
            assertThat(guard.check(IMAGES, 2)).as("a batch").isEqualTo(expected);
            assertThat(guard.threshold())
                    .isEqualTo(DetectorFile.open(file).threshold().orElseThrow());
            assertThat(guard.digest()).isEqualTo(Sha256.of(file));
        }
    }

    @Test
    void check_streamFileAndDecodedImage_isThatOfTheBytes() throws IOException {
        Path image = Files.write(files.resolve("image.png"), anyImage());
        BufferedImage decoded = ImageIO.read(new ByteArrayInputStream(anyImage()));
        try (Guard guard = Guard.open(knn, options)) {
            Detection expected = guard.check("x", anyImage(), 1);
            assertThat(expected.neighbours()).hasSize(1);
            assertThat(guard.check("x", new ByteArrayInputStream(anyImage()), 1))
                    .isEqualTo(expected);
            assertThat(guard.check("x", image, 1)).isEqualTo(expected);
            assertThat(guard.check("x", decoded, 1)).isEqualTo(expected);
            assertThat(guard.extractor()).isEqualTo("stray-mini");
            assertThat(guard.notes())
                    .filteredOn(note -> note.startsWith("JPEG files are decoded by ImageIO ("))
                    .hasSize(ImageDecoder.jpegDecoder().startsWith("ImageIO") ? 1 : 0);
        }
    }

    @Test
    void check_strangers_areOut() throws IOException {
        try (Guard guard = Guard.open(knn, options)) {
            assertThat(oneByOne(guard, 0))
                    .filteredOn(one -> one.id().startsWith("textures"))
                    .isNotEmpty()
                    .allMatch(one -> one.verdict().orElseThrow() == Verdict.OUT);
        }
    }

    private static FailedSample refusal(Guard guard, byte[] image) {
        return catchThrowableOfType(RefusedImageException.class, () -> guard.check("x", image, 0))
                .sample();
    }

    @Test
    void check_imagesThatAreRefused_saysWhy() throws IOException {
        byte[] image = anyImage();
        byte[] cut = Arrays.copyOf(image, image.length - 20);
        try (Guard guard = Guard.open(knn, options.withLimits(100_000, image.length))) {
            assertThat(refusal(guard, "no image".getBytes(StandardCharsets.UTF_8))
                            .kind())
                    .isEqualTo(Kind.NOT_AN_IMAGE);
            assertThat(refusal(guard, cut))
                    .isEqualTo(new FailedSample("x", "damaged PNG file: it is truncated", Kind.DAMAGED));
            assertThat(refusal(guard, Arrays.copyOf(image, image.length + 1)))
                    .isEqualTo(new FailedSample(
                            "x",
                            "its file has more than the %d bytes that are taken".formatted(image.length),
                            Kind.TOO_LARGE));
            var endless = new InputStream() {
                @Override
                public int read() {
                    return 0;
                }
            };
            assertThatThrownBy(() -> guard.check("x", endless, 0)).isInstanceOf(RefusedImageException.class);
            var wide = new BufferedImage(1000, 101, BufferedImage.TYPE_INT_RGB);
            assertThat(catchThrowableOfType(RefusedImageException.class, () -> guard.check("x", wide, 0)))
                    .hasMessage("x: 1000 x 101 pixels are more than the 100000 that are decoded")
                    .extracting(e -> e.sample().kind())
                    .isEqualTo(Kind.TOO_LARGE);
            var png = new ByteArrayOutputStream();
            ImageIO.write(wide, "png", png);
            assertThat(refusal(guard, png.toByteArray()))
                    .isEqualTo(new FailedSample(
                            "x", "1000 x 101 pixels are more than the 100000 that are decoded", Kind.TOO_LARGE));
            assertThatThrownBy(() -> guard.check("x", image, 999))
                    .hasMessageMatching(
                            "neighbours must lie in 0 \\.\\. \\d+, the training samples in the detector, was 999");
            assertThatThrownBy(() -> guard.check("x", files.resolve("absent.png"), 0))
                    .isInstanceOf(NoSuchFileException.class);
        }
    }

    @Test
    void check_batchWithRefusedImages_hasThemAtTheirPlaces() throws IOException {
        var images = new LinkedHashMap<String, byte[]>();
        images.put("cut", Arrays.copyOf(anyImage(), 100));
        IMAGES.forEach(images::put);
        images.put("text", new byte[] {'h', 'i'});
        try (Guard guard = Guard.open(knn, options)) {
            List<Checked> checked = guard.check(images, 0);
            assertThat(checked).extracting(Checked::id).containsExactlyElementsOf(images.keySet());
            assertThat(((FailedSample) checked.getFirst()).kind()).isEqualTo(Kind.DAMAGED);
            assertThat(((FailedSample) checked.getLast()).kind()).isEqualTo(Kind.NOT_AN_IMAGE);
            assertThat(checked.subList(1, images.size() - 1)).isEqualTo(oneByOne(guard, 0));
            assertThat(guard.check(Map.of(), 0)).isEmpty();
            assertThat(guard.check(Map.of("text", new byte[] {1}), 0)).hasSize(1);
        }
    }

    @Test
    void check_moreThanOneBatch_hasEachOnce() throws IOException {
        var images = new LinkedHashMap<String, byte[]>();
        for (int i = 0; i < 70; i++) {
            images.put("image-" + i, anyImage());
        }
        try (Guard guard = Guard.open(knn, options)) {
            assertThat(guard.check(images, 0)).extracting(Checked::id).containsExactlyElementsOf(images.keySet());
        }
    }

    @Test
    void threshold_withoutCalibration_isNaN() throws IOException {
        Path file = files.resolve("uncalibrated.stray");
        DetectorFile.write(file, CalibratedDetector.fitUncalibrated(new Knn(1), Training.of(signs)));
        try (Guard guard = Guard.open(file, options)) {
            assertThat(guard.threshold()).isNaN();
            assertThat(guard.check("x", anyImage(), 0).verdict()).isEmpty();
        }
    }

    @Test
    void check_fromManyPlatformAndVirtualThreads_givesTheSequentialResults() throws Exception {
        try (Guard guard = Guard.open(knn, options.withThreads(3));
                ExecutorService platform = Executors.newFixedThreadPool(32);
                ExecutorService virtual = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Detection> expected = oneByOne(guard, 1);
            for (ExecutorService pool : List.of(platform, virtual)) {
                var results = new ArrayList<Future<List<Detection>>>();
                for (int i = 0; i < 32; i++) {
                    results.add(pool.submit(() -> oneByOne(guard, 1)));
                }
                for (Future<List<Detection>> result : results) {
                    assertThat(result.get()).isEqualTo(expected);
                }
            }
        }
    }

    /** Of platform threads no thread is started; of virtual ones at most one for each turn, once. */
    @Test
    void check_again_startsNoThread() throws IOException {
        try (Guard guard = Guard.open(knn, options)) {
            oneByOne(guard, 2);
            long started = ManagementFactory.getThreadMXBean().getTotalStartedThreadCount();
            for (int i = 0; i < 5; i++) {
                oneByOne(guard, 2);
            }
            assertThat(ManagementFactory.getThreadMXBean().getTotalStartedThreadCount())
                    .isEqualTo(started);
        }
    }

    @Test
    void close_whileChecksAreUnderWay_waitsForThem() throws Exception {
        Guard guard = Guard.open(knn, options.withThreads(2));
        Detection expected = guard.check("x", anyImage(), 1);
        var begun = new CountDownLatch(8);
        try (ExecutorService pool = Executors.newFixedThreadPool(8)) {
            var callers = IntStream.range(0, 8)
                    .mapToObj(i -> pool.submit(() -> {
                        int done = 0;
                        try {
                            while (true) {
                                assertThat(guard.check("x", anyImage(), 1)).isEqualTo(expected);
                                done++;
                                begun.countDown();
                            }
                        } catch (IllegalStateException e) {
                            assertThat(e).hasMessage("the guard was closed");
                            return done;
                        }
                    }))
                    .toList();
            begun.await();
            guard.close();
            guard.close();
            for (Future<Integer> caller : callers) {
                assertThat(caller.get()).isPositive();
            }
        }
        assertThatThrownBy(() -> guard.check("x", anyImage(), 0)).isInstanceOf(IllegalStateException.class);
    }

    enum Change {
        REPLACED {
            @Override
            void make(Path file, Path other) throws IOException {
                Files.move(other, file, StandardCopyOption.ATOMIC_MOVE);
            }
        },
        SHORTENED {
            @Override
            void make(Path file, Path other) throws IOException {
                try (var shorter = new RandomAccessFile(file.toFile(), "rw")) {
                    shorter.setLength(1000);
                }
            }
        },
        WRITTEN_OVER {
            @Override
            void make(Path file, Path other) throws IOException {
                byte[] bytes = Files.readAllBytes(other);
                try (var over = new RandomAccessFile(file.toFile(), "rw")) {
                    over.write(bytes);
                }
            }
        },
        DELETED {
            @Override
            void make(Path file, Path other) throws IOException {
                Files.delete(file);
            }
        };

        abstract void make(Path file, Path other) throws IOException;
    }

    @ParameterizedTest
    @EnumSource(Change.class)
    void check_fileChangedUnderSixteenCallers_givesTheOldAnswers(Change change) throws Exception {
        Path file = write("changing.stray", new Knn(1));
        Path other = write("other.stray", new Knn(5));
        String digest = Sha256.of(file);
        for (GuardOptions.Memory memory : GuardOptions.Memory.values()) {
            Path own = Files.copy(file, files.resolve("own.stray"), StandardCopyOption.REPLACE_EXISTING);
            Path changed = Files.copy(other, files.resolve("changed.stray"), StandardCopyOption.REPLACE_EXISTING);
            try (Guard guard = Guard.open(own, options.withMemory(memory));
                    ExecutorService pool = Executors.newFixedThreadPool(16)) {
                Detection expected = guard.check("x", anyImage(), 2);
                var begun = new CountDownLatch(16);
                var stop = new AtomicBoolean();
                var callers = new ArrayList<Future<Boolean>>();
                for (int i = 0; i < 16; i++) {
                    callers.add(pool.submit(() -> {
                        boolean same = true;
                        for (int n = 0; n < 3 || !stop.get(); n++) {
                            same &= guard.check("x", anyImage(), 2).equals(expected);
                            begun.countDown();
                        }
                        return same && guard.check("x", anyImage(), 2).equals(expected);
                    }));
                }
                begun.await();
                change.make(own, changed);
                stop.set(true);
                for (Future<Boolean> caller : callers) {
                    assertThat(caller.get()).isTrue();
                }
                assertThat(guard.digest()).isEqualTo(digest);
            }
        }
    }

    @Test
    void open_extractorThatIsNotThere_saysWhatToAdd() throws IOException {
        FeatureSet known = signs;
        var space = new FeatureSpace(
                Optional.of("dinov2-small"),
                Optional.of("features"),
                known.space().dimension(),
                Optional.empty(),
                Optional.of("ab".repeat(32)),
                Optional.empty());
        Path file = files.resolve("foreign.stray");
        DetectorFile.write(file, CalibratedDetector.fit(new Knn(1), known.withSpace(space)));
        assertThatThrownBy(() -> Guard.open(file, options))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "%s was fitted with the extractor 'dinov2-small' (sha256 %s), which is not installed; add it with 'stray models add', or look in another store: GuardOptions.withModels(ModelStore.at(HOME))"
                                .formatted(file, "ab".repeat(32)));

        Path unnamed = files.resolve("unnamed.stray");
        DetectorFile.write(unnamed, CalibratedDetector.fit(new Knn(1), known.forgetOrigin()));
        assertThatThrownBy(() -> Guard.open(unnamed, options))
                .hasMessageContaining(
                        "features that name no extractor; name the right one: GuardOptions.withExtractor(");
        try (Guard guard = Guard.open(unnamed, options.withExtractor("stray-mini"));
                Guard same = Guard.open(knn, options)) {
            assertThat(guard.check("x", anyImage(), 1)).isEqualTo(same.check("x", anyImage(), 1));
        }
    }

    @Test
    void open_fileThatIsNoDetector_isRefused() throws IOException {
        Path file = Files.writeString(files.resolve("no.stray"), "no detector");
        assertThatThrownBy(() -> Guard.open(file, options))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no.stray");
        assertThatThrownBy(() -> options.withThreads(0))
                .hasMessageContaining("maxBytes and threads must be at least 1");
        assertThatThrownBy(() -> options.withLimits(0, 1)).hasMessageContaining("maxPixels must lie in 1 ..");
    }
}
