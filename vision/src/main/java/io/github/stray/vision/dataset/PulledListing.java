// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.dataset;

import io.github.stray.extract.OneLineId;
import io.github.stray.vision.data.DatasetSettings;
import io.github.stray.vision.data.DatasetStore;
import io.github.stray.vision.data.PulledSplit;
import io.github.stray.vision.data.SplitContent;
import io.github.stray.vision.dataset.Listing.Cursor;
import io.github.stray.vision.dataset.Listing.Entry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/** The listed files of a pulled dataset's split; an id is the path inside the dataset. */
final class PulledListing {
    private PulledListing() {}

    /** What {@code data:SPEC} names. */
    static Listing of(String spec) throws IOException {
        return of(DatasetStore.of(DatasetSettings.ofEnvironment()).open(spec));
    }

    static Listing of(PulledSplit split) throws IOException {
        String where = "data:" + split.dataset() + "#" + split.split();
        return switch (split.content()) {
            case SplitContent.ListedFiles listed ->
                new Listing(split.name(), where, listed.classNames(), () -> open(listed));
            case SplitContent.ImageFolder images ->
                FolderListing.of(images.folder()).asSplit(split.name(), where, images.prefix());
            case SplitContent.CifarRecords records ->
                cifar(records).asSplit(split.name(), where, records.split() + "/");
            case SplitContent.Digits digits ->
                DigitsListing.of(split.name(), where, digits.file(), digits.split() + "/");
        };
    }

    private static Listing cifar(SplitContent.CifarRecords records) throws IOException {
        Cifar set = records.set().equals(Cifar.CIFAR10.id()) ? Cifar.CIFAR10 : Cifar.CIFAR100;
        CifarSplit split = CifarSplit.valueOf(records.split().toUpperCase(Locale.ROOT));
        return CifarListing.of(set, records.folder(), Optional.of(split));
    }

    private static Cursor open(SplitContent.ListedFiles content) {
        return Cursor.of(content.files().iterator(), file -> {
            Path image = content.root().resolve(file.path());
            long size = Files.isRegularFile(image) ? Files.size(image) : -1;
            return new Entry(OneLineId.of(content.prefix() + file.path()), file.label(), size, new FileImage(image));
        });
    }
}
