// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.data;

import static io.github.stray.store.JsonRow.row;

import io.github.stray.store.JsonNode;
import io.github.stray.vision.download.ContentDigest;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.SequencedMap;

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

    static SequencedMap<String, Object> write(DatasetEntry entry) {
        SequencedMap<String, Object> json = row(
                "name", entry.name(),
                "title", entry.title(),
                "homepage", entry.homepage(),
                "licence", entry.licence(),
                "citation", entry.citation(),
                "archives", entry.archives().stream().map(EntryJson::write).toList(),
                "layout", entry.layout().id(),
                "splits", entry.splits().stream().map(EntryJson::write).toList());
        entry.classes().ifPresent(classes -> json.put("classes", classes));
        putText(json, "class_names", entry.classNames());
        if (!entry.names().isEmpty()) {
            json.put("names", entry.names());
        }
        putText(json, "manual", entry.manual());
        putText(json, "note", entry.note());
        return json;
    }

    private static Map<String, Object> write(RemoteArchive archive) {
        Map<String, Object> json = row(
                "file", archive.file(),
                "urls", archive.addresses().stream().map(URI::toString).toList());
        archive.size().ifPresent(size -> json.put("size", size));
        archive.digest().ifPresent(digest -> json.put(key(digest.kind()), digest.hex()));
        putText(json, "checksum_from", archive.digestSource());
        putText(json, "into", archive.into());
        return json;
    }

    private static Map<String, Object> write(DatasetSplit split) {
        Map<String, Object> json = row("name", split.name());
        split.images().ifPresent(images -> json.put("images", images));
        putText(json, "path", split.path());
        return json;
    }

    private static void putText(Map<String, Object> json, String key, String text) {
        if (!text.isEmpty()) {
            json.put(key, text);
        }
    }
}
