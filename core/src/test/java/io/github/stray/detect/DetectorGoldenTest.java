// SPDX-License-Identifier: Apache-2.0
package io.github.stray.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Scores of every detector as the oracles compute them; {@code tools/golden/detect*.py} write the files. */
class DetectorGoldenTest {
    private static final Path FOLDER = Path.of("../golden/detect");

    @TestFactory
    List<DynamicContainer> everyDetector_everyCase_scoresOfTheOracle() {
        return files().stream()
                .map(file -> DynamicContainer.dynamicContainer(
                        file.getFileName().toString(),
                        GoldenCases.read(file).cases().stream()
                                .map(expected -> DynamicTest.dynamicTest(
                                        expected.detector() + " on " + expected.input(), () -> check(expected)))))
                .toList();
    }

    @Test
    void everyDetectorId_hasCases() {
        assertThat(files().stream()
                        .flatMap(file -> GoldenCases.read(file).cases().stream())
                        .map(expected -> expected.detector().replaceFirst(":.*", ""))
                        .distinct())
                .containsAll(Detectors.ids());
    }

    private static List<Path> files() {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void check(GoldenCases.Case expected) {
        FittedDetector fitted = expected.fitted();
        double[] scores = fitted.score(expected.samples()).toArray();
        assertThat(scores).hasSameSizeAs(expected.scores());
        double tolerance = tolerance(expected.detector());
        for (int i = 0; i < scores.length; i++) {
            double value = expected.scores()[i];
            if (Double.isInfinite(value)) {
                assertThat(scores[i]).as("sample %d", i).isEqualTo(value);
            } else {
                assertThat(scores[i]).as("sample %d", i).isCloseTo(value, within(tolerance * Math.abs(value) + 1e-12));
            }
        }
        if (expected.json().has("dropped")) {
            int dropped = expected.json().getInt("dropped");
            List<String> singular = fitted.notes().stream()
                    .filter(note -> note.startsWith("the covariance is singular"))
                    .toList();
            assertThat(singular).hasSize(dropped > 0 ? 1 : 0);
            assertThat(singular).allMatch(note -> note.contains(": %d of ".formatted(dropped)));
        }
    }

    /** Nine digits must agree, but where a definition itself loses some. */
    static double tolerance(String detector) {
        if (detector.startsWith("linear-probe") || detector.startsWith("plp")) {
            // L-BFGS stops at a gradient of 1e-6 of its start. Where classes are separable the loss curves by no more
            // than the weight decay, 1e-3, and weights may be off by a thousand times the gradient.
            // An entropy near 0 moves by log p times as much.
            return detector.contains("entropy") ? 2e-3 : 5e-4;
        }
        // 1e-6 I on a singular covariance of order 10 loses seven digits in either library.
        return detector.contains("pytorch-ood") ? 1e-7 : 1e-9;
    }
}
