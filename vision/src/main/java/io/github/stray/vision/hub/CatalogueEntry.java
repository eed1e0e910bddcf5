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
 * @param file the network of images to choose in the repository; empty where the usual one is meant
 * @param export how to make an export with other programs, in sentences; empty if there is a source
 * @param verified how far the entry was checked
 * @param licence licence of the weights, where known
 * @param inputSize side of the square images that the network sees
 * @param layers layer to dimension
 * @param text whether a text encoder belongs to it
 * @param size bytes of the files that are fetched, where known
 * @param files the networks that are fetched; empty without a source
 * @param choices other networks of images in the repository that may be chosen, to what they are
 * @param good what it is good for, in a sentence; may be empty
 * @param note what else to know; may be empty
 */
public record CatalogueEntry(
        String name,
        String family,
        String title,
        Optional<HubReference> source,
        Optional<String> file,
        Optional<String> export,
        Verified verified,
        Optional<String> licence,
        OptionalInt inputSize,
        Map<String, Integer> layers,
        boolean text,
        OptionalLong size,
        List<String> files,
        Map<String, String> choices,
        String good,
        String note) {
    /** Copies the collections. */
    public CatalogueEntry {
        layers = Collections.unmodifiableMap(new LinkedHashMap<>(layers));
        files = List.copyOf(files);
        choices = Collections.unmodifiableMap(new LinkedHashMap<>(choices));
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

    /** {@return bytes in words, where they are known} */
    public Optional<String> sizeText() {
        return size.isPresent()
                ? Optional.of(String.format(Locale.ROOT, "%,.0f MB", size.getAsLong() / 1e6))
                : Optional.empty();
    }

    /**
     * {@return lines that say what is known of it, for a person}
     *
     * @param installed whether an extractor of this name is installed
     */
    public List<String> lines(boolean installed) {
        var lines = new ArrayList<String>();
        lines.add(name + (installed ? " (installed)" : " (not installed)"));
        lines.add("  what           " + title);
        licence.ifPresent(known -> lines.add("  licence        " + known));
        source.ifPresent(known -> lines.add("  source         " + known));
        inputSize.ifPresent(side -> lines.add("  input          %d x %d pixels".formatted(side, side)));
        lines.add("  layers         " + layersText());
        if (!files.isEmpty()) {
            lines.add("  networks       " + String.join(", ", files));
        }
        sizeText().ifPresent(megabytes -> lines.add("  size           " + megabytes));
        lines.add("  verified       " + verified.words() + "; not tried here");
        if (!good.isEmpty()) {
            lines.add("  good for       " + good);
        }
        if (!note.isEmpty()) {
            lines.add("  note           " + note);
        }
        lines.add("  get it         " + howToGet());
        choices.forEach((chosen, what) -> lines.add("  other file     %s: %s".formatted(chosen, what)));
        return lines;
    }

    /**
     * {@return what is known of it, for a program: keys to texts, numbers and lists, in a fixed order}
     *
     * @param installed whether an extractor of this name is installed
     */
    public Map<String, Object> document(boolean installed) {
        var document = new LinkedHashMap<String, Object>();
        document.put("name", name);
        document.put("installed", installed);
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
        document.put("choices", choices);
        document.put("good_for", good);
        document.put("tried_here", false);
        document.put("verified", verified.toString().toLowerCase(Locale.ROOT));
        document.put("note", note);
        document.put("get", howToGet());
        return document;
    }
}
