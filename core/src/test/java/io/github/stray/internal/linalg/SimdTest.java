// SPDX-License-Identifier: Apache-2.0
package io.github.stray.internal.linalg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class SimdTest {
    @Test
    void kernels_testsRunWithTheVectorApi_isVectorUnlessForced() {
        String expected = "scalar".equals(System.getProperty(Simd.PROPERTY)) ? "scalar" : "vector";
        assertThat(Simd.kernels().name()).startsWith(expected);
        assertThat(Simd.kernels()).isSameAs(Simd.kernels());
    }

    @Test
    void choose_scalarWanted_isScalar() {
        assertThat(Simd.choose("scalar", true).name()).isEqualTo("scalar");
    }

    @Test
    void choose_nothingWantedAndNoVectorApi_fallsBackToScalar() {
        assertThat(Simd.choose(null, false).name()).isEqualTo("scalar");
    }

    @Test
    void choose_vectorWantedWithoutModule_saysWhatToAdd() {
        assertThatThrownBy(() -> Simd.choose("vector", false))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("--add-modules jdk.incubator.vector");
    }

    @Test
    void choose_unknownWord_isRefused() {
        assertThatThrownBy(() -> Simd.choose("avx", true))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("-Dstray.simd must be vector or scalar, was 'avx'");
    }
}
