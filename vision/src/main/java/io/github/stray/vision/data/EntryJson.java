// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.data;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import io.github.stray.store.JsonNode;
import io.github.stray.vision.download.ContentDigest;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** An entry of the catalogue as JSON, there and beside an installed dataset. */
final class EntryJson {
    private static final List<ContentDigest.Kind> KINDS = List.of(ContentDigest.Kind.SHA256, ContentDigest.Kind.MD5);

    private EntryJson() {}

    static <E extends Exception> DatasetEntry read(JsonNode<E> json) throws E {
        JsonNode<E> classes = json.at("classes");
        return new DatasetEntry(
                json.at("name").text(),
                json.at("title").text(),
                json.at("homepage").text(),
                json.at("licence").text(),
                json.at("citation").text(),
                json.at("archives").or(List.of()).list(EntryJson::archive),
                json.at("layout").oneOf(DatasetLayout.values(), DatasetLayout::id),
                json.at("splits").or(List.of()).list(EntryJson::split),
                classes.isPresent() ? OptionalInt.of(classes.whole(1)) : OptionalInt.empty(),
                json.at("class_names").or("").text(),
                json.at("names").or(List.of()).list(JsonNode::text),
                json.at("manual").or("").text(),
                json.at("note").or("").text());
    }

    private static <E extends Exception> RemoteArchive archive(JsonNode<E> json) throws E {
        Optional<ContentDigest> digest = Optional.empty();
        for (ContentDigest.Kind kind : KINDS) {
            if (digest.isEmpty()) {
                digest = json.at(key(kind)).optional(hex -> hex.parsed(text -> new ContentDigest(kind, text)));
            }
        }
        return new RemoteArchive(
                json.at("file").text(),
                json.at("urls").or(List.of()).list(url -> url.parsed(URI::create)),
                count(json.at("size")),
                digest,
                json.at("checksum_from").or("").text(),
                json.at("into").or("").text());
    }

    private static <E extends Exception> DatasetSplit split(JsonNode<E> json) throws E {
        return new DatasetSplit(
                json.at("name").text(),
                count(json.at("images")),
                json.at("path").or("").text());
    }

    private static String key(ContentDigest.Kind kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }

    private static <E extends Exception> OptionalLong count(JsonNode<E> node) throws E {
        return node.isPresent() ? OptionalLong.of(node.count()) : OptionalLong.empty();
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
