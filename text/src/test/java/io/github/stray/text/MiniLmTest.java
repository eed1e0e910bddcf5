// SPDX-License-Identifier: Apache-2.0
package io.github.stray.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.grack.nanojson.JsonObject;
import io.github.stray.feature.FeatureSet;
import io.github.stray.feature.FeatureSpace;
import io.github.stray.language.ClassEmbeddings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The text encoder that ships with stray-mini, against plain Python. */
class MiniLmTest {
    private static TextEncoder encoder;

    @BeforeAll
    static void open() throws IOException {
        encoder = TextEncoder.open("stray-mini");
    }

    @AfterAll
    static void close() {
        encoder.close();
    }

    static List<JsonObject> cases() {
        return Goldens.objects(Goldens.read("minilm.json").getArray("cases"));
    }

    private static List<String> texts() {
        return cases().stream().map(golden -> golden.getString("text")).toList();
    }

    static double cosine(float[] a, double[] b) {
        double ab = 0;
        double aa = 0;
        double bb = 0;
        for (int t = 0; t < b.length; t++) {
            ab += a[t] * b[t];
            aa += (double) a[t] * a[t];
            bb += b[t] * b[t];
        }
        return ab / Math.sqrt(aa * bb);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void tokens_areThoseOfPlainWordPiece(JsonObject golden) {
        assertThat(Arrays.stream(encoder.tokens(golden.getString("text"))).asDoubleStream())
                .as(golden.getString("text"))
                .containsExactly(boxed(Goldens.numbers(golden.getArray("ids"))));
    }

    private static Double[] boxed(double[] values) {
        return Arrays.stream(values).boxed().toArray(Double[]::new);
    }

    @Test
    void tokens_ofThePublishedExample_areThePublishedOnes() {
        assertThat(encoder.tokens("This is an example sentence"))
                .containsExactly(101, 2023, 2003, 2019, 2742, 6251, 102);
    }

    /**
     * Activations are quantised as the network runs, so rounding decides on which side of a step they fall: in the
     * evaluator, noise of 1e-6 turns an embedding to a cosine of 0.992 of itself, or leaves it alone to the last digit.
     */
    @ParameterizedTest
    @MethodSource("cases")
    void encode_isTheEvaluatedGraph(JsonObject golden) throws IOException {
        float[] row =
                encoder.encode(List.of(golden.getString("text"))).features().row(0);
        double[] expected = Goldens.numbers(golden.getArray("embedding"));
        assertThat(cosine(row, expected)).as(golden.getString("text")).isGreaterThan(0.99);
        assertThat(cosine(row, Goldens.numbers(other(golden).getArray("embedding"))))
                .isLessThan(0.9);
        double square = 0;
        for (float value : row) {
            square += (double) value * value;
        }
        assertThat(square).isCloseTo(1, within(1e-6));
    }

    @Test
    void encode_mostTexts_areTheEvaluatedGraphToTheLastStep() throws IOException {
        double[] cosines = new double[cases().size()];
        for (int i = 0; i < cosines.length; i++) {
            JsonObject golden = cases().get(i);
            float[] row =
                    encoder.encode(List.of(golden.getString("text"))).features().row(0);
            cosines[i] = cosine(row, Goldens.numbers(golden.getArray("embedding")));
        }
        Arrays.sort(cosines);
        assertThat(cosines[cosines.length / 2]).isGreaterThan(0.99999);
    }

    private static JsonObject other(JsonObject golden) {
        List<JsonObject> all = cases();
        return all.get((texts().indexOf(golden.getString("text")) + 1) % all.size());
    }

    @Test
    void encode_sameTextInAnyCompany_hasTheSameBits() throws IOException {
        List<String> texts = texts();
        FeatureSet together = encoder.encode(texts);
        var shuffled = new ArrayList<>(texts);
        Collections.reverse(shuffled);
        FeatureSet reversed = encoder.encode(shuffled);
        for (int i = 0; i < texts.size(); i++) {
            float[] alone = encoder.encode(List.of(texts.get(i))).features().row(0);
            assertThat(together.features().row(i)).as(texts.get(i)).isEqualTo(alone);
            assertThat(reversed.features().row(texts.size() - 1 - i))
                    .as(texts.get(i))
                    .isEqualTo(alone);
        }
    }

    @Test
    void encode_tellsEachTextThatIsDone() throws IOException {
        var done = new AtomicInteger();
        encoder.captions(texts(), done::addAndGet);
        assertThat(done).hasValue(texts().size());
    }

    @Test
    void space_isBesideTheImages() {
        FeatureSpace space = encoder.space();
        assertThat(space.extractor()).contains("stray-mini");
        assertThat(space.dimension()).isEqualTo(384);
        assertThat(space.normalisation()).contains("l2");
        assertThat(space.weightsSha256()).isPresent();
    }

    @Test
    void classes_areNormalisedMeansOfTheirPrompts() throws IOException {
        ClassEmbeddings classes = encoder.classes(List.of("tench", "golf ball"), Templates.PAPER);
        assertThat(classes.names()).containsExactly("tench", "golf ball");
        for (int c = 0; c < 2; c++) {
            FeatureSet prompts =
                    encoder.encode(Templates.PAPER.prompts(classes.names().get(c)));
            double[] sum = new double[384];
            for (int p = 0; p < 5; p++) {
                float[] row = prompts.features().row(p);
                for (int t = 0; t < sum.length; t++) {
                    sum[t] += row[t];
                }
            }
            double norm =
                    Math.sqrt(Arrays.stream(sum).map(value -> value * value).sum());
            float[] row = classes.rows().row(c);
            for (int t = 0; t < sum.length; t++) {
                assertThat((double) row[t]).isCloseTo(sum[t] / norm, within(1e-7));
            }
        }
    }

    @Test
    void tooLong_isRefusedNotCut() {
        String endless = "dog ".repeat(400);
        assertThatThrownBy(() -> encoder.encode(List.of("cat", endless)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("text 2 'dog dog")
                .hasMessageContaining("has 402 tokens, the text encoder takes 256 at most");
    }

    @Test
    void nothing_isRefused() {
        assertThatThrownBy(() -> encoder.encode(List.of())).hasMessage("there are no texts to encode");
    }
}
