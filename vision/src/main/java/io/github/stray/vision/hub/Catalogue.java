// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.hub;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import io.github.stray.vision.download.DownloadException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
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
 */
public record Catalogue(List<CatalogueEntry> entries) {
    private static final String RESOURCE = "catalogue.json";

    /** Copies the list. */
    public Catalogue {
        entries = List.copyOf(entries);
    }

    /**
     * The catalogue of this release.
     *
     * @return all entries
     */
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
        JsonArray array = HubJson.array(bytes, RESOURCE);
        var entries = new ArrayList<CatalogueEntry>();
        for (Object item : array) {
            entries.add(entry((JsonObject) item));
        }
        return new Catalogue(entries);
    }

    private static CatalogueEntry entry(JsonObject json) {
        String name = text(json, "name").orElseThrow();
        Map<String, Integer> layers = new LinkedHashMap<>();
        json.getObject("layers", new JsonObject())
                .forEach((layer, dimension) -> layers.put(layer, ((Number) dimension).intValue()));
        return new CatalogueEntry(
                name,
                text(json, "family").orElseThrow(),
                text(json, "title").orElseThrow(),
                text(json, "source").map(HubReference::of),
                text(json, "export"),
                CatalogueEntry.Verified.valueOf(
                        text(json, "verified").orElseThrow().toUpperCase(Locale.ROOT)),
                text(json, "licence"),
                json.has("input") ? OptionalInt.of(json.getInt("input")) : OptionalInt.empty(),
                layers,
                json.getBoolean("text", false),
                json.has("size") ? OptionalLong.of(json.getLong("size")) : OptionalLong.empty(),
                json.getArray("files", new JsonArray()).stream()
                        .map(String::valueOf)
                        .toList(),
                text(json, "note").orElse(""));
    }

    private static Optional<String> text(JsonObject json, String key) {
        return Optional.ofNullable(json.getString(key));
    }

    /**
     * Looks a name up.
     *
     * @param name short name
     * @return its entry, if there is one
     */
    public Optional<CatalogueEntry> find(String name) {
        return entries.stream().filter(entry -> entry.name().equals(name)).findFirst();
    }

    /**
     * Names of those that one command fetches.
     *
     * @return short names
     */
    public List<String> downloadable() {
        return entries.stream()
                .filter(CatalogueEntry::downloadable)
                .map(CatalogueEntry::name)
                .toList();
    }
}
