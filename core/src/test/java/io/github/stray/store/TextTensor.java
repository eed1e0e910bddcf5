// SPDX-License-Identifier: Apache-2.0
package io.github.stray.store;

import io.github.stray.tensor.ElementType;
import io.github.stray.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/** The UTF-8 bytes of a text as a tensor, as ids are stored. */
final class TextTensor {
    private TextTensor() {}

    static Tensor of(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return Tensor.of(ElementType.U8, new long[] {bytes.length}, MemorySegment.ofArray(bytes));
    }
}
