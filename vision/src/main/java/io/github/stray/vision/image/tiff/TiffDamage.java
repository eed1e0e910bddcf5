// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.image.tiff;

import java.io.IOException;

/** What is wrong with a TIFF file, as the end of a sentence. */
public final class TiffDamage extends IOException {
    private static final long serialVersionUID = 1L;

    TiffDamage(String reason) {
        super(reason);
    }

    /**
     * Of what an inner format says.
     *
     * @param reason the end of a sentence
     * @param cause what it was told by
     */
    public TiffDamage(String reason, Throwable cause) {
        super(reason, cause);
    }
}
