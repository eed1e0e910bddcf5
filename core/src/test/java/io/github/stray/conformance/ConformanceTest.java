// SPDX-License-Identifier: Apache-2.0
package io.github.stray.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.stray.detect.Detectors;
import io.github.stray.metric.BootstrapIntervals;
import io.github.stray.metric.Convention;
import io.github.stray.metric.OodReport;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Holds {@code docs/conformance.md} to the golden files, and writes it for {@code tools/conformance.sh}. */
class ConformanceTest {
    private static Conformance conformance = new Conformance(List.of(), List.of(), List.of());

    @BeforeAll
    static void measure() {
        conformance = Conformance.measure();
    }

    @Test
    void rows_all_compareValuesAndKeepTheirTolerance() {
        assertThat(conformance
                        .sections()
                        .flatMap(section -> section.rows().stream().map(row -> Map.entry(section.title(), row))))
                .isNotEmpty()
                .allSatisfy(entry -> {
                    assertThat(entry.getValue().values()).as(entry.toString()).isPositive();
                    assertThat(entry.getValue().isWithinTolerance())
                            .as(entry.toString())
                            .isTrue();
                });
    }

    @Test
    void scores_everyDetector_hasRows() {
        assertThat(conformance.scores().stream().map(section -> section.title().replace("`", "")))
                .containsAll(Detectors.ids())
                .allSatisfy(id -> assertThat(Detectors.ids()).contains(id));
    }

    @Test
    void metrics_everyFigureOfAReport_hasARowInEveryConvention() {
        var expected = new ArrayList<String>();
        for (String figure : figures(OodReport.class)) {
            switch (figure) {
                case "auroc" -> expected.add("AUROC");
                case "aurocInterval" -> expected.add("AUROC interval");
                case "bootstrap" -> {}
                default -> expected.addAll(inEveryConvention(figure));
            }
        }
        assertThat(names("metrics")).containsExactlyInAnyOrderElementsOf(expected);
    }

    @Test
    void bootstrap_everyInterval_hasARowInEveryConvention() {
        var expected = new ArrayList<String>();
        for (String figure : figures(BootstrapIntervals.class)) {
            expected.addAll(inEveryConvention(figure));
        }
        assertThat(names("bootstrap intervals")).containsExactlyInAnyOrderElementsOf(expected);
    }

    @Test
    void calibrationAccuracyAndCorrelation_haveRows() {
        assertThat(names("calibration")).containsExactly("threshold", "p-value");
        assertThat(names(AccuracySections.ACCURACY)).contains("accuracy");
        assertThat(names("correlation")).contains(AccuracySections.R_SQUARED);
    }

    @Test
    void page_committed_equalsTheGeneratedButForMeasuredDigits() throws IOException {
        String generated = conformance.markdown();
        if (Boolean.getBoolean("stray.conformance.write")) {
            Files.writeString(Conformance.PAGE, generated);
        }
        assertThat(Conformance.withoutMeasured(Files.readString(Conformance.PAGE)))
                .as("docs/conformance.md is out of date: run tools/conformance.sh")
                .isEqualTo(Conformance.withoutMeasured(generated));
    }

    @Test
    void withoutMeasured_rowsOfAPage_keepsAllButTheDifference() {
        String row = new Row("a|b", 3, 40, 2.4e-15, 1e-9).markdown();
        assertThat(row).isEqualTo("| a\\|b | 3 | 40 | ~2e-15 | at most 1e-9 |\n");
        assertThat(Conformance.withoutMeasured(row)).isEqualTo("| a\\|b | 3 | 40 | ~ | at most 1e-9 |\n");
        assertThat(new Row("a", 1, 1, 0, 0).markdown()).isEqualTo("| a | 1 | 1 | ~0 | none |\n");
        assertThat(new Row("a", 1, 1, Double.POSITIVE_INFINITY, 0).isWithinTolerance())
                .isFalse();
    }

    @Test
    void comparison_anyPair_isRelativeAndNeverLosesAnInfinity() {
        double infinity = Double.POSITIVE_INFINITY;
        assertThat(difference(0, 2.0, 2.5)).isEqualTo(0.2);
        assertThat(difference(0.5, 2.0, 2.5)).isEqualTo(1 / 6.0);
        assertThat(difference(0, 0, 1e-300)).isEqualTo(1);
        assertThat(difference(0, 1e-300, 0)).isEqualTo(infinity);
        assertThat(difference(0, -0.0, 0.0)).isZero();
        assertThat(difference(1, infinity, infinity)).isZero();
        assertThat(difference(1, infinity, -infinity)).isEqualTo(infinity);
        assertThat(difference(1, 1, infinity)).isEqualTo(infinity);
        assertThat(difference(1, infinity, 1)).isEqualTo(infinity);
        assertThat(difference(1, Double.NaN, 1)).isEqualTo(infinity);
    }

    private static double difference(double floor, double ours, double oracle) {
        var comparison = new Comparison(floor);
        comparison.add(ours, oracle);
        return comparison.largest();
    }

    /** Components that hold a figure, not what it was computed from. */
    private static List<String> figures(Class<? extends Record> report) {
        return Arrays.stream(report.getRecordComponents())
                .map(RecordComponent::getName)
                .filter(name -> !List.of("idSize", "oodSize", "convention", "tpr", "resamples", "seed")
                        .contains(name))
                .toList();
    }

    private static List<String> inEveryConvention(String figure) {
        String metric = switch (figure) {
            case "auroc" -> "AUROC";
            case "fprAtTpr" -> "FPR";
            case "auprIn" -> "AUPR-In";
            case "auprOut" -> "AUPR-Out";
            default -> throw new AssertionError("no row of the page is known to hold " + figure);
        };
        return Stream.of(Convention.values())
                .map(convention -> MetricSections.name(metric, convention))
                .toList();
    }

    private static List<String> names(String title) {
        return conformance
                .sections()
                .filter(section -> section.title().equals(title))
                .flatMap(section -> section.rows().stream().map(Row::name))
                .toList();
    }
}
