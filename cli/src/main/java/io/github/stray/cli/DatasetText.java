// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import io.github.stray.vision.data.DatasetEntry;
import io.github.stray.vision.data.DatasetSplit;
import io.github.stray.vision.data.InstalledDataset;
import io.github.stray.vision.data.PulledArchive;
import io.github.stray.vision.data.RemoteArchive;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** A dataset, as text and as JSON. */
final class DatasetText {
    /** More are counted in a table, and named by {@code show}. */
    private static final int MOST_SPLITS = 5;

    private DatasetText() {}

    static void line(Console console, DatasetEntry entry, boolean installed) {
        String state = installed ? "here" : entry.isDownloadable() ? "-" : "by hand";
        console.out()
                .printf("%-15s %-8s %9s  %-22s %s%n", entry.name(), state, size(entry), splits(entry), entry.licence());
    }

    private static String size(DatasetEntry entry) {
        return entry.size().isPresent()
                ? String.format(
                        Locale.ROOT, "%,.0f MB", Math.max(1, entry.size().getAsLong() / 1e6))
                : "?";
    }

    private static String splits(DatasetEntry entry) {
        if (entry.splits().size() > MOST_SPLITS) {
            return entry.splits().size() + " splits";
        }
        return entry.splits().stream().map(DatasetSplit::name).collect(Collectors.joining(", "));
    }

    static void show(Console console, DatasetEntry entry, Optional<InstalledDataset> installed) {
        console.out()
                .printf(
                        "%s (%s)%n",
                        entry.name(),
                        installed
                                .map(dataset -> (dataset.given() ? "in " : "unpacked in ") + dataset.folder())
                                .orElse("not here"));
        line(console, "what", entry.title());
        line(console, "page", entry.homepage());
        line(console, "licence", entry.licence());
        line(console, "cite", entry.citation());
        for (DatasetSplit split : entry.splits()) {
            line(
                    console,
                    "split",
                    "data:%s#%s%s"
                            .formatted(
                                    entry.name(),
                                    split.name(),
                                    split.images().isPresent()
                                            ? String.format(
                                                    Locale.ROOT,
                                                    ", %,d images",
                                                    split.images().getAsLong())
                                            : ""));
        }
        entry.classes().ifPresent(classes -> line(console, "classes", "%d: %s".formatted(classes, entry.classNames())));
        for (RemoteArchive archive : entry.archives()) {
            line(
                    console,
                    "archive",
                    "%s%s, checksum %s"
                            .formatted(
                                    archive.file(),
                                    archive.size().isPresent()
                                            ? String.format(
                                                    Locale.ROOT,
                                                    ", %,d bytes",
                                                    archive.size().getAsLong())
                                            : "",
                                    archive.checksum()));
            for (URI address : archive.addresses()) {
                line(console, "", address.toString());
            }
        }
        if (!entry.manual().isEmpty() && installed.isEmpty()) {
            line(console, "get it", entry.manual());
        }
        if (!entry.note().isEmpty()) {
            line(console, "note", entry.note());
        }
        installed.ifPresent(dataset -> here(console, dataset));
    }

    private static void here(Console console, InstalledDataset dataset) {
        for (PulledArchive archive : dataset.archives()) {
            line(
                    console,
                    "came from",
                    "%s, sha256 %s, %s"
                            .formatted(
                                    archive.source(),
                                    archive.sha256(),
                                    archive.checked() ? "checked" : "no checksum to check"));
        }
        dataset.notes().forEach(note -> line(console, "found", note));
        if (!dataset.given()) {
            line(console, "files", String.format(Locale.ROOT, "%,d of %,d bytes", dataset.files(), dataset.bytes()));
        }
    }

    private static void line(Console console, String what, String text) {
        console.out().printf("  %-10s %s%n", what, text);
    }

    static Map<String, Object> document(DatasetEntry entry, Optional<InstalledDataset> installed) {
        var document = new LinkedHashMap<String, Object>();
        document.put("name", entry.name());
        document.put("title", entry.title());
        document.put("installed", installed.isPresent());
        document.put("downloadable", entry.isDownloadable());
        document.put("homepage", entry.homepage());
        document.put("licence", entry.licence());
        document.put("citation", entry.citation());
        entry.size().ifPresent(bytes -> document.put("bytes", bytes));
        document.put(
                "splits", entry.splits().stream().map(DatasetText::document).toList());
        entry.classes().ifPresent(classes -> document.put("classes", classes));
        document.put("class_names", entry.classNames());
        document.put(
                "archives", entry.archives().stream().map(DatasetText::document).toList());
        document.put("manual", entry.manual());
        document.put("note", entry.note());
        installed.ifPresent(dataset -> {
            document.put("folder", dataset.folder().toString());
            document.put("files", dataset.files());
            document.put("unpacked_bytes", dataset.bytes());
            document.put("pulled", pulled(dataset));
            document.put("notes", dataset.notes());
        });
        return document;
    }

    private static Map<String, Object> document(DatasetSplit split) {
        var document = new LinkedHashMap<String, Object>();
        document.put("name", split.name());
        split.images().ifPresent(images -> document.put("images", images));
        return document;
    }

    private static Map<String, Object> document(RemoteArchive archive) {
        var document = new LinkedHashMap<String, Object>();
        document.put("file", archive.file());
        document.put("urls", archive.addresses().stream().map(URI::toString).toList());
        archive.size().ifPresent(bytes -> document.put("bytes", bytes));
        archive.digest().ifPresent(digest -> {
            document.put(digest.kind().name().toLowerCase(Locale.ROOT), digest.hex());
            document.put("checksum_from", archive.digestSource());
        });
        return document;
    }

    private static List<Map<String, Object>> pulled(InstalledDataset dataset) {
        var documents = new ArrayList<Map<String, Object>>();
        for (PulledArchive archive : dataset.archives()) {
            var document = new LinkedHashMap<String, Object>();
            document.put("file", archive.file());
            document.put("source", archive.source());
            document.put("bytes", archive.bytes());
            document.put("sha256", archive.sha256());
            document.put("checked", archive.checked());
            documents.add(document);
        }
        return documents;
    }
}
