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
}
