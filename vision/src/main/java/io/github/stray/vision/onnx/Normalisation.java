// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.onnx;

import java.util.Locale;

/** What is done to the rows of a layer. */
public enum Normalisation {
    /** Rows are as the network gives them. */
    NONE,
    /** Rows are divided by their Euclidean norm; where the network does so itself, that changes rounding only. */
    L2;

    /** {@return the name used in cards and feature spaces} */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }
}
