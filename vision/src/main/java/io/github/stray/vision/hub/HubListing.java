// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.hub;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonWriter;
import io.github.stray.vision.download.ContentDigest;
import io.github.stray.vision.download.DownloadException;
import io.github.stray.vision.download.DownloadRefusedException;
import io.github.stray.vision.download.Text;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

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
    static void addPage(JsonArray page, Map<String, HubFile> files, String source) throws DownloadException {
        for (Object item : page) {
            if (!(item instanceof JsonObject entry)) {
                throw new DownloadException("%s has an entry that is no object".formatted(source));
            }
            if (!"file".equals(entry.getString("type"))) {
                continue;
            }
            JsonObject large = entry.getObject("lfs");
            HubFile file = large == null
                    ? file(
                            entry.getString("path"),
                            entry.get("size"),
                            ContentDigest.Kind.GIT_BLOB,
                            entry.getString("oid"),
                            source)
                    : file(
                            entry.getString("path"),
                            large.get("size"),
                            ContentDigest.Kind.SHA256,
                            withoutPrefix(large.getString("oid")),
                            source);
            files.put(file.path(), file);
            if (files.size() > MOST_FILES) {
                throw new DownloadException("%s has more than %,d files".formatted(source, MOST_FILES));
            }
        }
    }

    private static @Nullable String withoutPrefix(@Nullable String oid) {
        return oid != null && oid.startsWith("sha256:") ? oid.substring("sha256:".length()) : oid;
    }

    private static HubFile file(
            @Nullable String path,
            @Nullable Object size,
            ContentDigest.Kind kind,
            @Nullable String digest,
            String source)
            throws DownloadException {
        if (path == null || digest == null || !(size instanceof Integer || size instanceof Long)) {
            throw new DownloadException("%s has an entry without path, size or digest: '%s'"
                    .formatted(source, Text.printable(String.valueOf(path))));
        }
        try {
            return new HubFile(path, ((Number) size).longValue(), new ContentDigest(kind, digest));
        } catch (IllegalArgumentException e) {
            throw new DownloadRefusedException("%s: %s".formatted(source, e.getMessage()));
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
        JsonObject root = HubJson.object(bytes, source);
        String commit = root.getString("commit", "");
        var files = new TreeMap<String, HubFile>();
        JsonArray entries = root.getArray("files");
        if (!HubReference.isCommit(commit) || entries == null) {
            throw new DownloadException("%s is no listing: delete it".formatted(source));
        }
        for (Object item : entries) {
            if (!(item instanceof JsonObject entry)) {
                throw new DownloadException("%s is no listing: delete it".formatted(source));
            }
            ContentDigest.Kind kind = entry.has(ContentDigest.Kind.SHA256.name())
                    ? ContentDigest.Kind.SHA256
                    : ContentDigest.Kind.GIT_BLOB;
            HubFile file = file(entry.getString("path"), entry.get("size"), kind, entry.getString(kind.name()), source);
            files.put(file.path(), file);
        }
        return new HubListing(commit, Optional.ofNullable(root.getString("licence")), files);
    }
}
