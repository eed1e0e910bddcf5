// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.stray.extract.FailedSample;
import io.github.stray.extract.FeatureBatch;
import io.github.stray.feature.FeatureSpace;
import io.github.stray.feature.Layer;
import io.github.stray.provenance.Provenance;
import io.github.stray.vision.image.ImageDecoder;
import io.github.stray.vision.preprocess.Preprocessing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FeatureCacheTest {
    private static final FeatureKey KEY =
            new FeatureKey("images", "net", "weights", "resize 32", List.of(Layer.FEATURES), "x to y");

    @TempDir
    Path folder;

    private final List<String> messages = new ArrayList<>();
    private FeatureCache cache;

    @BeforeEach
    void open() {
        cache = new FeatureCache(folder.resolve("features"), messages::add);
    }

    private CachedFeatures make(FeatureKey key, FailedSample... failed) throws IOException {
        return cache.make(
                key,
                new LinkedHashMap<>(Map.of(Layer.FEATURES, FeatureSpace.unknown(2))),
                List.of("a", "b"),
                "photos",
                new Provenance(Map.of()),
                sink -> {
                    for (FailedSample sample : failed) {
                        sink.failed(sample);
                    }
                    sink.accept(new FeatureBatch(
                            List.of("x", "y"),
                            List.of(OptionalInt.of(0), OptionalInt.of(1)),
                            Map.of(Layer.FEATURES, new float[] {1, 2, 3, 4})));
                });
    }

    /** As it is once a library has been installed since, or before these were kept at all. */
    private void madeWith(FeatureKey key, String surroundings) throws IOException {
        Path note = folder.resolve("features").resolve(key.digest() + ".json");
        String now = "\"surroundings\":\"JPEG by %s, ".formatted(ImageDecoder.jpegDecoder());
        String text = Files.readString(note);
        assertThat(text).contains(now);
        Files.writeString(note, text.replaceFirst("\"surroundings\":\"[^\"]*\",", surroundings));
    }

    private Path file(FeatureKey key) {
        return folder.resolve("features").resolve(key.digest() + ".safetensors");
    }

    @Test
    void find_whatWasMade_givesTheSameRowsAndFailures() throws IOException {
        assertThat(cache.find(KEY)).isEmpty();
        make(KEY, new FailedSample("broken.png", "is empty"));
        CachedFeatures found = cache.find(KEY).orElseThrow();
        assertThat(found.file().layer(Layer.FEATURES).features().row(1)).containsExactly(3, 4);
        assertThat(found.file().classNames()).containsExactly("a", "b");
        assertThat(found.failed()).containsExactly(new FailedSample("broken.png", "is empty"));
        assertThat(messages).isEmpty();
    }

    @Test
    void find_failuresThatOtherSurroundingsMayNotHave_isMadeAgain() throws IOException {
        for (String surroundings :
                List.of("\"surroundings\":\"JPEG by ImageIO, HEIC not at all, AVIF not at all, in 900 MB\",", "")) {
            make(KEY, new FailedSample("photo.heic", "HEIC files are read by libheif, which is not installed"));
            assertThat(cache.find(KEY)).isPresent();
            madeWith(KEY, surroundings);
            assertThat(cache.find(KEY)).isEmpty();
            make(KEY);
            assertThat(cache.find(KEY).orElseThrow().failed()).isEmpty();
        }
        assertThat(messages)
                .hasSize(2)
                .allMatch(message -> message.startsWith("note: 1 of the images of photos could not be read"))
                .first()
                .asString()
                .contains("then: JPEG by ImageIO, HEIC not at all, AVIF not at all, in 900 MB; now: JPEG by ");
    }

    @Test
    void find_noFailures_isThereWhateverTheSurroundings() throws IOException {
        make(KEY);
        madeWith(KEY, "\"surroundings\":\"JPEG by ImageIO\",");
        assertThat(cache.find(KEY)).isPresent();
        assertThat(messages).isEmpty();
    }

    @Test
    void key_differsByEveryPart() {
        assertThat(List.of(
                        KEY,
                        new FeatureKey("others", "net", "weights", "resize 32", List.of(Layer.FEATURES), "x to y"),
                        new FeatureKey("images", "ten", "weights", "resize 32", List.of(Layer.FEATURES), "x to y"),
                        new FeatureKey("images", "net", "changed", "resize 32", List.of(Layer.FEATURES), "x to y"),
                        new FeatureKey("images", "net", "weights", "resize 64", List.of(Layer.FEATURES), "x to y"),
                        new FeatureKey(
                                "images",
                                "net",
                                "weights",
                                "resize 32",
                                List.of(Layer.FEATURES, Layer.LOGITS),
                                "x to y"),
                        new FeatureKey("images", "net", "weights", "resize 32", List.of(Layer.FEATURES), "x to z")))
                .extracting(FeatureKey::digest)
                .doesNotHaveDuplicates();
    }

    @Test
    void key_ofOlderPixels_differs() {
        assertThat(KEY.digest(Preprocessing.PIXELS)).isEqualTo(KEY.digest());
        assertThat(KEY.digest(Preprocessing.PIXELS - 1)).isNotEqualTo(KEY.digest());
    }

    @Test
    void find_aFlippedBit_isNamedOnceAndForgotten() throws IOException {
        make(KEY);
        byte[] bytes = Files.readAllBytes(file(KEY));
        bytes[bytes.length - 1] ^= 1;
        Files.write(file(KEY), bytes);
        assertThat(cache.verify().getFirst().problem()).isPresent();
        assertThat(cache.find(KEY)).isEmpty();
        assertThat(messages).singleElement().asString().contains("of net are unusable and are made again", "checksum");
        assertThat(file(KEY)).doesNotExist();
        make(KEY);
        assertThat(cache.find(KEY)).isPresent();
        assertThat(cache.verify().getFirst().problem()).isEmpty();
        assertThat(messages).hasSize(1);
    }

    @Test
    void find_aTruncatedFileOrADamagedNote_isForgotten() throws IOException {
        make(KEY);
        byte[] bytes = Files.readAllBytes(file(KEY));
        Files.write(file(KEY), Arrays.copyOf(bytes, bytes.length / 2));
        assertThat(cache.find(KEY)).isEmpty();
        make(KEY);
        Files.writeString(folder.resolve("features").resolve(KEY.digest() + ".json"), "{");
        assertThat(cache.find(KEY)).isEmpty();
        assertThat(messages).hasSize(2);
    }

    @Test
    void find_anUnfinishedEntry_isNotThere() throws IOException {
        make(KEY);
        Files.delete(folder.resolve("features").resolve(KEY.digest() + ".json"));
        assertThat(cache.find(KEY)).isEmpty();
        assertThat(cache.list().getFirst().problem()).contains("it is unfinished");
        assertThat(cache.clean(Duration.ZERO)).hasSize(1);
        assertThat(cache.list()).isEmpty();
    }

    @Test
    void clean_takesOnlyWhatWasNotUsed() throws IOException {
        var other = new FeatureKey("others", "net", "weights", "resize 32", List.of(Layer.FEATURES), "x to y");
        make(KEY);
        make(other);
        for (FeatureKey key : List.of(KEY, other)) {
            Files.setLastModifiedTime(
                    folder.resolve("features").resolve(key.digest() + ".json"),
                    FileTime.from(Instant.now().minus(Duration.ofDays(40))));
        }
        cache.find(other);
        assertThat(cache.clean(Duration.ofDays(30)))
                .extracting(CacheEntry::digest)
                .containsExactly(KEY.digest());
        assertThat(cache.list()).extracting(CacheEntry::digest).containsExactly(other.digest());
    }

    @Test
    void make_whereNothingCanBeWritten_saysSo() throws IOException {
        Files.writeString(folder.resolve("features"), "a file");
        assertThatThrownBy(() -> make(KEY))
                .isInstanceOf(CacheFailedException.class)
                .hasMessageStartingWith("the cache of features cannot be written, so the study stops here");
    }

    @Test
    void make_thatFails_leavesNothing() throws IOException {
        assertThatThrownBy(() -> cache.make(
                        KEY,
                        new LinkedHashMap<>(Map.of(Layer.FEATURES, FeatureSpace.unknown(2))),
                        List.of(),
                        "photos",
                        new Provenance(Map.of()),
                        sink -> {
                            throw new IOException("the archive ended");
                        }))
                .isExactlyInstanceOf(IOException.class)
                .hasMessage("the archive ended");
        assertThat(cache.list()).isEmpty();
        assertThat(folder.resolve("features")).isEmptyDirectory();
    }
}
