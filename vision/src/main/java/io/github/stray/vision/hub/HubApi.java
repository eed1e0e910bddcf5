// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.hub;

import io.github.stray.store.JsonNode;
import io.github.stray.vision.download.DownloadException;
import io.github.stray.vision.download.DownloadListener;
import io.github.stray.vision.download.HttpSource;
import io.github.stray.vision.download.Retries;
import io.github.stray.vision.download.Text;
import io.github.stray.vision.download.Timing;
import io.github.stray.vision.download.TransientException;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The two questions about a repository: which commit is a revision, and which files does a commit have. */
record HubApi(HubClient client, HubSettings settings, Timing timing, DownloadListener listener) {
    private static final int MOST_PAGES = 200;

    /** A page of a listing has a thousand entries of a few hundred bytes. */
    private static final int MAX_BYTES = 16 << 20;

    private static final Pattern NEXT = Pattern.compile("<[^<>?]*\\?([^<>#]*)[^<>]*>\\s*;\\s*rel=\"?next\"?");

    /**
     * A revision, resolved.
     *
     * @param commit 40 hexadecimal digits
     * @param licence as the hub states it, if it does
     */
    record Revision(String commit, Optional<String> licence) {}

    Revision revision(HubReference reference) throws IOException {
        String path = models(reference) + "/revision/" + encode(reference.revision());
        JsonNode<DownloadException> answer =
                json(settings.resolve(path), reference, "the hub's word on ").json();
        String commit = answer.at("sha").or("").text();
        if (!HubReference.isCommit(commit)) {
            throw new DownloadException("%s gives no commit for %s, but '%s'"
                    .formatted(settings.endpoint(), reference, Text.printable(commit)));
        }
        Optional<Object> licence =
                answer.at("cardData").or(Map.of()).at("license").optional(node -> Objects.requireNonNull(node.value()));
        return new Revision(commit, licence.flatMap(Licences::of));
    }

    HubListing listing(HubReference reference, Revision revision) throws IOException {
        var files = new TreeMap<String, HubFile>();
        String tree = models(reference) + "/tree/" + revision.commit();
        Optional<String> query = Optional.of("recursive=true");
        for (int i = 0; query.isPresent(); i++) {
            if (i == MOST_PAGES) {
                throw new DownloadException(
                        "the listing of %s has more than %d pages".formatted(reference, MOST_PAGES));
            }
            Page page = json(address(tree, query.get(), reference), reference, "the listing of ");
            HubListing.addPage(page.json(), files);
            query = page.next();
        }
        return new HubListing(revision.commit(), revision.licence(), files);
    }

    /** Of the next page's address only the query is taken: a mirror may hand on links of the hub that it mirrors. */
    private URI address(String tree, String query, HubReference reference) throws DownloadException {
        try {
            return settings.resolve(tree + "?" + query);
        } catch (IllegalArgumentException e) {
            throw new DownloadException("the listing of %s goes on at what is no address".formatted(reference));
        }
    }

    URI file(HubReference reference, String commit, String path) {
        return settings.resolve("/" + reference.repository() + "/resolve/" + commit + "/"
                + Arrays.stream(path.split("/")).map(HubApi::encode).collect(Collectors.joining("/")));
    }

    private static String models(HubReference reference) {
        return "/api/models/" + reference.repository();
    }

    private static String encode(String segment) {
        return URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private record Page(JsonNode<DownloadException> json, Optional<String> next) {}

    private Page json(URI address, HubReference reference, String what) throws IOException {
        var retries = new Retries(timing, listener);
        while (true) {
            try {
                return jsonOnce(address, reference, what);
            } catch (TransientException e) {
                retries.pause(e, false);
            }
        }
    }

    private Page jsonOnce(URI address, HubReference reference, String what) throws IOException {
        try (HttpSource.Answer answer = client.get(address, Map.of("Accept", "application/json"), reference)) {
            if (answer.status() != 200) {
                throw new DownloadException(
                        "%s answers with HTTP %d".formatted(HttpSource.shown(address), answer.status()));
            }
            byte[] bytes;
            try {
                bytes = answer.body().readNBytes(MAX_BYTES + 1);
            } catch (IOException e) {
                throw new TransientException(
                        "%s broke off (%s)".formatted(HttpSource.shown(address), e.getMessage()), Optional.empty(), e);
            }
            if (bytes.length > MAX_BYTES) {
                throw new DownloadException(
                        "%s is longer than %d bytes".formatted(HttpSource.shown(address), MAX_BYTES));
            }
            Matcher next = NEXT.matcher(answer.header("Link"));
            return new Page(
                    JsonNode.parse(
                            bytes,
                            "%s%s, %s".formatted(what, reference, HttpSource.shown(address)),
                            DownloadException::new),
                    next.find() ? Optional.of(next.group(1)) : Optional.empty());
        }
    }
}
