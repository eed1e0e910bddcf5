// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.data;

import io.github.stray.detect.Suggestion;
import io.github.stray.store.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Optional;

/**
 * The datasets that are known by name. Immutable.
 *
 * @param entries in the order in which they are shown
 */
public record DatasetCatalogue(List<DatasetEntry> entries) {
    private static final String RESOURCE = "datasets.json";

    /** Copies the list. */
    public DatasetCatalogue {
        entries = List.copyOf(entries);
    }

    /** {@return the catalogue of this release} */
    public static DatasetCatalogue ofStray() {
        try (InputStream in = DatasetCatalogue.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new NoSuchFileException(RESOURCE, null, "missing from Stray's own jar");
            }
            return of(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static DatasetCatalogue of(String json) {
        return new DatasetCatalogue(JsonNode.parse(json, "the catalogue", IllegalArgumentException::new)
                .list(EntryJson::read));
    }

    /**
     * {@return the entry of a name, if there is one}
     *
     * @param name short name
     */
    public Optional<DatasetEntry> find(String name) {
        return entries.stream().filter(entry -> entry.name().equals(name)).findFirst();
    }

    /**
     * {@return the entry of a name that must be there}
     *
     * @param name short name
     * @throws IllegalArgumentException if there is none; names the nearest
     */
    public DatasetEntry require(String name) {
        List<String> names = entries.stream().map(DatasetEntry::name).toList();
        return find(name)
                .orElseThrow(() -> new IllegalArgumentException(
                        "no dataset '%s' is known; %s".formatted(name, Suggestion.among(name, names))));
    }
}
