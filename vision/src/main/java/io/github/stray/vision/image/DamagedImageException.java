// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.image;

import java.io.IOException;

/** The content of an image file cannot be decoded. */
final class DamagedImageException extends IOException {
    private static final long serialVersionUID = 1L;

    DamagedImageException(ImageFormat format, String reason) {
        super("damaged %s file: %s".formatted(format.title(), reason));
    }

    DamagedImageException(ImageFormat format, String reason, Throwable cause) {
        super("damaged %s file: %s".formatted(format.title(), reason), cause);
    }
}
