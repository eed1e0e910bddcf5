// SPDX-License-Identifier: Apache-2.0
package io.github.stray.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.stray.feature.Layer;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DetectorsTest {
    @Test
    void parse_idAlone_takesDefaults() {
        assertThat(Detectors.parse("knn")).isEqualTo(new Knn(1));
        assertThat(Detectors.parse("mahalanobis")).isEqualTo(new Mahalanobis());
    }

    @Test
    void parse_options_areRead() {
        assertThat(Detectors.parse("knn:k=5,aggregate=kth"))
                .isEqualTo(new Knn(5, Knn.Aggregate.KTH, Knn.Distance.COSINE, true, Knn.Variant.CANONICAL));
        assertThat(Detectors.parse("mahalanobis:on=logits,variant=pytorch-ood,normalize=true"))
                .isEqualTo(new Mahalanobis(true, 0, Layer.LOGITS, Mahalanobis.Variant.PYTORCH_OOD));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "kn | no detector 'kn'; did you mean 'knn'?",
                "mahalanobiss | did you mean 'mahalanobis'?",
                "mahalanobis+ | did you mean 'mahalanobis'?",
                "KNN:k=1 | no detector 'KNN'; did you mean 'knn'? Valid are: knn, kmeans, gaussian",
                "knn:agregate=kth | detector knn has no option 'agregate'; did you mean 'aggregate'?",
                "knn:shrinkage=1 | detector knn has no option 'shrinkage'",
                "knn:aggregate=men | option aggregate of knn cannot be 'men'; did you mean 'mean'? Valid are: mean, kth",
                "knn:normalize=yes | option normalize of knn cannot be 'yes'",
                "knn:k=five | option k of knn must be a whole number, was 'five'",
                "knn:k=1.0 | must be a whole number, was '1.0'",
                "knn:k=99999999999 | must be a whole number",
                "mahalanobis:shrinkage=a | option shrinkage of mahalanobis must be a number, was 'a'",
                "knn: | expected name=value after the colon, got ''",
                "knn:k | expected name=value after the colon, got 'k'",
                "knn:k= | expected name=value",
                "knn:=1 | expected name=value",
                "knn:k=1, | expected name=value after the colon, got ''",
                "knn:k=1,k=2 | gives the option k twice"
            })
    void parse_badText_namesWhatWasWrong(String text, String message) {
        assertThatThrownBy(() -> Detectors.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    @Test
    void of_emptyId_isRefused() {
        assertThatThrownBy(() -> Detectors.of("", Map.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no detector ''");
    }

    @Test
    void describe_everyDetector_defaultsAreThoseOfTheCode() {
        assertThat(Detectors.ids())
                .containsExactly(
                        "knn",
                        "kmeans",
                        "gaussian",
                        "residual",
                        "mahalanobis",
                        "mahalanobis++",
                        "relative-mahalanobis",
                        "relative-mahalanobis++",
                        "msp",
                        "maxlogit",
                        "energy",
                        "entropy",
                        "gen",
                        "klm",
                        "vim",
                        "react",
                        "ash",
                        "she",
                        "nnguide",
                        "fdbd",
                        "gradnorm",
                        "mcm",
                        "maxcos",
                        "zero-shot-energy",
                        "glmcm",
                        "neglabel",
                        "linear-probe",
                        "plp");
        for (String id : Detectors.ids()) {
            DetectorDescription description = Detectors.describe(id);
            Detector detector = Detectors.of(id, Map.of());
            assertThat(description.id()).isEqualTo(id);
            assertThat(description.summary()).isNotBlank();
            assertThat(description.needs()).isEqualTo(detector.needs());
            assertThat(description.options())
                    .allSatisfy(option ->
                            assertThat(detector.options()).containsEntry(option.name(), option.defaultValue()))
                    .hasSameSizeAs(detector.options().entrySet());
        }
    }

    @Test
    void describe_valuesWithBars_areAllAccepted() {
        int accepted = 0;
        for (String id : Detectors.ids()) {
            for (DetectorOption option : Detectors.describe(id).options()) {
                for (String value :
                        option.values().contains("|") ? option.values().split("\\|", -1) : new String[0]) {
                    if (!value.equals("false")) {
                        assertThat(Detectors.of(id, Map.of(option.name(), value))
                                        .options())
                                .containsEntry(option.name(), value);
                        accepted++;
                    }
                }
            }
        }
        assertThat(accepted).isEqualTo(52);
    }

    @Test
    void distance_knownPairs_countEdits() {
        assertThat(Suggestion.distance("kitten", "sitting")).isEqualTo(3);
        assertThat(Suggestion.distance("", "abc")).isEqualTo(3);
        assertThat(Suggestion.distance("abc", "")).isEqualTo(3);
        assertThat(Suggestion.distance("knn", "knn")).isZero();
    }
}
