// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.hub;

import io.github.stray.vision.download.DownloadRefusedException;
import io.github.stray.vision.download.DownloadUnavailableException;
import io.github.stray.vision.download.HttpSource;
import java.io.IOException;
import java.net.URI;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/** Requests to a hub. The token goes to the endpoint alone, and what the hub refuses is put in words. */
record HubClient(HubSettings settings, HttpSource http) implements AutoCloseable {
    private static final Pattern LOOPBACK =
            Pattern.compile("localhost|127(\\.[0-9]{1,3}){3}|\\[?(::1|0:0:0:0:0:0:0:1)]?");

    /** Asks once about a repository itself. */
    HttpSource.Answer get(URI address, Map<String, String> headers, HubReference reference) throws IOException {
        return http.get(address, headers, host(reference, ""), reference.toString());
    }

    /** The hub, asked for a file of a repository, or with an empty path for the repository itself. */
    HttpSource.Host host(HubReference reference, String path) {
        return new HttpSource.Host() {
            @Override
            public Map<String, String> headers(URI at) {
                return sendsToken(at)
                        ? Map.of("Authorization", settings.token().orElseThrow().header())
                        : Map.of();
            }

            @Override
            public Optional<IOException> failure(int status, Function<String, Optional<String>> header, URI at) {
                if ((status == 401 || status == 403) && isEndpoint(at)) {
                    return Optional.of(new DownloadUnavailableException(noAccess(status, at, reference)));
                }
                if (status == 404 && isEndpoint(at)) {
                    return Optional.of(new DownloadRefusedException(
                            notThere(header.apply("X-Error-Code").orElse(""), reference, path)));
                }
                return Optional.empty();
            }
        };
    }

    private boolean sendsToken(URI at) {
        return settings.token().isPresent() && isEndpoint(at) && isProtected(at);
    }

    private boolean isEndpoint(URI at) {
        URI endpoint = settings.endpoint();
        return endpoint.getScheme().equalsIgnoreCase(at.getScheme())
                && endpoint.getHost().equalsIgnoreCase(at.getHost())
                && port(endpoint) == port(at);
    }

    private static int port(URI address) {
        return address.getPort() >= 0 ? address.getPort() : "https".equalsIgnoreCase(address.getScheme()) ? 443 : 80;
    }

    /** Whether nobody on the way can read along. */
    static boolean isProtected(URI at) {
        return "https".equalsIgnoreCase(at.getScheme())
                || LOOPBACK.matcher(at.getHost().toLowerCase(Locale.ROOT)).matches();
    }

    private String noAccess(int status, URI at, HubReference reference) {
        String page = settings.resolve("/" + reference.repository()).toString();
        String remedy = settings.token().isEmpty()
                ? "Accept its terms at %s if it has some, and set %s to an access token of your account"
                        .formatted(page, HubSettings.TOKEN_VARIABLE)
                : sendsToken(at)
                        ? "The token in %s gives no access: accept the terms at %s with its account, or take a token that may read it"
                                .formatted(HubSettings.TOKEN_VARIABLE, page)
                        : "The token in %s was not sent, because %s is not encrypted"
                                .formatted(HubSettings.TOKEN_VARIABLE, settings.endpoint());
        return "%s is gated, private or not there (HTTP %d). %s.".formatted(reference, status, remedy);
    }

    private String notThere(String code, HubReference reference, String path) {
        return switch (code) {
            case "RepoNotFound" ->
                "there is no repository %s at %s".formatted(reference.repository(), settings.endpoint());
            case "RevisionNotFound" ->
                "the repository %s has no revision '%s'".formatted(reference.repository(), reference.revision());
            default ->
                path.isEmpty()
                        ? "there is no repository %s with a revision '%s' at %s"
                                .formatted(reference.repository(), reference.revision(), settings.endpoint())
                        : "%s lists the file %s, and does not have it".formatted(reference, path);
        };
    }

    @Override
    public void close() {
        http.close();
    }
}
