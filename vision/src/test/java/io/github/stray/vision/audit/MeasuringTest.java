// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import io.github.stray.extract.ImageContent.Pixels;
import io.github.stray.inspect.ImageMeasures;
import io.github.stray.inspect.Spoilt;
import io.github.stray.vision.image.FileProperties;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Measures are CleanVision's, the blur scikit-image's, properties Pillow's, by {@code tools/measures/fixtures.py}. */
class MeasuringTest {
    private static final Path FOLDER = Path.of("src", "test", "images", "measures");

    private static JsonObject expected() throws Exception {
        try (Reader reader = Files.newBufferedReader(FOLDER.resolve("measures.json"))) {
            return JsonParser.object().from(reader);
        }
    }

    @Test
    void of_fixtures_scoresOfCleanVision() throws Exception {
        JsonObject expected = expected();
        List<String> names = List.copyOf(expected.keySet());
        assertThat(names).hasSizeGreaterThan(25);
        var images = new ArrayList<ImageMeasures>();
        for (String name : names) {
            images.add(ImageReading.of(Files.readAllBytes(FOLDER.resolve(name))).measures());
        }
        List<Spoilt> flagged = Spoilt.of(images);
        for (int row = 0; row < names.size(); row++) {
            JsonObject own = expected.getObject(names.get(row));
            var issues = new TreeSet<String>();
            int at = row;
            flagged.stream()
                    .filter(each -> each.row() == at)
                    .forEach(each -> issues.add(each.issue().id()));
            assertThat(issues).as(names.get(row)).isEqualTo(new TreeSet<>(own.getArray("flagged")));
            JsonObject scores = own.getObject("scores");
            assertThat(scores).hasSize(Spoilt.Issue.values().length);
            Spoilt.scores(images, row)
                    .forEach((issue, score) -> assertThat(score)
                            .as("%s of %s", issue.id(), names.get(at))
                            .isCloseTo(scores.getDouble(issue.id()), within(1e-6)));
        }
    }

    @Test
    void of_fixtures_blurOfScikitImage() throws Exception {
        int compared = 0;
        for (var each : expected().entrySet()) {
            JsonObject own = (JsonObject) each.getValue();
            if (own.has("blur")) {
                assertThat(ImageReading.of(Files.readAllBytes(FOLDER.resolve(each.getKey())))
                                .measures()
                                .blur())
                        .as(each.getKey())
                        .isCloseTo(own.getDouble("blur"), within(1e-9));
                compared++;
            }
        }
        assertThat(compared).isGreaterThan(20);
    }

    @Test
    void of_fixtures_propertiesOfPillow() throws Exception {
        for (var each : expected().entrySet()) {
            JsonObject own = (JsonObject) each.getValue();
            FileProperties file = FileProperties.of(Files.readAllBytes(FOLDER.resolve(each.getKey())));
            assertThat(file.grey()).as(each.getKey()).isEqualTo(own.getBoolean("grey"));
            assertThat(file.format()).isEqualToIgnoringCase(own.getString("format"));
            assertThat(file.orientation()).as(each.getKey()).isEqualTo(own.getInt("orientation"));
            assertThat(file.profile()).as(each.getKey()).isEqualTo(own.getBoolean("profile"));
            assertThat(file.transparent()).as(each.getKey()).isEqualTo(own.getBoolean("transparent"));
        }
    }

    private static String pixels(String name) throws IOException {
        return ImageReading.of(Files.readAllBytes(FOLDER.resolve(name)))
                .signature()
                .pixels();
    }

    @Test
    void of_transparentImages_differByTheirAlpha() throws IOException {
        // The colours of both are black everywhere.
        assertThat(pixels("transparent-bar.png")).isNotEqualTo(pixels("transparent-column.png"));
        assertThat(pixels("transparent-colour.png")).isNotEqualTo(pixels("noise.png"));
        assertThat(pixels("opaque-alpha.png")).isEqualTo(pixels("noise.png")).isEqualTo(pixels("plain.webp"));
        // Only PNG's alpha is known: the others are no exact copies, so none is lost.
        assertThat(List.of(
                        pixels("transparent-bar.png"),
                        pixels("transparent-bar.webp"),
                        pixels("transparent-bar.tif"),
                        pixels("transparent-bar.gif")))
                .doesNotHaveDuplicates();
        byte[] seen = ImageReading.of(Files.readAllBytes(FOLDER.resolve("transparent-bar.png")))
                .signature()
                .luma();
        assertThat(seen[0]).isEqualTo((byte) 255);
        assertThat(seen[12 * 32 + 16]).isZero();
    }

    @Test
    void of_gifWhoseIndicesAreLevels_isGrey() throws IOException {
        byte[] gif = Files.readAllBytes(FOLDER.resolve("palette.gif"));
        assertThat(FileProperties.of(gif).grey()).isFalse();
        int colours = 2 << (gif[10] & 7);
        for (int i = 0; i < 3 * colours; i++) {
            gif[13 + i] = (byte) (i / 3);
        }
        assertThat(FileProperties.of(gif).grey()).isTrue();
    }

    @Test
    void of_noImage_isRefused() {
        assertThatThrownBy(() -> FileProperties.of(new byte[40])).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> ImageReading.of(new byte[] {(byte) 0xFF, (byte) 0xD8, (byte) 0xFF, 1}))
                .isInstanceOf(IOException.class);
    }

    @Test
    void of_pixelsThatNeverWereAFile_haveNeitherBytesNorFormat() {
        ImageMeasures measures = ImageReading.of(new Pixels(4, 4, new byte[48])).measures();
        assertThat(measures.bytes()).isZero();
        assertThat(measures.format()).isEmpty();
        assertThat(measures.saturation()).isZero();
        assertThat(measures.blur()).isZero();
        assertThat(measures.bright()).isZero();
    }

    @Property(tries = 100)
    void percentile_anyImage_thatOfTheSortedPixels(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 400) int pixels,
            @ForAll @IntRange(min = 1, max = 256) int levels) {
        var random = new Random(seed);
        byte[] rgb = new byte[3 * pixels];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = (byte) random.nextInt(levels);
        }
        double[] sorted = new double[pixels];
        for (int i = 0; i < pixels; i++) {
            double red = rgb[3 * i] & 255;
            double green = rgb[3 * i + 1] & 255;
            double blue = rgb[3 * i + 2] & 255;
            sorted[i] = Math.sqrt(0.241 * red * red + 0.691 * green * green + 0.068 * blue * blue) / 255;
        }
        Arrays.sort(sorted);
        var brightness = new Brightness(new Pixels(pixels, 1, rgb));
        for (double share : new double[] {0, 0.05, 0.5, 0.99, 1}) {
            double position = (pixels - 1) * share;
            int below = (int) position;
            double expected = below + 1 == pixels
                    ? sorted[below]
                    : sorted[below] + (position - below) * (sorted[below + 1] - sorted[below]);
            assertThat(brightness.percentile(share)).isCloseTo(expected, within(1e-12));
        }
        double mean = Arrays.stream(sorted).average().orElseThrow();
        assertThat(brightness.mean()).isCloseTo(mean, within(1e-12));
    }
}
