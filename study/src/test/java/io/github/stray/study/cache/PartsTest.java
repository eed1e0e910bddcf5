// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.stray.audit.ImageSignature;
import io.github.stray.extract.DatasetSource;
import io.github.stray.extract.ExtractionListener;
import io.github.stray.extract.ExtractionOptions;
import io.github.stray.extract.FailedSample;
import io.github.stray.extract.FeatureBatch;
import io.github.stray.extract.FeatureExtractor;
import io.github.stray.extract.FeatureSink;
import io.github.stray.extract.ImageContent.Pixels;
import io.github.stray.extract.Sample;
import io.github.stray.extract.SampleIterator;
import io.github.stray.feature.FeatureSet;
import io.github.stray.feature.FeatureSpace;
import io.github.stray.feature.Layer;
import io.github.stray.vision.audit.ImageReading;
import io.github.stray.vision.audit.ImageReadings;
import io.github.stray.vision.onnx.Provider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Long work that was broken off goes on, and gives what it would have given. */
class PartsTest {
    private static final int N = 2 * PartFolder.SAMPLES + 1000;

    private static final FeatureKey KEY =
            new FeatureKey("images", "net", "weights", "resize 32", List.of(Layer.FEATURES), "x to y");

    @TempDir
    Path folder;

    private static DatasetSource source() {
        List<Sample> samples = IntStream.range(0, N)
                .mapToObj(i ->
                        new Sample("image %05d".formatted(i), OptionalInt.of(i % 2), new Pixels(1, 1, new byte[] {
                            (byte) i, (byte) (i >> 8), 7
                        })))
                .toList();
        return DatasetSource.of("photos", samples, List.of("even", "odd"));
    }

    /** Takes the colour of a pixel for features; every 1,000th image fails; the whole fails behind so many samples. */
    private static final class Colours implements FeatureExtractor {
        private final AtomicInteger seen = new AtomicInteger();
        private final int most;

        Colours(int most) {
            this.most = most;
        }

        @Override
        public String id() {
            return "colours";
        }

        @Override
        public Map<Layer, FeatureSpace> layers() {
            return Map.of(Layer.FEATURES, FeatureSpace.unknown(3));
        }

        @Override
        public void extract(DatasetSource source, ExtractionOptions options, FeatureSink sink) throws IOException {
            try (SampleIterator samples = source.open()) {
                while (samples.hasNext()) {
                    Sample sample = samples.next();
                    if (seen.incrementAndGet() > most) {
                        throw new IOException("the power went");
                    }
                    if (sample.id().endsWith("000")) {
                        sink.failed(new FailedSample(sample.id(), "is broken"));
                    } else {
                        byte[] rgb = ((Pixels) sample.content()).rgb();
                        sink.accept(new FeatureBatch(
                                List.of(sample.id()),
                                List.of(sample.label()),
                                Map.of(Layer.FEATURES, new float[] {rgb[0], rgb[1], rgb[2]})));
                    }
                }
            }
        }

        @Override
        public void close() {}
    }

    private CachedFeatures make(FeatureCache cache, Colours colours, ExtractionListener listener) throws IOException {
        return cache.make(KEY, source(), colours, ExtractionOptions.of(Layer.FEATURES), Provider.CPU, listener);
    }

    private static FeatureSet rows(CachedFeatures made) {
        return made.file().layers(List.of(Layer.FEATURES));
    }

    @Test
    void make_brokenOffAndBegunAgain_goesOnAndGivesTheSame() throws IOException {
        var once = new FeatureCache(folder.resolve("once"), message -> {});
        CachedFeatures whole = make(once, new Colours(N), ExtractionListener.NONE);

        var cache = new FeatureCache(folder.resolve("features"), message -> {});
        int stopped = 2 * PartFolder.SAMPLES + 10;
        assertThatThrownBy(() -> make(cache, new Colours(stopped), ExtractionListener.NONE))
                .hasMessageContaining("the power went");
        assertThat(cache.find(KEY)).isEmpty();
        assertThat(cache.list()).singleElement().satisfies(entry -> {
            assertThat(entry.problem()).contains("it is unfinished");
            assertThat(entry.bytes()).isPositive();
        });

        var told = new AtomicInteger();
        var failed = new ArrayList<FailedSample>();
        var rest = new Colours(N);
        CachedFeatures made = make(cache, rest, new ExtractionListener() {
            @Override
            public void extracted(int samples) {
                told.addAndGet(samples);
            }

            @Override
            public void failed(FailedSample sample) {
                failed.add(sample);
            }
        });
        assertThat(rest.seen.get()).isEqualTo(N - 2 * PartFolder.SAMPLES);
        assertThat(told.get() + failed.size()).isEqualTo(N);
        assertThat(failed).isEqualTo(whole.failed()).hasSize(10);
        assertThat(made.failed()).isEqualTo(whole.failed());
        assertThat(rows(made).ids()).isEqualTo(rows(whole).ids());
        assertThat(rows(made).labels()).isEqualTo(rows(whole).labels());
        assertThat(rows(made).features().rowHashes())
                .isEqualTo(rows(whole).features().rowHashes());
        assertThat(rows(made).size()).isEqualTo(N - 10);
        assertThat(Files.exists(folder.resolve("features").resolve(KEY.digest() + ".parts")))
                .isFalse();
        assertThat(cache.find(KEY)).isPresent();
    }

    @Test
    void make_damagedPart_isMadeAgain() throws IOException {
        var cache = new FeatureCache(folder.resolve("features"), message -> {});
        assertThatThrownBy(() -> make(cache, new Colours(N - 1), ExtractionListener.NONE))
                .hasMessageContaining("power");
        Path parts = folder.resolve("features").resolve(KEY.digest() + ".parts");
        Path second = parts.resolve("000001.safetensors");
        byte[] bytes = Files.readAllBytes(second);
        bytes[bytes.length - 9] ^= 1;
        Files.write(second, bytes);
        var rest = new Colours(N);
        assertThat(rows(make(cache, rest, ExtractionListener.NONE)).size()).isEqualTo(N - 10);
        assertThat(rest.seen.get()).isEqualTo(N - PartFolder.SAMPLES);
    }

    @Test
    void clean_unfinishedEntry_isDeleted() throws IOException {
        var cache = new FeatureCache(folder.resolve("features"), message -> {});
        assertThatThrownBy(() -> make(cache, new Colours(N - 1), ExtractionListener.NONE))
                .hasMessageContaining("power");
        assertThat(cache.clean(Duration.ofDays(1))).isEmpty();
        assertThat(cache.clean(Duration.ZERO)).hasSize(1);
        assertThat(cache.list()).isEmpty();
    }

    @Test
    void make_whileAnotherMakesTheSame_doesWithoutParts() throws IOException {
        var cache = new FeatureCache(folder.resolve("features"), message -> {});
        Files.createDirectories(cache.folder());
        try (PartFolder held =
                PartFolder.take(cache.folder().resolve(KEY.digest() + ".parts")).orElseThrow()) {
            assertThat(rows(make(cache, new Colours(N), ExtractionListener.NONE))
                            .size())
                    .isEqualTo(N - 10);
            assertThat(held.file(0, ".json")).doesNotExist();
        }
    }

    private ImageReadings readings(DatasetSource source, AtomicInteger read) throws IOException {
        return new ReadingCache(folder).of("images", source, 2, read::addAndGet);
    }

    @Test
    void readings_ofTheSameSet_areReadOnce() throws IOException {
        var counted = new AtomicInteger();
        ImageReadings first = readings(source(), counted);
        assertThat(counted.get()).isEqualTo(N);
        assertThat(first.images()).hasSize(N);
        ImageReadings plain = ImageReadings.of(source(), 2, read -> {});
        ImageReadings second = readings(changed(), counted);
        assertThat(counted.get()).isEqualTo(2 * N);
        for (ImageReadings readings : List.of(first, second)) {
            assertThat(List.copyOf(readings.images().keySet()))
                    .isEqualTo(List.copyOf(plain.images().keySet()));
            List<ImageReading> some = List.copyOf(readings.images().values());
            List<ImageReading> expected = List.copyOf(plain.images().values());
            assertThat(some.stream().map(ImageReading::measures).toList())
                    .isEqualTo(expected.stream().map(ImageReading::measures).toList());
            for (int i = 0; i < N; i++) {
                assertSame(some.get(i).signature(), expected.get(i).signature());
            }
        }
        assertThat(new FeatureCache(folder, message -> {}).list())
                .singleElement()
                .satisfies(entry -> {
                    assertThat(entry.extractor()).isEqualTo("readings");
                    assertThat(entry.problem()).isEmpty();
                });
        try (Stream<Path> files = Files.walk(folder)) {
            Path part = files.filter(file -> file.endsWith("000002.bin"))
                    .findFirst()
                    .orElseThrow();
            byte[] bytes = Files.readAllBytes(part);
            bytes[bytes.length / 2] ^= 4;
            Files.write(part, bytes);
        }
        assertThat(readings(source(), counted).images()).hasSize(N);
        assertThat(readings(changed(), counted).images()).hasSize(N);
    }

    private static void assertSame(ImageSignature some, ImageSignature other) {
        boolean same = some.pixels().equals(other.pixels())
                && some.file().equals(other.file())
                && Arrays.equals(some.luma(), other.luma())
                && Arrays.equals(some.chroma(), other.chroma());
        assertThat(same).isTrue();
    }

    /** The same samples by name, of other pixels: what is read from them is seen. */
    private static DatasetSource changed() {
        return DatasetSource.of(
                "photos",
                IntStream.range(0, N)
                        .mapToObj(i -> new Sample(
                                "image %05d".formatted(i), OptionalInt.of(i % 2), new Pixels(1, 1, new byte[3])))
                        .toList(),
                List.of("even", "odd"));
    }
}
