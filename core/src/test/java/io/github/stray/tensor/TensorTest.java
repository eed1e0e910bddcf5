// SPDX-License-Identifier: Apache-2.0
package io.github.stray.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TensorTest {
    @ParameterizedTest
    @EnumSource(names = {"F16", "BF16", "F32", "F64"})
    void selectRows_anyFloatType_readsAsTheRowsPicked(ElementType type) {
        Tensor picked = zeroToFive(type).selectRows(new int[] {2, 0, 2, 1}).selectRows(new int[] {3, 2, 1});
        assertThat(picked.shape()).containsExactly(3, 2);
        assertThat(picked.toFloats()).containsExactly(2, 3, 4, 5, 0, 1);
        assertThat(picked.toDoubles()).containsExactly(2, 3, 4, 5, 0, 1);
        float[] middle = new float[6];
        picked.copyFloats(1, middle, 1, 4);
        assertThat(middle).containsExactly(0, 3, 4, 5, 0, 0);
    }

    private static Tensor zeroToFive(ElementType type) {
        ByteBuffer bytes = ByteBuffer.allocate(6 * type.bytes()).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < 6; i++) {
            switch (type) {
                case F16 -> bytes.putShort(Float.floatToFloat16(i));
                case BF16 -> bytes.putShort((short) (Float.floatToIntBits(i) >>> 16));
                case F32 -> bytes.putFloat(i);
                default -> bytes.putDouble(i);
            }
        }
        return Tensor.of(type, new long[] {3, 2}, MemorySegment.ofArray(bytes.array()));
    }

    @Test
    void sharesMemoryWith_aViewOfTheSameMemory_notEqualElements() {
        MemorySegment memory = MemorySegment.ofArray(new byte[24]);
        Tensor one = Tensor.of(ElementType.F32, new long[] {3, 2}, memory);
        assertThat(one.sharesMemoryWith(Tensor.of(ElementType.F32, new long[] {3, 2}, memory)))
                .isTrue();
        assertThat(one.sharesMemoryWith(
                        Tensor.of(ElementType.F32, new long[] {3, 2}, MemorySegment.ofArray(new byte[24]))))
                .isFalse();
        assertThat(one.sharesMemoryWith(Tensor.of(ElementType.F32, new long[] {2, 3}, memory)))
                .isFalse();
        assertThat(one.sharesMemoryWith(Tensor.of(ElementType.F64, new long[] {3}, memory)))
                .isFalse();
        assertThat(one.sharesMemoryWith(one.selectRows(new int[] {1, 0, 2}))).isFalse();
    }

    @Test
    void selectRows_integers_readAsTheRowsPicked() {
        Tensor picked = Tensor.ofLongs(new long[] {7, 8, 9}, 3).selectRows(new int[] {2, 1, 1});
        assertThat(picked.toLongs()).containsExactly(9, 8, 8);
        Tensor bytes = Tensor.of(ElementType.U8, new long[] {3}, MemorySegment.ofArray(new byte[] {1, -1, 3}));
        assertThat(bytes.selectRows(new int[] {2, 1}).toLongs()).containsExactly(3, 255);
    }

    @Test
    void parts_ofSelectedRows_areViewsOfTheSameMemory() {
        Tensor tensor = Tensor.ofLongs(new long[] {7, 8, 9, 10}, 2, 2);
        assertThat(tensor.parts()).hasSize(1);
        Tensor picked = tensor.selectRows(new int[] {1, 0});
        assertThat(picked.parts()).hasSize(2);
        assertThat(picked.parts().getFirst().address()).isEqualTo(tensor.data().address() + 16);
        assertThat(picked.data().toArray(ValueLayout.JAVA_LONG)).containsExactly(9, 10, 7, 8);
    }

    @Test
    void selectRows_indicesChangedLater_areNotSeen() {
        int[] indices = {0};
        Tensor picked = Tensor.ofFloats(new float[] {1, 2}, 2).selectRows(indices);
        indices[0] = 1;
        assertThat(picked.toFloats()).containsExactly(1);
    }

    @Test
    void selectRows_rowThatDoesNotExist_isRefused() {
        Tensor tensor = Tensor.ofFloats(new float[] {1, 2}, 2, 1);
        assertThatThrownBy(() -> tensor.selectRows(new int[] {2})).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> tensor.selectRows(new int[] {-1})).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> tensor.selectRows(new int[] {0}).selectRows(new int[] {1}))
                .isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> Tensor.ofFloats(new float[] {1}).selectRows(new int[] {0}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("scalar");
    }

    @Test
    void of_shapeThatFitsNoMemory_isRefused() {
        MemorySegment data = MemorySegment.ofArray(new byte[4]);
        assertThatThrownBy(() -> Tensor.of(ElementType.F32, new long[] {1L << 61}, data))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("2^63 bytes");
        assertThatThrownBy(() -> Tensor.of(ElementType.F32, new long[] {1L << 40, 1L << 40}, data))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("2^63 bytes");
    }
}
