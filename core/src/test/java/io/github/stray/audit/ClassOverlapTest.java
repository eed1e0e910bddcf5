// SPDX-License-Identifier: Apache-2.0
package io.github.stray.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.stray.audit.ClassOverlap.Named;
import io.github.stray.audit.ClassOverlap.Near;
import io.github.stray.audit.ClassOverlap.Relation;
import io.github.stray.feature.FeatureMatrix;
import io.github.stray.feature.FeatureSet;
import io.github.stray.language.ClassEmbeddings;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClassOverlapTest {
    @Test
    void byName_names_areComparedAsWords() {
        assertThat(ClassOverlap.byName(
                        List.of("cat", "truck", "maple_tree", "Great White-Shark", "1"),
                        List.of("pickup_truck", "Cats", "oak tree", "shark", "1", "dog")))
                .containsExactly(
                        new Named("cat", "Cats", Relation.SAME),
                        new Named("truck", "pickup_truck", Relation.PART),
                        new Named("Great White-Shark", "shark", Relation.PART),
                        new Named("maple_tree", "oak tree", Relation.SHARED));
    }

    @ParameterizedTest
    @CsvSource({
        "buses, bus",
        "houses, house",
        "walruses, walrus",
        "cats, cat",
        "glass, glass",
        "bus, bus",
        "boxes, box",
        "iris, iris",
        "dishes, dish",
        "gas, gas"
    })
    void words_plurals_loseTheirEnding(String name, String word) {
        assertThat(ClassOverlap.words(name)).containsExactly(word);
    }

    @Test
    void byMeans_sameClassElsewhere_isNearest() {
        FeatureSet id = Blobs.of(1, 80, 4, 0.1);
        FeatureSet ood = Blobs.of(2, 60, 6, 0.1);
        List<Near> near = ClassOverlap.byMeans(id, ood);
        assertThat(near).hasSize(6);
        assertThat(near.subList(0, 4))
                .allMatch(pair -> pair.id().equals(pair.ood()) && pair.cosine() > 0.9 && pair.near());
        assertThat(near).extracting(pair -> -pair.cosine()).isSorted();
        assertThat(near.subList(4, 6))
                .allMatch(
                        pair -> (pair.ood().equals("class e") || pair.ood().equals("class f")) && pair.cosine() < 0.5);
    }

    private static ClassEmbeddings embedded(List<String> names, float... rows) {
        FeatureMatrix matrix = FeatureMatrix.copyOf(rows, names.size(), 3);
        return new ClassEmbeddings(matrix, names, FeatureSet.of(matrix, "names").space());
    }

    @Test
    void byText_embeddings_areComparedAroundTheirMean() {
        ClassEmbeddings id = embedded(List.of("a", "b", "c", "d"), 10, 1, 0, 10, -1, 0, 10, 0, 1, 10, 0, -1);
        ClassEmbeddings ood = embedded(List.of("e"), 20, 2, 0);
        assertThat(ClassOverlap.byText(id, ood)).singleElement().satisfies(pair -> {
            assertThat(pair.id()).isEqualTo("a");
            assertThat(pair.ood()).isEqualTo("e");
            assertThat(pair.cosine()).isCloseTo(1, within(1e-6));
        });
    }

    @Test
    void byMeans_oneIdClass_hasNoScaleToBeNear() {
        assertThat(ClassOverlap.byMeans(Blobs.of(1, 10, 1, 0.1), Blobs.of(2, 10, 2, 0.1)))
                .hasSize(2)
                .noneMatch(Near::near);
    }
}
