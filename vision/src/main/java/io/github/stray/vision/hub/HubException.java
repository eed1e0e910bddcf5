// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.hub;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A model hub did not give what it should: wrong bytes, a listing that cannot be read. No message holds the token, nor the
 * query of an address, which may be signed.
 */
public class HubException extends IOException {
    private static final long serialVersionUID = 1L;

    HubException(String message) {
        super(message);
    }

    HubException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
