// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.hub;

import io.github.stray.store.JsonNode;
import io.github.stray.vision.download.DownloadException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * The extractors that are known by name. Immutable.
 *
 * @param entries in the order of their families
 * @param recommended what to take for a use, best first; a name is in it once a use
 */
public record Catalogue(List<CatalogueEntry> entries, Map<Use, List<CatalogueEntry>> recommended) {
    private static final String RESOURCE = "catalogue.json";

    /** Copies the lists. */
    public Catalogue {
        entries = List.copyOf(entries);
        var copies = new EnumMap<Use, List<CatalogueEntry>>(Use.class);
        recommended.forEach((use, names) -> copies.put(use, List.copyOf(names)));
        recommended = Collections.unmodifiableMap(copies);
    }

    /** {@return the catalogue of this release} */
    public static Catalogue ofStray() {
        try (InputStream in = Catalogue.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new NoSuchFileException(RESOURCE, null, "missing from Stray's own jar");
            }
            return of(in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Catalogue of(byte[] bytes) throws DownloadException {
        JsonNode<DownloadException> root = JsonNode.parse(bytes, RESOURCE, DownloadException::new);
        List<CatalogueEntry> entries = root.at("networks").list(Catalogue::entry);
        var recommended = new EnumMap<Use, List<CatalogueEntry>>(Use.class);
        for (Use use : Use.values()) {
            recommended.put(
                    use, root.at("recommended").at(use.id()).list(name -> name.parsed(text -> named(entries, text))));
        }
        return new Catalogue(entries, recommended);
    }

    private static CatalogueEntry named(List<CatalogueEntry> entries, String name) {
        return entries.stream()
                .filter(entry -> entry.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no '%s'".formatted(name)));
    }

    private static CatalogueEntry entry(JsonNode<DownloadException> json) throws DownloadException {
        JsonNode<DownloadException> input = json.at("input");
        JsonNode<DownloadException> size = json.at("size");
        return new CatalogueEntry(
                json.at("name").text(),
                json.at("family").text(),
                json.at("title").text(),
                json.at("source").optional(source -> source.parsed(HubReference::of)),
                json.at("file").optional(JsonNode::text),
                json.at("export").optional(JsonNode::text),
                CatalogueEntry.Verified.valueOf(json.at("verified").text().toUpperCase(Locale.ROOT)),
                json.at("licence").optional(JsonNode::text),
                input.isPresent() ? OptionalInt.of(input.whole(1)) : OptionalInt.empty(),
                json.at("layers").or(Map.of()).map(dimension -> dimension.whole(1)),
                json.at("text").or(false).flag(),
                size.isPresent() ? OptionalLong.of(size.count()) : OptionalLong.empty(),
                json.at("files").or(List.of()).list(JsonNode::text),
                json.at("choices").or(Map.of()).map(JsonNode::text),
                json.at("good").or("").text(),
                json.at("note").or("").text());
    }

    /**
     * {@return the entry of a name, if there is one}
     *
     * @param name short name
     */
    public Optional<CatalogueEntry> find(String name) {
        return entries.stream().filter(entry -> entry.name().equals(name)).findFirst();
    }

    /** {@return short names of those that one command fetches} */
    public List<String> downloadable() {
        return entries.stream()
                .filter(CatalogueEntry::downloadable)
                .map(CatalogueEntry::name)
                .toList();
    }
}
