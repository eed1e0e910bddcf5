// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.hub;

import java.util.regex.Pattern;

/** An access token. It is shown nowhere. */
public final class HubToken {
    private static final Pattern VISIBLE = Pattern.compile("[!-~]+");

    private final String secret;

    private HubToken(String secret) {
        this.secret = secret;
    }

    /** A token, white space around it dropped; the message that refuses other characters does not show it. */
    static HubToken of(String secret) {
        String stripped = secret.strip();
        if (!VISIBLE.matcher(stripped).matches()) {
            throw new IllegalArgumentException(HubSettings.TOKEN_VARIABLE
                    + " is no access token: it has spaces or other characters that no token has");
        }
        return new HubToken(stripped);
    }

    String header() {
        return "Bearer " + secret;
    }

    @Override
    public String toString() {
        return "(not shown)";
    }
}
