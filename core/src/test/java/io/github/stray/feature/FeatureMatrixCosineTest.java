// SPDX-License-Identifier: Apache-2.0
package io.github.stray.feature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class FeatureMatrixCosineTest {
    private final FeatureMatrix rows = FeatureMatrix.copyOf(new float[] {3, 4, 0, 0, -8, 6}, 3, 2);

    @Test
    void cosine_rows_isThatOfTheirAngle() {
        assertThat(rows.cosine(0, rows, 0)).isEqualTo(1);
        assertThat(rows.cosine(0, rows, 2)).isZero();
        assertThat(rows.cosine(0, FeatureMatrix.copyOf(new float[] {1, 0}, 1, 2), 0))
                .isEqualTo(0.6);
    }

    @Test
    void cosine_zeroRow_isZero() {
        assertThat(rows.cosine(0, rows, 1)).isZero();
    }

    @Test
    void cosine_otherDimension_isRefused() {
        FeatureMatrix shorter = FeatureMatrix.copyOf(new float[] {1}, 1, 1);
        assertThatThrownBy(() -> rows.cosine(0, shorter, 0)).hasMessageContaining("rows of 2 and 1 numbers");
    }
}
