// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.onnx;

import java.util.Locale;

/**
 * What networks run on. Features are the same space whichever it is: both compute in float32 and differ by rounding only.
 */
public enum Provider {
    /** The processor. */
    CPU,

    /**
     * The first NVIDIA GPU, with another build of ONNX Runtime. Where it cannot be had, loading a network fails; nothing
     * falls back to the processor, but for single operators that ONNX Runtime has for no GPU. TF32, which rounds to 10 bits,
     * is switched off.
     */
    CUDA;

    /** {@return the name used in files: {@code cpu} or {@code cuda}} */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }
}
