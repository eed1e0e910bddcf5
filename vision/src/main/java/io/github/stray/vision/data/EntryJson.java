// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.data;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import io.github.stray.vision.download.ContentDigest;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** An entry of the catalogue as JSON, there and beside an installed dataset. */
final class EntryJson {
    private static final List<ContentDigest.Kind> KINDS = List.of(ContentDigest.Kind.SHA256, ContentDigest.Kind.MD5);

    private EntryJson() {}

    static DatasetEntry read(JsonObject json) {
        var archives = new ArrayList<RemoteArchive>();
        for (Object archive : json.getArray("archives", new JsonArray())) {
            archives.add(archive((JsonObject) archive));
        }
        var splits = new ArrayList<DatasetSplit>();
        for (Object item : json.getArray("splits", new JsonArray())) {
            var split = (JsonObject) item;
            splits.add(new DatasetSplit(text(split, "name"), number(split, "images"), split.getString("path", "")));
        }
        return new DatasetEntry(
                text(json, "name"),
                text(json, "title"),
                text(json, "homepage"),
                text(json, "licence"),
                text(json, "citation"),
                archives,
                DatasetLayout.of(text(json, "layout")),
                splits,
                json.has("classes") ? OptionalInt.of(json.getInt("classes")) : OptionalInt.empty(),
                json.getString("class_names", ""),
                json.getArray("names", new JsonArray()).stream()
                        .map(String::valueOf)
                        .toList(),
                json.getString("manual", ""),
                json.getString("note", ""));
    }

    private static RemoteArchive archive(JsonObject json) {
        Optional<ContentDigest> digest = KINDS.stream()
                .filter(kind -> json.has(key(kind)))
                .findFirst()
                .map(kind -> new ContentDigest(kind, text(json, key(kind))));
        return new RemoteArchive(
                text(json, "file"),
                json.getArray("urls", new JsonArray()).stream()
                        .map(url -> URI.create(String.valueOf(url)))
                        .toList(),
                number(json, "size"),
                digest,
                json.getString("checksum_from", ""),
                json.getString("into", ""));
    }

    private static String key(ContentDigest.Kind kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }

    private static String text(JsonObject json, String key) {
        String value = json.getString(key);
        if (value == null) {
            throw new IllegalArgumentException("the entry '%s' has no %s".formatted(json.getString("name", "?"), key));
        }
        return value;
    }

    private static OptionalLong number(JsonObject json, String key) {
        return json.has(key) ? OptionalLong.of(json.getLong(key)) : OptionalLong.empty();
    }

    static JsonObject write(DatasetEntry entry) {
        var json = new JsonObject();
        json.put("name", entry.name());
        json.put("title", entry.title());
        json.put("homepage", entry.homepage());
        json.put("licence", entry.licence());
        json.put("citation", entry.citation());
        var archives = new JsonArray();
        for (RemoteArchive archive : entry.archives()) {
            var item = new JsonObject();
            item.put("file", archive.file());
            item.put(
                    "urls",
                    new JsonArray(
                            archive.addresses().stream().map(URI::toString).toList()));
            archive.size().ifPresent(size -> item.put("size", size));
            archive.digest().ifPresent(digest -> item.put(key(digest.kind()), digest.hex()));
            putText(item, "checksum_from", archive.digestSource());
            putText(item, "into", archive.into());
            archives.add(item);
        }
        json.put("archives", archives);
        json.put("layout", entry.layout().id());
        var splits = new JsonArray();
        for (DatasetSplit split : entry.splits()) {
            var item = new JsonObject();
            item.put("name", split.name());
            split.images().ifPresent(images -> item.put("images", images));
            putText(item, "path", split.path());
            splits.add(item);
        }
        json.put("splits", splits);
        entry.classes().ifPresent(classes -> json.put("classes", classes));
        putText(json, "class_names", entry.classNames());
        if (!entry.names().isEmpty()) {
            json.put("names", new JsonArray(entry.names()));
        }
        putText(json, "manual", entry.manual());
        putText(json, "note", entry.note());
        return json;
    }

    private static void putText(JsonObject json, String key, String text) {
        if (!text.isEmpty()) {
            json.put(key, text);
        }
    }
}
