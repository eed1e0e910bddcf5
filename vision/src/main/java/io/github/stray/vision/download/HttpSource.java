// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.download;

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
import java.util.function.Function;
import java.util.regex.Pattern;
import javax.net.ssl.SSLHandshakeException;

/**
 * Makes single requests. Redirections are followed here and not by the JDK's client, so that the host decides at each
 * address what is sent to it. Safe for concurrent use.
 */
public final class HttpSource implements AutoCloseable {
    private static final int MOST_REDIRECTIONS = 10;
    private static final Set<Integer> REDIRECTIONS = Set.of(301, 302, 303, 307, 308);
    private static final Set<Integer> ANSWERS = Set.of(200, 206, 416);
    private static final Pattern SECONDS = Pattern.compile("[0-9]{1,9}");

    private final Timing timing;
    private final HttpClient client;

    /**
     * A source.
     *
     * @param timing how long is waited
     */
    public HttpSource(Timing timing) {
        this.timing = timing;
        // Version 2 brings nothing to one file at a time, and asks servers without TLS to upgrade.
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(timing.response())
                .build();
    }

    /** A server: what is sent to it, and how its refusals are worded. */
    public interface Host {
        /** Nothing: no headers, and a missing file is refused. */
        Host PLAIN = new Host() {
            @Override
            public Map<String, String> headers(URI at) {
                return Map.of();
            }

            @Override
            public Optional<IOException> failure(int status, Function<String, Optional<String>> header, URI at) {
                return status == 404 || status == 410
                        ? Optional.of(
                                new DownloadRefusedException("there is no %s (HTTP %d)".formatted(shown(at), status)))
                        : Optional.empty();
            }
        };

        /**
         * {@return the headers that an address gets besides those of the request}
         *
         * @param at where the request goes; after a redirection perhaps another host
         */
        Map<String, String> headers(URI at);

        /**
         * {@return what to throw for a status that is no success, where the host says more by it than others do}
         *
         * @param status HTTP status that is no reason to try again
         * @param header headers of the answer by name
         * @param at who answered
         */
        Optional<IOException> failure(int status, Function<String, Optional<String>> header, URI at);
    }

    /**
     * What a server said, after redirections; to be closed.
     *
     * @param status 200, 206 or 416
     * @param headers of the last response
     * @param body a stream that fails when nothing comes for a while
     */
    public record Answer(int status, HttpHeaders headers, InputStream body) implements AutoCloseable {
        /**
         * {@return the values of a header, with commas; empty where there is none}
         *
         * @param name of the header
         */
        public String header(String name) {
            return String.join(", ", headers.allValues(name));
        }

        @Override
        public void close() throws IOException {
            body.close();
        }
    }

    /**
     * {@return the answer to one request}
     *
     * @param address http or https
     * @param headers of the request
     * @param host the server
     * @param what what for, in messages
     * @throws TransientException if another attempt may succeed
     * @throws DownloadException if none will
     * @throws IOException if the host has a reason of its own
     */
    public Answer get(URI address, Map<String, String> headers, Host host, String what) throws IOException {
        URI at = address;
        for (int i = 0; i <= MOST_REDIRECTIONS; i++) {
            HttpResponse<InputStream> response = send(at, headers, host);
            int status = response.statusCode();
            if (!REDIRECTIONS.contains(status)) {
                if (ANSWERS.contains(status)) {
                    return new Answer(status, response.headers(), new StallGuard(response.body(), timing.stall()));
                }
                response.body().close();
                throw failure(response, at, host, what);
            }
            response.body().close();
            at = target(at, response);
        }
        throw new DownloadException("%s redirects more than %d times".formatted(shown(address), MOST_REDIRECTIONS));
    }

    private static URI target(URI from, HttpResponse<?> response) throws DownloadException {
        String location = response.headers().firstValue("Location").orElse("");
        URI target;
        try {
            target = from.resolve(location);
        } catch (IllegalArgumentException e) {
            // Without its cause, which shows the address with its query.
            throw new DownloadException("%s redirects to what is no address".formatted(shown(from)));
        }
        String scheme = String.valueOf(target.getScheme()).toLowerCase(Locale.ROOT);
        boolean secure = scheme.equals("https");
        if (target.getHost() == null || !(secure || scheme.equals("http"))) {
            throw new DownloadException("%s redirects to what is no http address".formatted(shown(from)));
        }
        if (!secure && "https".equalsIgnoreCase(from.getScheme())) {
            throw new DownloadException(
                    "%s redirects to %s, which is not encrypted: refused".formatted(shown(from), shown(target)));
        }
        return target;
    }

    private HttpResponse<InputStream> send(URI at, Map<String, String> headers, Host host) throws IOException {
        HttpRequest.Builder request = HttpRequest.newBuilder(at)
                .timeout(timing.response())
                .header("User-Agent", "stray/" + Provenance.version())
                .header("Accept-Encoding", "identity");
        headers.forEach(request::header);
        host.headers(at).forEach(request::header);
        try {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        } catch (SSLHandshakeException e) {
            throw new DownloadUnavailableException(
                    "%s cannot be trusted: %s".formatted(shown(at), Text.printable(String.valueOf(e.getMessage()))), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for " + shown(at));
        } catch (IOException e) {
            String reason = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
            String message = "%s cannot be reached (%s)".formatted(shown(at), Text.printable(reason));
            throw new TransientException(message, Optional.empty(), e);
        }
    }

    private static IOException failure(HttpResponse<?> response, URI at, Host host, String what) {
        int status = response.statusCode();
        if (status == 408 || status == 425 || status == 429 || status >= 500) {
            return new TransientException(
                    "%s answers with HTTP %d".formatted(shown(at), status),
                    response.headers().firstValue("Retry-After").flatMap(HttpSource::pause),
                    null);
        }
        return host.failure(status, response.headers()::firstValue, at)
                .orElseGet(() -> new DownloadException(
                        "%s answers with HTTP %d to a request for %s".formatted(shown(at), status, what)));
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

    /**
     * {@return an address for a message: without its query, which may be signed}
     *
     * @param address any address
     */
    public static String shown(URI address) {
        return Text.printable(address.getScheme() + "://" + address.getHost()
                + (address.getPort() < 0 ? "" : ":" + address.getPort())
                + (address.getPath() == null ? "" : address.getPath()));
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
