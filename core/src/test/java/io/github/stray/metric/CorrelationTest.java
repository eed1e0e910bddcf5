// SPDX-License-Identifier: Apache-2.0
package io.github.stray.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import com.grack.nanojson.JsonParserException;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class CorrelationTest {
    private static double[] numbers(JsonArray array) {
        double[] values = new double[array.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = array.getDouble(i);
        }
        return values;
    }

    /** By {@code tools/golden/accuracy.py}. */
    @Test
    void of_goldenSeries_equalSciPy() throws IOException, JsonParserException {
        JsonArray cases;
        try (Reader reader = Files.newBufferedReader(Path.of("..", "golden", "accuracy", "correlation.json"))) {
            cases = JsonParser.object().from(reader).getArray("cases");
        }
        assertThat(cases).hasSize(8);
        for (Object entry : cases) {
            JsonObject expected = (JsonObject) entry;
            Correlation actual = Correlation.of(numbers(expected.getArray("x")), numbers(expected.getArray("y")));
            String title = expected.getString("title");
            assertFigure(title + " r", actual.pearson(), expected.getDouble("r"));
            assertFigure(title + " R^2", actual.rSquared(), Math.pow(expected.getDouble("r"), 2));
            assertFigure(title + " slope", actual.slope(), expected.getDouble("slope"));
            assertFigure(title + " intercept", actual.intercept(), expected.getDouble("intercept"));
        }
    }

    private static void assertFigure(String name, double actual, double expected) {
        assertThat(actual).as(name).isCloseTo(expected, within(1e-12 * Math.abs(expected)));
    }

    @Test
    void of_twoPairs_isOneOrMinusOne() {
        Correlation rising = Correlation.of(new double[] {1, 2}, new double[] {5, 8});
        assertThat(rising.rSquared()).isCloseTo(1, within(1e-15));
        assertThat(rising.slope()).isCloseTo(3, within(1e-15));
        assertThat(rising.intercept()).isCloseTo(2, within(1e-14));
        assertThat(Correlation.of(new double[] {1, 2}, new double[] {8, 5}).pearson())
                .isCloseTo(-1, within(1e-15));
    }

    @Test
    void of_numbersWhoseSquaresOverflowOrVanish_isExact() {
        double[] pattern = {1, 2, 4, 7};
        double[] other = {3, 1, 4, 1};
        Correlation plain = Correlation.of(pattern, other);
        for (double x : new double[] {1e-300, 1e300}) {
            for (double y : new double[] {1e-200, 1e307}) {
                Correlation scaled = Correlation.of(scaled(pattern, x), scaled(other, y));
                assertThat(scaled.pearson()).isCloseTo(plain.pearson(), within(1e-14));
            }
        }
    }

    private static double[] scaled(double[] values, double factor) {
        double[] scaled = values.clone();
        for (int i = 0; i < scaled.length; i++) {
            scaled[i] *= factor;
        }
        return scaled;
    }

    @Test
    void of_unfitSeries_isRefused() {
        double[] three = {1, 2, 3};
        assertThatThrownBy(() -> Correlation.of(three, new double[] {1, 2}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a correlation needs pairs, got 3 values of x and 2 of y");
        assertThatThrownBy(() -> Correlation.of(new double[] {1}, new double[] {1}))
                .hasMessage("a correlation needs at least 2 pairs, got 1");
        assertThatThrownBy(() -> Correlation.of(three, new double[] {0.1, 0.1, 0.1}))
                .hasMessage("all 3 values of y are 0.1; a correlation is undefined for a constant series");
        assertThatThrownBy(() -> Correlation.of(new double[] {-0.0, 0.0, 0.0}, three))
                .hasMessage("all 3 values of x are -0.0; a correlation is undefined for a constant series");
        assertThatThrownBy(() -> Correlation.of(new double[] {1, Double.NaN, 3}, three))
                .hasMessage("value 1 of x is NaN; a correlation needs finite numbers");
        assertThatThrownBy(() -> Correlation.of(three, new double[] {1, 2, Double.POSITIVE_INFINITY}))
                .hasMessage("value 2 of y is Infinity; a correlation needs finite numbers");
        assertThatThrownBy(() -> new Correlation(3, Double.NaN, 0, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Correlation(1, 0, 0, 0)).isInstanceOf(IllegalArgumentException.class);
    }
}
