// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import io.github.stray.vision.hub.Catalogue;
import io.github.stray.vision.hub.CatalogueEntry;
import io.github.stray.vision.model.ModelListing;
import io.github.stray.vision.model.StoredModel;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The catalogue, as text and as JSON. */
final class CatalogueText {
    private CatalogueText() {}

    /** Those entries whose name is not taken yet. */
    static List<CatalogueEntry> absent(ModelListing listing) {
        Set<String> taken = listing.models().stream().map(StoredModel::name).collect(Collectors.toSet());
        return Catalogue.ofStray().entries().stream()
                .filter(entry -> !taken.contains(entry.name()))
                .toList();
    }

    static void print(Console console, List<CatalogueEntry> entries) {
        console.out().printf("%nTo be fetched with 'stray models add NAME':%n");
        entries.stream().filter(CatalogueEntry::downloadable).forEach(entry -> line(console, entry));
        console.out().printf("%nTo be exported first, see 'stray models show NAME':%n");
        entries.stream().filter(entry -> !entry.downloadable()).forEach(entry -> line(console, entry));
    }

    private static void line(Console console, CatalogueEntry entry) {
        console.out().printf("%-28s %s; %s%n", entry.name(), entry.title(), layers(entry));
    }

    private static String layers(CatalogueEntry entry) {
        String layers = entry.layers().entrySet().stream()
                .map(layer -> layer.getKey() + " " + layer.getValue())
                .collect(Collectors.joining(", "));
        return entry.text() ? layers + ", text" : layers;
    }

    static void show(Console console, boolean json, CatalogueEntry entry) {
        if (json) {
            console.json(document(entry));
            return;
        }
        console.out().printf("%s (not installed)%n", entry.name());
        console.out().printf("  what           %s%n", entry.title());
        entry.licence().ifPresent(licence -> console.out().printf("  licence        %s%n", licence));
        entry.source().ifPresent(source -> console.out().printf("  source         %s%n", source));
        entry.inputSize().ifPresent(side -> console.out().printf("  input          %d x %d pixels%n", side, side));
        console.out().printf("  layers         %s%n", layers(entry));
        if (!entry.files().isEmpty()) {
            console.out().printf("  networks       %s%n", String.join(", ", entry.files()));
        }
        entry.size().ifPresent(size -> console.out().printf(Locale.ROOT, "  size           %,.0f MB%n", size / 1e6));
        console.out().printf("  verified       %s%n", entry.verified().words());
        if (!entry.note().isEmpty()) {
            console.out().printf("  note           %s%n", entry.note());
        }
        console.out().printf("  get it         %s%n", entry.howToGet());
    }

    static Map<String, Object> document(CatalogueEntry entry) {
        var document = new LinkedHashMap<String, Object>();
        document.put("name", entry.name());
        document.put("installed", false);
        document.put("downloadable", entry.downloadable());
        document.put("family", entry.family());
        document.put("title", entry.title());
        entry.licence().ifPresent(licence -> document.put("licence", licence));
        entry.source().ifPresent(source -> document.put("source", source.toString()));
        entry.inputSize().ifPresent(side -> document.put("input_size", side));
        document.put("layers", entry.layers());
        document.put("text", entry.text());
        document.put("files", entry.files());
        entry.size().ifPresent(size -> document.put("bytes", size));
        document.put("verified", entry.verified().toString().toLowerCase(Locale.ROOT));
        document.put("note", entry.note());
        document.put("get", entry.howToGet());
        return document;
    }
}
