// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.hub;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonWriter;
import io.github.stray.store.JsonNode;
import io.github.stray.vision.download.ContentDigest;
import io.github.stray.vision.download.DownloadException;
import io.github.stray.vision.download.DownloadRefusedException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The files of a repository at a commit. One that names a path out of its folder is refused as a whole.
 *
 * @param commit 40 hexadecimal digits
 * @param licence as the hub states it, if it does
 * @param files path to file
 */
record HubListing(String commit, Optional<String> licence, SortedMap<String, HubFile> files) {
    private static final int MOST_FILES = 100_000;

    HubListing {
        files = Collections.unmodifiableSortedMap(new TreeMap<>(files));
    }

    /** Adds the files of a page of the hub's listing. */
    static void addPage(JsonNode<DownloadException> page, Map<String, HubFile> files) throws DownloadException {
        for (Optional<HubFile> file : page.list(HubListing::entry)) {
            file.ifPresent(found -> files.put(found.path(), found));
            if (files.size() > MOST_FILES) {
                throw new DownloadException("%s has more than %,d files".formatted(page.source(), MOST_FILES));
            }
        }
    }

    /** Folders have entries too. */
    private static Optional<HubFile> entry(JsonNode<DownloadException> entry) throws DownloadException {
        if (!"file".equals(entry.at("type").value())) {
            return Optional.empty();
        }
        JsonNode<DownloadException> large = entry.at("lfs");
        if (large.isPresent()) {
            return Optional.of(file(entry, large.at("size"), ContentDigest.Kind.SHA256, sha256(large.at("oid"))));
        }
        String oid = entry.at("oid").text();
        return Optional.of(file(entry, entry.at("size"), ContentDigest.Kind.GIT_BLOB, oid));
    }

    private static String sha256(JsonNode<DownloadException> oid) throws DownloadException {
        return oid.text().startsWith("sha256:") ? oid.text().substring("sha256:".length()) : oid.text();
    }

    private static HubFile file(
            JsonNode<DownloadException> entry, JsonNode<DownloadException> size, ContentDigest.Kind kind, String digest)
            throws DownloadException {
        try {
            return new HubFile(entry.at("path").text(), size.count(), new ContentDigest(kind, digest));
        } catch (IllegalArgumentException e) {
            throw new DownloadRefusedException("%s: %s".formatted(entry.source(), e.getMessage()));
        }
    }

    /** As it is kept in the cache. */
    byte[] toBytes() {
        var entries = new JsonArray();
        for (HubFile file : files.values()) {
            var entry = new JsonObject();
            entry.put("path", file.path());
            entry.put("size", file.size());
            entry.put(file.digest().kind().name(), file.digest().hex());
            entries.add(entry);
        }
        var root = new JsonObject();
        root.put("commit", commit);
        licence.ifPresent(text -> root.put("licence", text));
        root.put("files", entries);
        return JsonWriter.string(root).getBytes(StandardCharsets.UTF_8);
    }

    static HubListing of(byte[] bytes, String source) throws DownloadException {
        JsonNode<DownloadException> root = JsonNode.parse(
                bytes, source, (message, cause) -> new DownloadException(message + ": delete it", cause));
        if (!HubReference.isCommit(root.at("commit").text())) {
            throw root.at("commit").refused("must be a commit");
        }
        var files = new TreeMap<String, HubFile>();
        root.at("files").list(HubListing::kept).forEach(file -> files.put(file.path(), file));
        return new HubListing(root.at("commit").text(), root.at("licence").optional(JsonNode::text), files);
    }

    private static HubFile kept(JsonNode<DownloadException> entry) throws DownloadException {
        ContentDigest.Kind kind = entry.at(ContentDigest.Kind.SHA256.name()).isPresent()
                ? ContentDigest.Kind.SHA256
                : ContentDigest.Kind.GIT_BLOB;
        return file(entry, entry.at("size"), kind, entry.at(kind.name()).text());
    }
}
