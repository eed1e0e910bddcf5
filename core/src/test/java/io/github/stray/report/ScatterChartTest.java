// SPDX-License-Identifier: Apache-2.0
package io.github.stray.report;

import static io.github.stray.report.Reports.elements;
import static io.github.stray.report.Reports.parsed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import io.github.stray.metric.Correlation;
import io.github.stray.report.ScatterChart.Dot;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

class ScatterChartTest {
    private static Document drawn(boolean logarithmic, Optional<Correlation> line, List<Dot> dots) throws IOException {
        var out = new Html();
        new ScatterChart("chart", "title", "x", "y", logarithmic, Numbers::amount, line).write(out, dots);
        return parsed(out.toString());
    }

    private static double number(Element element, String attribute) {
        return Double.parseDouble(element.getAttribute(attribute));
    }

    private static List<Element> labels(Document chart) {
        return elements(chart, "text").stream()
                .filter(text -> text.getAttribute("class").startsWith("label")
                        && !text.getAttribute("class").contains("crowded"))
                .toList();
    }

    /** Left and right end of a name of letters as wide as they are at most drawn. */
    private static double[] ends(Element label) {
        double width = 6.3 * label.getTextContent().length();
        double x = number(label, "x");
        String anchor = label.getAttribute("class");
        double left = anchor.contains("end") ? x - width : anchor.contains("middle") ? x - width / 2 : x;
        return new double[] {left, left + width};
    }

    @Test
    void write_manyDots_noTwoNamesOverlapAndAllStayInside() throws IOException {
        var random = new Random(3);
        for (int trial = 0; trial < 50; trial++) {
            var dots = new ArrayList<Dot>();
            for (int i = 0; i < 20; i++) {
                dots.add(new Dot(
                        i,
                        "extractor-" + "x".repeat(i) + i,
                        random.nextGaussian(),
                        0.9 + 0.02 * random.nextGaussian()));
            }
            Document chart = drawn(false, Optional.empty(), dots);
            assertThat(elements(chart, "circle")).hasSize(20);
            List<Element> labels = labels(chart);
            assertThat(labels).hasSizeGreaterThan(4);
            for (Element one : labels) {
                double[] ends = ends(one);
                assertThat(ends[0]).isGreaterThanOrEqualTo(59);
                assertThat(ends[1]).isLessThanOrEqualTo(474);
                for (Element other : labels) {
                    boolean apart = one.equals(other)
                            || Math.abs(number(one, "y") - number(other, "y")) >= 11.9
                            || ends[1] <= ends(other)[0] + 0.1
                            || ends(other)[1] <= ends[0] + 0.1;
                    assertThat(apart)
                            .as("%s and %s", one.getTextContent(), other.getTextContent())
                            .isTrue();
                }
            }
        }
    }

    @Test
    void write_dotBetweenFourOthers_isNamedBesideThem() throws IOException {
        double[][] near = {{0, 0}, {0.05, 0}, {-0.05, 0}, {0, 0.001}, {0, -0.001}, {1, 0.01}, {-1, -0.01}};
        var dots = new ArrayList<Dot>();
        for (int i = 0; i < near.length; i++) {
            dots.add(new Dot(i, "net-" + i, near[i][0], 0.9 + near[i][1]));
        }
        assertThat(labels(drawn(false, Optional.empty(), dots)))
                .extracting(Element::getTextContent)
                .contains("net-0");
    }

    @Test
    void write_line_passesThroughItsDotsAndEndsInsideTheDrawing() throws IOException {
        double[] x = {0.5, 0.6, 0.7};
        double[] y = {0.7, 0.8, 0.9};
        var dots = new ArrayList<Dot>();
        for (int i = 0; i < 3; i++) {
            dots.add(new Dot(i, "n" + i, x[i], y[i]));
        }
        Document chart = drawn(false, Optional.of(Correlation.of(x, y)), dots);
        Element line = elements(chart, "path").stream()
                .filter(path -> path.getAttribute("class").equals("fit"))
                .findFirst()
                .orElseThrow();
        Matcher ends = Pattern.compile("M(\\S+) (\\S+)L(\\S+) (\\S+)").matcher(line.getAttribute("d"));
        assertThat(ends.matches()).isTrue();
        double x1 = Double.parseDouble(ends.group(1));
        double y1 = Double.parseDouble(ends.group(2));
        double x2 = Double.parseDouble(ends.group(3));
        double y2 = Double.parseDouble(ends.group(4));
        assertThat(x1).isGreaterThanOrEqualTo(60);
        assertThat(x2).isLessThanOrEqualTo(446);
        for (Element circle : elements(chart, "circle")) {
            double along = (number(circle, "cx") - x1) / (x2 - x1);
            assertThat(y1 + along * (y2 - y1)).isEqualTo(number(circle, "cy"), offset(0.1));
        }
    }

    @Test
    void write_logarithmicAxis_placesPowersEvenly() throws IOException {
        Document chart = drawn(
                true,
                Optional.empty(),
                List.of(new Dot(0, "a", 1e6, 0.8), new Dot(1, "b", 1e8, 0.9), new Dot(2, "c", 1e10, 0.95)));
        List<Double> places = elements(chart, "circle").stream()
                .map(circle -> number(circle, "cx"))
                .toList();
        assertThat(places.get(2) - places.get(1)).isEqualTo(places.get(1) - places.get(0), offset(0.02));
        assertThat(chart.getDocumentElement().getTextContent()).contains("10\u00a0M", "1\u00a0G");
    }

    @Test
    void write_oneDotAtTheEnd_isFinite() throws IOException {
        Document chart = drawn(false, Optional.empty(), List.of(new Dot(0, "a", 1, 1)));
        assertThat(number(elements(chart, "circle").getFirst(), "cy")).isBetween(12.0, 276.0);
    }
}
