// SPDX-License-Identifier: Apache-2.0
package io.github.stray.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.stray.feature.FeatureMatrix;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class GalleryTest {
    private final Gallery gallery = new Gallery(
            FeatureMatrix.copyOf(new float[] {0, 9, 3, 0, 0, 0, 6, 8, 5, 0}, 5, 2), List.of("a", "b", "c", "d", "e"));

    private static FeatureMatrix rows(float... values) {
        return FeatureMatrix.copyOf(values, values.length / 2, 2);
    }

    @Test
    void nearest_byHand_mostSimilarFirstTiesToTheLowerRow() {
        assertThat(gallery.nearest(rows(1, 0, 0, -1), 3))
                .containsExactly(
                        List.of(new Neighbour("b", 1, 1), new Neighbour("e", 4, 1), new Neighbour("d", 3, 0.6)),
                        List.of(new Neighbour("b", 1, 0), new Neighbour("c", 2, 0), new Neighbour("e", 4, 0)));
    }

    @Test
    void nearest_zeroQuery_cosineZeroInGalleryOrder() {
        assertThat(gallery.nearest(rows(0, 0), 2))
                .containsExactly(List.of(new Neighbour("a", 0, 0), new Neighbour("b", 1, 0)));
    }

    @Test
    void nearest_noQueries_isEmpty() {
        assertThat(gallery.nearest(rows(), 2)).isEmpty();
    }

    @Test
    void nearest_kOutOfRange_isRefused() {
        for (int k : new int[] {0, 6}) {
            assertThatThrownBy(() -> gallery.nearest(rows(1, 0), k))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("cannot give %d neighbours out of a gallery of 5 rows; expected 1 to 5".formatted(k));
        }
    }

    @Test
    void nearest_otherDimensionOrNan_isRefused() {
        assertThatThrownBy(() -> gallery.nearest(FeatureMatrix.copyOf(new float[3], 1, 3), 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("queries of dimension 3 for a gallery of dimension 2");
        assertThatThrownBy(() -> gallery.nearest(rows(Float.NaN, 0), 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("NaN");
    }

    @Test
    void constructor_idsChangedLater_keepsThoseItWasGiven() {
        var ids = new ArrayList<>(List.of("a", "b"));
        var two = new Gallery(rows(1, 0, 0, 1), ids);
        ids.set(0, "z");
        assertThat(two.ids()).containsExactly("a", "b");
        assertThat(two.nearest(rows(1, 0), 1).getFirst().getFirst().id()).isEqualTo("a");
    }

    @Test
    void constructor_idsMissing_isRefused() {
        assertThatThrownBy(() -> new Gallery(rows(1, 2), List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("0 ids for 1 gallery rows");
    }
}
