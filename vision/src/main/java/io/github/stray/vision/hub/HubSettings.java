// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.hub;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where to fetch from, and where to keep it.
 *
 * @param endpoint the hub or its mirror: http or https, without user, query and fragment
 * @param token sent to the endpoint alone, and only by https or to this machine
 * @param offline whether the cache alone may be used
 * @param cache folder of the cache; need not exist
 */
public record HubSettings(URI endpoint, Optional<HubToken> token, boolean offline, Path cache) {
    /** The environment variable with the access token. */
    public static final String TOKEN_VARIABLE = "HF_TOKEN";

    private static final String HUB = "https://huggingface.co";
    private static final String MIRROR_VARIABLE = "STRAY_HUB_MIRROR";
    private static final String OFFLINE_VARIABLE = "STRAY_OFFLINE";

    /** Checks the endpoint. */
    public HubSettings {
        String scheme = String.valueOf(endpoint.getScheme()).toLowerCase(Locale.ROOT);
        if (!(scheme.equals("https") || scheme.equals("http"))
                || endpoint.getHost() == null
                || endpoint.getRawUserInfo() != null
                || endpoint.getRawQuery() != null
                || endpoint.getRawFragment() != null) {
            throw badEndpoint();
        }
    }

    private static IllegalArgumentException badEndpoint() {
        return new IllegalArgumentException(
                "%s must be an address such as %s: http or https, without user, password, query and fragment. What lies in a folder is added with 'stray models add DIR'."
                        .formatted(MIRROR_VARIABLE, HUB));
    }

    /**
     * {@return the settings of this user: {@code STRAY_HUB_MIRROR} (or the system property {@code stray.hub.mirror}),
     * {@code STRAY_OFFLINE=1} (or {@code stray.offline}), {@code HF_TOKEN}}
     *
     * @param cache folder of the cache
     * @throws IllegalArgumentException if a variable has a value that cannot be used
     */
    public static HubSettings ofEnvironment(Path cache) {
        String mirror = blankToNull(System.getProperty("stray.hub.mirror", System.getenv(MIRROR_VARIABLE)));
        String offline = blankToNull(System.getProperty("stray.offline", System.getenv(OFFLINE_VARIABLE)));
        String token = blankToNull(System.getenv(TOKEN_VARIABLE));
        return new HubSettings(
                endpoint(mirror == null ? HUB : mirror.strip()),
                Optional.ofNullable(token).map(HubToken::of),
                offline != null && !offline.strip().equals("0"),
                cache);
    }

    private static @Nullable String blankToNull(@Nullable String text) {
        return text == null || text.isBlank() ? null : text;
    }

    private static URI endpoint(String address) {
        try {
            return new URI(address.replaceAll("/+$", ""));
        } catch (URISyntaxException e) {
            throw badEndpoint();
        }
    }

    /** An address below the endpoint; the path must be encoded. */
    URI resolve(String path) {
        return URI.create(endpoint.toString().replaceAll("/+$", "") + path);
    }
}
