// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.hub;

/** What was asked for cannot be had: no such repository, revision or file, no network in it, or a hostile listing. */
public final class HubRefusedException extends HubException {
    private static final long serialVersionUID = 1L;

    HubRefusedException(String message) {
        super(message);
    }
}
