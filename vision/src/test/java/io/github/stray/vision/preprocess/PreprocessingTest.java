// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.preprocess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import io.github.stray.extract.ImageContent.Pixels;
import io.github.stray.provenance.Sha256;
import io.github.stray.vision.Goldens;
import java.nio.FloatBuffer;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class PreprocessingTest {
    private static final List<Double> HALF = List.of(0.5, 0.5, 0.5);

    static List<JsonObject> cases() {
        return Goldens.cases("preprocess/tensor.json");
    }

    private static Preprocessing rule(int width, int height, String resize, String crop) {
        return new Preprocessing(
                width,
                height,
                ResizeRule.of(resize),
                CropRule.of(crop),
                Interpolation.BILINEAR,
                Preprocessing.UNIT_SCALE,
                HALF,
                HALF,
                ChannelOrder.RGB);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void tensor_rulesOfTorchvision_givesTheirValues(JsonObject golden) {
        var preprocessing = new Preprocessing(
                golden.getInt("width"),
                golden.getInt("height"),
                ResizeRule.of(golden.getString("resize")),
                CropRule.of(golden.getString("crop")),
                Interpolation.of(golden.getString("interpolation")),
                Preprocessing.UNIT_SCALE,
                doubles(golden.getArray("mean")),
                doubles(golden.getArray("std")),
                ChannelOrder.valueOf(golden.getString("channels")));
        Pixels image = Goldens.noise(
                golden.getInt("image_width"), golden.getInt("image_height"), golden.getInt("seed"), false);

        Pixels resized = preprocessing.resized(image);
        assertThat(Goldens.crc32(resized.rgb())).isEqualTo(golden.getLong("resized_crc32"));

        FloatBuffer tensor = FloatBuffer.allocate(preprocessing.length() + 7);
        preprocessing.tensor(resized, tensor, 7);
        for (int i = 0; i < golden.getArray("at").size(); i++) {
            assertThat((double) tensor.get(7 + golden.getArray("at").getInt(i)))
                    .isCloseTo(golden.getArray("values").getDouble(i), within(1e-6));
        }
        double sum = IntStream.range(7, tensor.limit()).mapToDouble(tensor::get).sum();
        assertThat(sum).isCloseTo(golden.getDouble("sum"), within(1e-7 * preprocessing.length()));
    }

    static List<JsonObject> pairs() {
        return Goldens.cases("preprocess/pairs.json");
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void resized_anyTwoSizes_givesPillowsBytes(JsonObject golden) {
        var preprocessing = new Preprocessing(
                golden.getInt("width"),
                golden.getInt("height"),
                ResizeRule.of(golden.getString("resize")),
                CropRule.of(golden.getString("crop")),
                Interpolation.of(golden.getString("interpolation")),
                Preprocessing.UNIT_SCALE,
                HALF,
                HALF,
                ChannelOrder.RGB);
        Pixels image = Goldens.noise(
                golden.getInt("image_width"),
                golden.getInt("image_height"),
                golden.getInt("seed"),
                golden.getBoolean("binary"));
        assertThat(Sha256.of(preprocessing.resized(image).rgb())).isEqualTo(golden.getString("sha256"));
    }

    private static List<Double> doubles(JsonArray array) {
        return array.stream().map(value -> ((Number) value).doubleValue()).toList();
    }

    @Test
    void describe_anyComponentChanged_differs() {
        List<Preprocessing> all = List.of(
                rule(32, 32, "shortest:32", "center:32"),
                rule(32, 32, "shortest:33", "center:32"),
                rule(32, 32, "none", "center:32"),
                rule(32, 32, "none", "none"),
                rule(16, 32, "none", "none"),
                rule(32, 32, "exact:32x32", "none"),
                with(Interpolation.BICUBIC, 1 / 255.0, HALF, HALF, ChannelOrder.RGB),
                with(Interpolation.BILINEAR, 1 / 256.0, HALF, HALF, ChannelOrder.RGB),
                with(Interpolation.BILINEAR, 1 / 255.0, List.of(0.5, 0.5, 0.4), HALF, ChannelOrder.RGB),
                with(Interpolation.BILINEAR, 1 / 255.0, HALF, List.of(0.5, 0.5, 0.4), ChannelOrder.RGB),
                with(Interpolation.BILINEAR, 1 / 255.0, HALF, HALF, ChannelOrder.BGR),
                rule(32, 32, "shortest:32/2", "center:32"),
                rule(32, 32, "shortest:32", "center-floor:32"),
                rule(32, 32, "shortest:32", "center-fast:32"),
                unrounded("shortest:32", "center:32"));
        assertThat(all.stream().map(Preprocessing::describe)).doesNotHaveDuplicates();
        assertThat(all.getFirst().describe())
                .isEqualTo("shortest:32 bilinear center:32 32x32 RGB scale 0.00392156862745098"
                        + " mean [0.5, 0.5, 0.5] std [0.5, 0.5, 0.5]");
    }

    private static Preprocessing unrounded(String resize, String crop) {
        Preprocessing levels = rule(32, 32, resize, crop);
        return new Preprocessing(
                32,
                32,
                levels.resize(),
                levels.crop(),
                levels.interpolation(),
                levels.scale(),
                levels.mean(),
                levels.std(),
                levels.channels(),
                Arithmetic.UNROUNDED);
    }

    private static Preprocessing with(
            Interpolation interpolation, double scale, List<Double> mean, List<Double> std, ChannelOrder channels) {
        return new Preprocessing(
                32,
                32,
                new ResizeRule.Shortest(32),
                new CropRule.Center(32, 32),
                interpolation,
                scale,
                mean,
                std,
                channels);
    }

    @Test
    void resized_otherSizeAndNoResize_isRefused() {
        assertThatThrownBy(() -> rule(32, 32, "none", "none").resized(Goldens.noise(40, 30, 0, false)))
                .hasMessage("the image is 40 x 30, the network takes 32 x 32 and its card names no resize");
    }

    @Test
    void resized_extremeProportions_costsOnlyTheCrop() {
        Pixels resized = rule(224, 224, "shortest:256", "center:224").resized(Goldens.noise(200_000, 1, 5, false));
        assertThat(resized.rgb()).hasSize(224 * 224 * 3);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    shortest:32 | none | resize shortest:32 without a crop gives images of different sizes; add crop center:32
                    exact:31x32 | none | resize exact:31x32 gives images of 31 x 32, the input size is 32 x 32
                    none | center:30 | crop center:30 gives images of 30 x 30, the input size is 32 x 32
                    shortest | none | unknown resize rule 'shortest', expected none, shortest:N, cover:WxH, within:WxH or exact:WxH
                    shortest:0 | none | a resize rule needs sizes of at least 1 pixel, was 0
                    shortest:3x4 | none | unknown resize rule 'shortest:3x4', expected none, shortest:N, cover:WxH, within:WxH or exact:WxH
                    none | centre:32 | unknown crop rule 'centre:32', expected none, center:N, center:WxH, center-floor:N or center-fast:N, with @R,G,B for borders
                    none | center:0 | a crop must have at least 1 x 1 pixels, was 0 x 0
                    """)
    void new_rulesThatDoNotFit_areRefused(String resize, String crop, String message) {
        assertThatThrownBy(() -> rule(32, 32, resize, crop))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @Test
    void new_badNumbers_areRefused() {
        assertThatThrownBy(() -> with(Interpolation.BOX, Double.NaN, HALF, HALF, ChannelOrder.RGB))
                .hasMessage("scale must be positive and finite, was NaN");
        assertThatThrownBy(() -> with(Interpolation.BOX, 1, HALF, List.of(1.0, 0.0, 1.0), ChannelOrder.RGB))
                .hasMessage("std must be positive and finite, was [1.0, 0.0, 1.0]");
        assertThatThrownBy(() -> with(Interpolation.BOX, 1, List.of(1.0), HALF, ChannelOrder.RGB))
                .hasMessage("mean and std need three values each, got 1 and 3");
    }

    @ParameterizedTest
    @CsvSource({
        "center:32, 35, 2, 0",
        "center:32, 37, 2, 0",
        "center:32, 31, 0, 0",
        "center:32, 29, 0, 1",
        "center-floor:32, 35, 1, 0",
        "center-floor:32, 31, 0, 1",
        "center-floor:32, 29, 0, 2",
        "center-fast:32, 35, 1, 0",
        "center-fast:32, 31, 0, 0",
        "center-fast:32, 29, 0, 1"
    })
    void resized_oddPixel_goesWhereTheLibraryPutsIt(String crop, int width, int first, int padding) {
        assertThat(CropRule.of(crop)).hasToString(crop);
        Pixels image = Goldens.noise(width, 32, 5, false);
        byte[] cut = rule(32, 32, "none", crop).resized(image).rgb();
        for (int i = 0; i < 3 * 32; i++) {
            int source = i / 3 - padding + first;
            boolean outside = source < first || source >= width;
            assertThat(cut[i]).isEqualTo(outside ? 0 : image.rgb()[3 * source + i % 3]);
        }
    }

    @Test
    void side_divisor_makesBothSidesLonger() {
        assertThat(ResizeRule.of("shortest:640/32")).hasToString("shortest:640/32");
        var rule = new ResizeRule.Shortest(20, 8);
        assertThat(rule.side(60, 83)).isEqualTo(24);
        assertThat(rule.side(83, 60)).isEqualTo(32);
    }

    @Test
    void side_cover_roundsToEvenAndCovers() {
        assertThat(ResizeRule.of("cover:106x71")).hasToString("cover:106x71");
        var rule = new ResizeRule.Cover(20, 10);
        assertThat(rule.side(100, 100, 80)).isEqualTo(20);
        assertThat(rule.side(80, 100, 80)).isEqualTo(16);
        assertThat(rule.side(41, 41, 4)).isEqualTo(102);
    }

    @Test
    void prepared_unrounded_staysWithinARoundingOfLevels() {
        Pixels image = Goldens.noise(90, 70, 3, false);
        Pixels levels = rule(32, 32, "shortest:35", "center:32").resized(image);
        Preprocessing preprocessing = unrounded("shortest:35", "center:32");
        ResizedImage.Unrounded unrounded = (ResizedImage.Unrounded) preprocessing.prepared(image);
        FloatBuffer tensor = FloatBuffer.allocate(preprocessing.length());
        preprocessing.tensor(unrounded, tensor, 0);
        for (int i = 0; i < levels.rgb().length; i++) {
            double value = unrounded.rgb()[i];
            assertThat(value).isCloseTo(levels.rgb()[i] & 0xff, within(1.01));
            assertThat((double) tensor.get(i % 3 * 32 * 32 + i / 3)).isCloseTo((value / 255 - 0.5) / 0.5, within(1e-6));
        }
        assertThat(preprocessing.describe()).endsWith(" unrounded");
    }
}
