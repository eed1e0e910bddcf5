// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.hub;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/**
 * An extractor that is known, and how to get it.
 *
 * @param name short name, which {@code stray models add} takes and under which it is installed
 * @param family name of the method it was trained with
 * @param title what it is, for a person
 * @param source repository and revision of an export; empty if there is none that is maintained
 * @param export how to make an export with other programs, in sentences; empty if there is a source
 * @param verified how far the entry was checked
 * @param licence licence of the weights, where known
 * @param inputSize side of the square images that the network sees
 * @param layers layer to dimension
 * @param text whether a text encoder belongs to it
 * @param size bytes of the files that are fetched, where known
 * @param files the networks that are fetched; empty without a source
 * @param note what else to know; may be empty
 */
public record CatalogueEntry(
        String name,
        String family,
        String title,
        Optional<HubReference> source,
        Optional<String> export,
        Verified verified,
        Optional<String> licence,
        OptionalInt inputSize,
        Map<String, Integer> layers,
        boolean text,
        OptionalLong size,
        List<String> files,
        String note) {
    /** Copies the collections. */
    public CatalogueEntry {
        layers = Collections.unmodifiableMap(new LinkedHashMap<>(layers));
        files = List.copyOf(files);
        if (source.isEmpty() && export.isEmpty()) {
            throw new IllegalArgumentException("'%s' has neither a source nor a way to export it".formatted(name));
        }
    }

    /** How far an entry was checked. None was ever fetched by those who wrote it down: they had no access to the hub. */
    public enum Verified {
        /** Repository, commit and digest of the network are those that independent programs pin. */
        PINNED("its commit and digest are pinned by other programs"),
        /** Independent programs fetch from this repository; files and settings were not seen. */
        REPOSITORY("other programs fetch from its repository"),
        /** Nothing: written down from memory or by analogy. */
        NO("not verified");

        private final String words;

        Verified(String words) {
            this.words = words;
        }

        /** {@return the same in words, part of a sentence} */
        public String words() {
            return words;
        }
    }

    /** {@return whether one command fetches it: there is a source} */
    public boolean downloadable() {
        return source.isPresent();
    }

    /** {@return a command that fetches it, or sentences that say how to make an export} */
    public String howToGet() {
        return downloadable() ? "stray models add " + name : export.orElseThrow();
    }

    /** {@return its layers with their dimensions, and whether it embeds texts} */
    public String layersText() {
        String each = layers.entrySet().stream()
                .map(layer -> layer.getKey() + " " + layer.getValue())
                .collect(Collectors.joining(", "));
        return text ? each + ", text" : each;
    }

    /** {@return lines that say what is known of it, for a person} */
    public List<String> lines() {
        var lines = new ArrayList<String>();
        lines.add(name + " (not installed)");
        lines.add("  what           " + title);
        licence.ifPresent(known -> lines.add("  licence        " + known));
        source.ifPresent(known -> lines.add("  source         " + known));
        inputSize.ifPresent(side -> lines.add("  input          %d x %d pixels".formatted(side, side)));
        lines.add("  layers         " + layersText());
        if (!files.isEmpty()) {
            lines.add("  networks       " + String.join(", ", files));
        }
        size.ifPresent(bytes -> lines.add(String.format(Locale.ROOT, "  size           %,.0f MB", bytes / 1e6)));
        lines.add("  verified       " + verified.words());
        if (!note.isEmpty()) {
            lines.add("  note           " + note);
        }
        lines.add("  get it         " + howToGet());
        return lines;
    }

    /** {@return what is known of it, for a program: keys to texts, numbers and lists, in a fixed order} */
    public Map<String, Object> document() {
        var document = new LinkedHashMap<String, Object>();
        document.put("name", name);
        document.put("installed", false);
        document.put("downloadable", downloadable());
        document.put("family", family);
        document.put("title", title);
        licence.ifPresent(known -> document.put("licence", known));
        source.ifPresent(known -> document.put("source", known.toString()));
        inputSize.ifPresent(side -> document.put("input_size", side));
        document.put("layers", layers);
        document.put("text", text);
        document.put("files", files);
        size.ifPresent(bytes -> document.put("bytes", bytes));
        document.put("verified", verified.toString().toLowerCase(Locale.ROOT));
        document.put("note", note);
        document.put("get", howToGet());
        return document;
    }
}
