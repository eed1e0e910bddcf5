// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.suite;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.stray.detect.Detectors;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SuiteChoiceTest {
    private static final Suite WHOLE = SuiteReader.read("""
            name: zoo
            sets:
              train: {features: train.safetensors}
              test: {features: test.safetensors}
              a: {features: a.safetensors}
              b: {features: b.safetensors}
              c: {features: c.safetensors}
            pairs:
              - {name: one, train: train, test: test, near: [a, b], far: [c]}
              - {name: two, train: train, test: test, protocol: one-class}
            detectors: [knn]
            published:
              - {pair: one, ood: near, detector: knn, extractor: net, auroc: 0.9, source: paper}
              - {pair: one, ood: far, detector: knn, extractor: net, auroc: 0.9, source: paper}
              - {pair: one, ood: all, detector: knn, extractor: net, auroc: 0.9, source: paper}
              - {pair: one, ood: a, detector: knn, extractor: net, auroc: 0.9, source: paper}
              - {pair: two, ood: all, detector: knn, extractor: net, auroc: 0.9, source: paper}
            """, "zoo.yaml", new SuitePaths(Path.of("/suites"), Map.of()));

    private static List<String> published(String... only) {
        return new SuiteChoice(List.of(only), List.of(), List.of())
                .of(WHOLE).published().stream()
                        .map(figure -> figure.pair() + " " + figure.ood())
                        .toList();
    }

    @Test
    void of_aPartOfTheSets_dropsPublishedMeansOverMore() {
        assertThat(published()).hasSize(5);
        assertThat(published("one")).containsExactly("one near", "one far", "one all", "one a");
        assertThat(published("one/a", "one/b")).containsExactly("one near", "one a");
        assertThat(published("one/b", "c")).containsExactly("one far");
        assertThat(published("two")).containsExactly("two all");
    }

    @Test
    void of_allAmongDetectors_standsForEveryId() {
        List<String> detectors = new SuiteChoice(List.of(), List.of(), List.of("knn:k=5", "all"))
                .of(WHOLE)
                .detectors();
        assertThat(detectors)
                .startsWith("knn:k=5", "knn")
                .hasSize(Detectors.ids().size() + 1);
    }
}
