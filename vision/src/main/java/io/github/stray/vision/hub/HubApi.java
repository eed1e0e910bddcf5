// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.hub;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
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
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The two questions about a repository: which commit is a revision, and which files does a commit have. */
final class HubApi {
    private static final int MOST_PAGES = 200;
    private static final Pattern NEXT = Pattern.compile("<[^<>?]*\\?([^<>#]*)[^<>]*>\\s*;\\s*rel=\"?next\"?");

    private final HubClient client;
    private final HubSettings settings;
    private final Timing timing;
    private final DownloadListener listener;

    HubApi(HubClient client, HubSettings settings, Timing timing, DownloadListener listener) {
        this.client = client;
        this.settings = settings;
        this.timing = timing;
        this.listener = listener;
    }

    /**
     * A revision, resolved.
     *
     * @param commit 40 hexadecimal digits
     * @param licence as the hub states it, if it does
     */
    record Revision(String commit, Optional<String> licence) {}

    Revision revision(HubReference reference) throws IOException {
        String path = models(reference) + "/revision/" + encode(reference.revision());
        JsonObject answer =
                HubJson.object(json(settings.resolve(path), reference).json(), "the hub's word on " + reference);
        String commit = answer.getString("sha", "");
        if (!HubReference.isCommit(commit)) {
            throw new DownloadException("%s gives no commit for %s, but '%s'"
                    .formatted(settings.endpoint(), reference, Text.printable(commit)));
        }
        JsonObject card = answer.getObject("cardData");
        return new Revision(commit, card == null ? Optional.empty() : Licences.of(card.get("license")));
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
            Page page = json(address(tree, query.get(), reference), reference);
            JsonArray entries = HubJson.array(page.json(), "the listing of " + reference);
            HubListing.addPage(entries, files, "the listing of " + reference);
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

    private record Page(Object json, Optional<String> next) {}

    private Page json(URI address, HubReference reference) throws IOException {
        var retries = new Retries(timing, listener);
        while (true) {
            try {
                return jsonOnce(address, reference);
            } catch (TransientException e) {
                retries.pause(e, false);
            }
        }
    }

    private Page jsonOnce(URI address, HubReference reference) throws IOException {
        try (HttpSource.Answer answer = client.get(address, Map.of("Accept", "application/json"), reference)) {
            if (answer.status() != 200) {
                throw new DownloadException(
                        "%s answers with HTTP %d".formatted(HttpSource.shown(address), answer.status()));
            }
            byte[] bytes;
            try {
                bytes = answer.body().readNBytes(HubJson.MAX_BYTES + 1);
            } catch (IOException e) {
                throw new TransientException(
                        "%s broke off (%s)".formatted(HttpSource.shown(address), e.getMessage()), Optional.empty(), e);
            }
            Matcher next = NEXT.matcher(String.join(", ", answer.headers("Link")));
            return new Page(
                    HubJson.parse(bytes, HttpSource.shown(address)),
                    next.find() ? Optional.of(next.group(1)) : Optional.empty());
        }
    }
}
