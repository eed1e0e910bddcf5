// SPDX-License-Identifier: Apache-2.0
package io.github.stray.tensor;

/** How one number is stored: little-endian, named as safetensors names it. */
public enum ElementType {
    /** IEEE 754 half precision. */
    F16(2),
    /** The upper half of a single-precision number. */
    BF16(2),
    /** IEEE 754 single precision. */
    F32(4),
    /** IEEE 754 double precision. */
    F64(8),
    /** Signed 64-bit integer. */
    I64(8),
    /** Unsigned byte. */
    U8(1);

    private final int bytes;

    ElementType(int bytes) {
        this.bytes = bytes;
    }

    /** {@return storage size of one element in bytes} */
    public int bytes() {
        return bytes;
    }

    /** {@return whether elements are floating-point numbers: F16, BF16, F32 and F64} */
    public boolean isFloat() {
        return this != I64 && this != U8;
    }
}
