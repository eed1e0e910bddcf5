// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.image;

import io.github.stray.extract.FailedSample.Kind;
import io.github.stray.extract.SampleException;

/** The content of an image file cannot be decoded. */
final class DamagedImageException extends SampleException {
    private static final long serialVersionUID = 1L;

    DamagedImageException(ImageFormat format, String reason) {
        super(Kind.DAMAGED, "damaged %s file: %s".formatted(format.title(), reason));
    }

    DamagedImageException(ImageFormat format, String reason, Throwable cause) {
        super(Kind.DAMAGED, "damaged %s file: %s".formatted(format.title(), reason), cause);
    }
}
