// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.image.heif;

import java.io.IOException;

/** The content of the file cannot be right; the message says what is wrong, for a sentence that names the file. */
public final class DamagedHeifException extends IOException {
    private static final long serialVersionUID = 1L;

    DamagedHeifException(String reason) {
        super(reason);
    }
}
