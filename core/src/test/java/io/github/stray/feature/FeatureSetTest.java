// SPDX-License-Identifier: Apache-2.0
package io.github.stray.feature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FeatureSetTest {
    @Test
    void select_indicesChangedLater_keepsIdsAndRowsTogether() {
        FeatureSet all = FeatureSet.of(FeatureMatrix.copyOf(new float[] {10, 11, 12}, 3, 1), "three")
                .withLabels(Labels.of(new int[] {0, 1, 2}));
        int[] indices = {1, 0};
        FeatureSet picked = all.select(indices);
        indices[0] = 2;
        assertThat(picked.ids()).containsExactly("1", "0");
        assertThat(picked.features().row(0)).containsExactly(11);
        assertThat(picked.labels().orElseThrow().get(0)).isEqualTo(1);
    }

    @Test
    void constructor_idsChangedLater_keepsThoseItWasGiven() {
        var ids = new ArrayList<>(List.of("a", "b"));
        var set = new FeatureSet(
                FeatureMatrix.copyOf(new float[2], 2, 1), ids, Optional.empty(), FeatureSpace.unknown(1), "two");
        ids.set(0, "z");
        assertThat(set.ids()).containsExactly("a", "b");
    }

    @Test
    void constructor_immutableIds_areNotCopied() {
        for (List<String> ids : List.of(List.of("a", "b"), FeatureSet.rowNumbers(2))) {
            var set = new FeatureSet(
                    FeatureMatrix.copyOf(new float[2], 2, 1), ids, Optional.empty(), FeatureSpace.unknown(1), "two");
            assertThat(set.ids()).isSameAs(ids);
            List<String> picked = set.select(new int[] {1}).ids();
            assertThat(IdView.copyOf(picked)).isSameAs(picked);
        }
    }

    @Test
    void select_fewerClasses_keepsTheClassCount() {
        Labels labels = Labels.of(new int[] {0, 1, 4}).select(new int[] {1});
        assertThat(labels.toArray()).containsExactly(1);
        assertThat(labels.classCount()).isEqualTo(5);
    }

    @Test
    void labels_largestInt_isRefused() {
        assertThatThrownBy(() -> Labels.of(new int[] {0, Integer.MAX_VALUE}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("label of row 1 is 2147483647, expected 0 to 2147483646");
    }

    private static FeatureSet named(String name, float[][] rows, List<String> ids, int[] labels, String... classes) {
        FeatureMatrix matrix = FeatureMatrix.copyOf(rows);
        return new FeatureSet(
                        matrix,
                        ids,
                        Optional.of(Labels.of(labels, List.of(classes))),
                        FeatureSpace.unknown(matrix.dimension()),
                        name)
                .with(Layer.LOGITS, new FeatureLayer(matrix.toTensor(), FeatureSpace.unknown(matrix.dimension())));
    }

    @Test
    void concat_otherClasses_joinsLabelsByName() {
        FeatureSet a = named("a", new float[][] {{1, 2}, {3, 4}}, List.of("x", "y"), new int[] {0, 1}, "cat", "dog");
        FeatureSet b = named("b", new float[][] {{5, 6}, {7, 8}}, List.of("z", "w"), new int[] {0, 1}, "dog", "eel");
        FeatureSet both = FeatureSet.concat(a, b.select(new int[] {1, 0}));
        assertThat(both.ids()).containsExactly("x", "y", "w", "z");
        assertThat(both.features().toTensor().toFloats()).containsExactly(1, 2, 3, 4, 7, 8, 5, 6);
        assertThat(both.labels().orElseThrow().classNames()).containsExactly("cat", "dog", "eel");
        assertThat(both.labels().orElseThrow().toArray()).containsExactly(0, 1, 2, 1);
        assertThat(both.layer(Layer.LOGITS).orElseThrow().features().row(2)).containsExactly(7, 8);
        assertThat(both.dataset()).isEqualTo("a");
        assertThat(FeatureSet.concat(a, b.withoutLabels()).labels()).isEmpty();
        assertThat(FeatureSet.concat(a).labels()).isEqualTo(a.labels());
    }

    @Test
    void concat_setsThatDoNotFit_isRefused() {
        FeatureSet a = named("a", new float[][] {{1, 2}}, List.of("x"), new int[] {0}, "cat");
        FeatureSet unnamed = a.withLabels(Labels.of(new int[] {0}));
        assertThatThrownBy(() -> FeatureSet.concat(a, unnamed))
                .hasMessage(
                        "of 'a' and 'a' one has class names and the other has not, so their labels cannot be joined");
        FeatureSet wide = FeatureSet.of(FeatureMatrix.copyOf(new float[][] {{1, 2, 3}}), "wide");
        assertThatThrownBy(() -> FeatureSet.concat(a, wide))
                .hasMessage("features of 'a' and 'wide' come from different spaces: dimension 2 against 3");
        var known = new FeatureSpace(
                Optional.of("net"), Optional.empty(), 2, Optional.empty(), Optional.empty(), Optional.empty());
        var other = new FeatureSpace(
                Optional.of("other"), Optional.empty(), 2, Optional.empty(), Optional.empty(), Optional.empty());
        assertThat(FeatureSet.concat(a, a.withSpace(known)).space()).isEqualTo(FeatureSpace.unknown(2));
        assertThatThrownBy(() -> FeatureSet.concat(a.withSpace(known), a.withSpace(other)))
                .hasMessage("features of 'a' and 'a' come from different spaces: extractor net against other");
    }

    @Test
    void toString_manySamples_isOneShortLine() {
        FeatureSet many = FeatureSet.of(FeatureMatrix.copyOf(new float[20_000], 10_000, 2), "photos");
        assertThat(many)
                .hasToString(
                        "FeatureSet['photos', 10000 x 2, no labels, unknown extractor/unknown layer (2 dimensions)]");
    }

    @Test
    void copyOf_rowsOfTwoLengths_saysWhich() {
        assertThatThrownBy(() -> FeatureMatrix.copyOf(new float[][] {{1}, {1, 2}}))
                .hasMessage("feature row 1 has dimension 2, the first row has 1");
        assertThatThrownBy(() -> FeatureMatrix.copyOf(new float[0][])).hasMessageContaining("no rows");
        float[][] rows = {{1, 2}, {3, 4}};
        FeatureMatrix copy = FeatureMatrix.copyOf(rows);
        rows[0][0] = 9;
        assertThat(copy.row(0)).containsExactly(1, 2);
    }
}
