// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.data;

import io.github.stray.vision.image.ImageSuffixes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What of a dataset is not as the catalogue says, in sentences. */
final class DatasetNotes {
    private DatasetNotes() {}

    /** Every split must open but those that need other datasets; that it has another number of images than the catalogue says is only said. */
    static List<String> of(DatasetEntry entry, Path folder) throws IOException {
        var notes = new ArrayList<String>();
        for (RemoteArchive archive : entry.archives()) {
            if (archive.digest().isEmpty()) {
                notes.add("no checksum of %s is known: what came was recorded, not checked".formatted(archive.file()));
            }
        }
        for (DatasetSplit split : entry.splits()) {
            if (entry.layout() == DatasetLayout.OPENOOD) {
                if (!Files.isRegularFile(folder.resolve(split.path()))) {
                    notes.add("there is no list %s, so no split %s".formatted(split.path(), split.name()));
                }
                continue;
            }
            SplitContent content = entry.layout().split(folder, entry, split);
            if (content instanceof SplitContent.ListedFiles listed) {
                listed.requireSafe(entry.name());
                noteMissing(split, listed, notes);
                noteCount(split, listed.files().size(), notes);
                noteClasses(entry, split, listed.classNames().size(), notes);
            } else if (content instanceof SplitContent.ImageFolder images) {
                noteCount(split, images(images.folder()), notes);
                addFolders(entry, split, images.folder(), notes);
            }
        }
        return notes;
    }

    /** Hidden files are no images of a dataset. */
    private static long images(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.map(file -> String.valueOf(file.getFileName()))
                    .filter(name -> !name.startsWith(".") && ImageSuffixes.isImage(name))
                    .count();
        }
    }

    private static void noteCount(DatasetSplit split, long found, List<String> notes) {
        if (split.images().isPresent() && found != split.images().getAsLong()) {
            notes.add("the split %s has %,d images, and the catalogue says %,d"
                    .formatted(split.name(), found, split.images().getAsLong()));
        }
    }

    /** Labels follow the sorted folders: one more or less shifts them. */
    static void addFolders(DatasetEntry entry, DatasetSplit split, Path folder, List<String> notes) throws IOException {
        noteClasses(entry, split, LayoutFiles.folders(folder).size(), notes);
    }

    private static void noteClasses(DatasetEntry entry, DatasetSplit split, int found, List<String> notes) {
        if (entry.classes().isPresent() && found != entry.classes().getAsInt()) {
            notes.add("the split %s has %,d classes, and the catalogue says %,d"
                    .formatted(split.name(), found, entry.classes().getAsInt()));
        }
    }

    private static void noteMissing(DatasetSplit split, SplitContent.ListedFiles listed, List<String> notes) {
        List<String> missing = listed.files().stream()
                .map(SplitContent.LabelledFile::path)
                .filter(path -> !Files.isRegularFile(listed.root().resolve(path)))
                .toList();
        if (!missing.isEmpty()) {
            notes.add("the split %s names %,d images that are not there, such as %s"
                    .formatted(split.name(), missing.size(), missing.getFirst()));
        }
    }
}
