// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.hub;

import org.jspecify.annotations.Nullable;

/** Something around this program is in the way: no connection, offline by choice, no permission, a full disk. */
public final class HubUnavailableException extends HubException {
    private static final long serialVersionUID = 1L;

    HubUnavailableException(String message) {
        super(message);
    }

    HubUnavailableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
