// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.hub;

import io.github.stray.provenance.Provenance;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import javax.net.ssl.SSLHandshakeException;

/**
 * Makes single requests. Redirections are followed here and not by the JDK's client, so that the token goes to the endpoint
 * alone.
 */
final class HubClient implements AutoCloseable {
    private static final int MOST_REDIRECTIONS = 10;
    private static final Set<Integer> REDIRECTIONS = Set.of(301, 302, 303, 307, 308);
    private static final Set<Integer> ANSWERS = Set.of(200, 206, 416);
    private static final Pattern LOOPBACK =
            Pattern.compile("localhost|127(\\.[0-9]{1,3}){3}|\\[?(::1|0:0:0:0:0:0:0:1)]?");
    private static final Pattern SECONDS = Pattern.compile("[0-9]{1,9}");

    private final HubSettings settings;
    private final Timing timing;
    private final HttpClient client;

    HubClient(HubSettings settings, Timing timing) {
        this.settings = settings;
        this.timing = timing;
        // Version 2 brings nothing to one file at a time, and asks servers without TLS to upgrade.
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(timing.response())
                .build();
    }

    /**
     * What a server said, after redirections.
     *
     * @param status 200, 206 or 416
     * @param headers of the last response
     * @param body to be closed
     */
    record Answer(int status, HttpHeaders headers, InputStream body) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            body.close();
        }

        Optional<String> header(String name) {
            return headers.firstValue(name);
        }
    }

    /**
     * Asks once.
     *
     * @param reference what for, in messages
     * @param path path of the file in the repository, or empty for the repository itself
     * @throws TransientException if another attempt may succeed
     */
    Answer get(URI address, Map<String, String> headers, HubReference reference, String path) throws IOException {
        URI at = address;
        for (int i = 0; i <= MOST_REDIRECTIONS; i++) {
            HttpResponse<InputStream> response = send(at, headers);
            if (!REDIRECTIONS.contains(response.statusCode())) {
                if (ANSWERS.contains(response.statusCode())) {
                    return new Answer(
                            response.statusCode(), response.headers(), new StallGuard(response.body(), timing.stall()));
                }
                response.body().close();
                throw failure(response, at, reference, path);
            }
            response.body().close();
            at = target(at, response);
        }
        throw new HubException("%s redirects more than %d times".formatted(shown(address), MOST_REDIRECTIONS));
    }

    private static URI target(URI from, HttpResponse<?> response) throws HubException {
        String location = response.headers().firstValue("Location").orElse("");
        URI target;
        try {
            target = from.resolve(location);
        } catch (IllegalArgumentException e) {
            // Without its cause, which shows the address with its query.
            throw new HubException("%s redirects to what is no address".formatted(shown(from)));
        }
        String scheme = String.valueOf(target.getScheme()).toLowerCase(Locale.ROOT);
        boolean secure = scheme.equals("https");
        if (target.getHost() == null || !(secure || scheme.equals("http"))) {
            throw new HubException("%s redirects to what is no http address".formatted(shown(from)));
        }
        if (!secure && "https".equalsIgnoreCase(from.getScheme())) {
            throw new HubException(
                    "%s redirects to %s, which is not encrypted: refused".formatted(shown(from), shown(target)));
        }
        return target;
    }

    private HttpResponse<InputStream> send(URI at, Map<String, String> headers) throws IOException {
        HttpRequest.Builder request = HttpRequest.newBuilder(at)
                .timeout(timing.response())
                .header("User-Agent", "stray/" + Provenance.version())
                .header("Accept-Encoding", "identity");
        headers.forEach(request::header);
        if (sendsToken(at)) {
            request.header("Authorization", settings.token().orElseThrow().header());
        }
        try {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        } catch (SSLHandshakeException e) {
            throw new HubUnavailableException(
                    "%s cannot be trusted: %s".formatted(shown(at), Text.printable(String.valueOf(e.getMessage()))), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for " + shown(at));
        } catch (IOException e) {
            throw new TransientException(
                    "%s cannot be reached (%s)"
                            .formatted(
                                    shown(at),
                                    Text.printable(
                                            e.getMessage() == null
                                                    ? e.getClass().getSimpleName()
                                                    : e.getMessage())),
                    Optional.empty(),
                    e);
        }
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

    private IOException failure(HttpResponse<?> response, URI at, HubReference reference, String path) {
        int status = response.statusCode();
        if (status == 408 || status == 425 || status == 429 || status >= 500) {
            return new TransientException(
                    "%s answers with HTTP %d".formatted(shown(at), status),
                    response.headers().firstValue("Retry-After").flatMap(HubClient::pause),
                    null);
        }
        if ((status == 401 || status == 403) && isEndpoint(at)) {
            return new HubUnavailableException(noAccess(status, at, reference));
        }
        if (status == 404 && isEndpoint(at)) {
            return new HubRefusedException(
                    notThere(response.headers().firstValue("X-Error-Code").orElse(""), reference, path));
        }
        return new HubException("%s answers with HTTP %d to a request for %s%s"
                .formatted(shown(at), status, reference, path.isEmpty() ? "" : ", " + path));
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

    private static Optional<Duration> pause(String retryAfter) {
        if (SECONDS.matcher(retryAfter.strip()).matches()) {
            return Optional.of(Duration.ofSeconds(Long.parseLong(retryAfter.strip())));
        }
        try {
            Duration left = Duration.between(
                    Instant.now(), ZonedDateTime.parse(retryAfter.strip(), DateTimeFormatter.RFC_1123_DATE_TIME));
            return left.isNegative() ? Optional.of(Duration.ZERO) : Optional.of(left);
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    /** An address without its query, which may be signed. */
    static String shown(URI address) {
        return Text.printable(address.getScheme() + "://" + address.getHost()
                + (address.getPort() < 0 ? "" : ":" + address.getPort())
                + (address.getPath() == null ? "" : address.getPath()));
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
