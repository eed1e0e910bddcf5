// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import static io.github.stray.cli.Count.formatted;
import static io.github.stray.store.JsonRow.row;
import static io.github.stray.store.JsonRow.rows;

import io.github.stray.remedy.Remedy;
import io.github.stray.vision.data.DatasetEntry;
import io.github.stray.vision.data.DatasetSplit;
import io.github.stray.vision.data.InstalledDataset;
import io.github.stray.vision.data.PulledArchive;
import io.github.stray.vision.data.RemoteArchive;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SequencedMap;
import java.util.stream.Collectors;

/**
 * A dataset, as text and as JSON.
 *
 * @param entry what is known of it
 * @param installed where it lies, if it is here
 */
record DatasetText(DatasetEntry entry, Optional<InstalledDataset> installed) {
    /** More are counted in a table, and named by {@code show}. */
    private static final int MOST_SPLITS = 5;

    String line() {
        String state = installed.isPresent() ? "here" : entry.isDownloadable() ? "-" : "by hand";
        return "%-15s %-8s %9s  %-22s %s".formatted(entry.name(), state, size(), splits(), entry.licence());
    }

    private String size() {
        return entry.size().isPresent()
                ? formatted("%,.0f MB", Math.max(1, entry.size().getAsLong() / 1e6))
                : "?";
    }

    private String splits() {
        return entry.splits().size() > MOST_SPLITS
                ? entry.splits().size() + " splits"
                : entry.splits().stream().map(DatasetSplit::name).collect(Collectors.joining(", "));
    }

    List<String> lines() {
        var lines = new ArrayList<String>();
        String where = installed
                .map(dataset -> (dataset.given() ? "in " : "unpacked in ") + dataset.folder())
                .orElse("not here");
        lines.add("%s (%s)".formatted(entry.name(), where));
        lines.add(line("what", entry.title()));
        lines.add(line("page", entry.homepage()));
        lines.add(line("licence", entry.licence()));
        lines.add(line("cite", entry.citation()));
        for (DatasetSplit split : entry.splits()) {
            String images = counted(split.images(), "images");
            lines.add(line("split", "data:%s#%s%s".formatted(entry.name(), split.name(), images)));
        }
        entry.classes().ifPresent(classes -> lines.add(line("classes", classes + ": " + entry.classNames())));
        for (RemoteArchive archive : entry.archives()) {
            String bytes = counted(archive.size(), "bytes");
            lines.add(line("archive", "%s%s, checksum %s".formatted(archive.file(), bytes, archive.checksum())));
            archive.addresses().forEach(address -> lines.add(line("", address)));
        }
        if (!entry.manual().isEmpty() && installed.isEmpty()) {
            lines.add(line("get it", manual()));
        }
        if (!entry.note().isEmpty()) {
            lines.add(line("note", entry.note()));
        }
        installed.ifPresent(dataset -> here(lines, dataset));
        return lines;
    }

    private static void here(List<String> lines, InstalledDataset dataset) {
        for (PulledArchive archive : dataset.archives()) {
            String checked = archive.checked() ? "checked" : "no checksum to check";
            lines.add(line("came from", "%s, sha256 %s, %s".formatted(archive.source(), archive.sha256(), checked)));
        }
        dataset.notes().forEach(note -> lines.add(line("found", note)));
        if (!dataset.given()) {
            lines.add(line("files", formatted("%,d of %,d bytes", dataset.files(), dataset.bytes())));
        }
    }

    private static String counted(OptionalLong number, String what) {
        return number.isPresent() ? formatted(", %,d %s", number.getAsLong(), what) : "";
    }

    private static String line(String what, Object text) {
        return "  %-10s %s".formatted(what, text);
    }

    private String manual() {
        return entry.manual().isEmpty() ? "" : entry.manual() + Remedies.of(Remedy.MIRROR);
    }

    SequencedMap<String, Object> document() {
        var document = row(
                "name", entry.name(),
                "title", entry.title(),
                "installed", installed.isPresent(),
                "downloadable", entry.isDownloadable(),
                "homepage", entry.homepage(),
                "licence", entry.licence(),
                "citation", entry.citation());
        entry.size().ifPresent(bytes -> document.put("bytes", bytes));
        document.put("splits", rows(entry.splits(), DatasetText::document));
        entry.classes().ifPresent(classes -> document.put("classes", classes));
        document.put("class_names", entry.classNames());
        document.put("archives", rows(entry.archives(), DatasetText::document));
        document.put("manual", manual());
        document.put("note", entry.note());
        installed.ifPresent(dataset -> {
            document.put("folder", dataset.folder().toString());
            document.put("files", dataset.files());
            document.put("unpacked_bytes", dataset.bytes());
            document.put("pulled", rows(dataset.archives(), PulledArchive::document));
            document.put("notes", dataset.notes());
        });
        return document;
    }

    private static Map<String, Object> document(DatasetSplit split) {
        var document = row("name", split.name());
        split.images().ifPresent(images -> document.put("images", images));
        return document;
    }

    private static Map<String, Object> document(RemoteArchive archive) {
        var document = row(
                "file", archive.file(),
                "urls", archive.addresses().stream().map(URI::toString).toList());
        archive.size().ifPresent(bytes -> document.put("bytes", bytes));
        archive.digest().ifPresent(digest -> {
            document.put(digest.kind().name().toLowerCase(Locale.ROOT), digest.hex());
            document.put("checksum_from", archive.digestSource());
        });
        return document;
    }
}
