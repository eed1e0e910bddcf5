// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.dataset;

import java.util.Locale;

/** The official splits. */
enum CifarSplit {
    TRAIN,
    TEST;

    String id() {
        return name().toLowerCase(Locale.ROOT);
    }
}
