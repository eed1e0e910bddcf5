// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.download;

import java.io.IOException;

/** What came is not the file that the listing describes. */
final class WrongContentException extends IOException {
    private static final long serialVersionUID = 1L;

    WrongContentException(String message) {
        super(message);
    }
}
