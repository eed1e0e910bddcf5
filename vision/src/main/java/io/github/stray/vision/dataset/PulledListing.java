// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.dataset;

import io.github.stray.vision.data.DatasetSettings;
import io.github.stray.vision.data.DatasetStore;
import io.github.stray.vision.data.PulledSplit;
import io.github.stray.vision.data.SplitContent;
import io.github.stray.vision.data.SplitContent.LabelledFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The listed files of a pulled dataset's split; an id is the path inside the dataset. */
final class PulledListing implements Listing {
    private final String name;
    private final String where;
    private final SplitContent.ListedFiles content;

    private PulledListing(String name, String where, SplitContent.ListedFiles content) {
        this.name = name;
        this.where = where;
        this.content = content;
    }

    /** What {@code data:SPEC} names. */
    static Listing of(String spec) throws IOException {
        return of(DatasetStore.of(DatasetSettings.ofEnvironment()).open(spec));
    }

    static Listing of(PulledSplit split) throws IOException {
        String where = "data:" + split.dataset() + "#" + split.split();
        return switch (split.content()) {
            case SplitContent.ListedFiles listed -> new PulledListing(split.name(), where, listed);
            case SplitContent.ImageFolder images ->
                new PrefixedListing(new FolderListing(images.folder()), split.name(), where, images.prefix());
            case SplitContent.CifarRecords records ->
                new PrefixedListing(cifar(records), split.name(), where, records.split() + "/");
            case SplitContent.Digits digits ->
                new DigitsListing(split.name(), where, digits.file(), digits.split() + "/");
        };
    }

    private static CifarListing cifar(SplitContent.CifarRecords records) throws IOException {
        Cifar set = records.set().equals(Cifar.CIFAR10.id()) ? Cifar.CIFAR10 : Cifar.CIFAR100;
        CifarSplit split = CifarSplit.valueOf(records.split().toUpperCase(Locale.ROOT));
        return CifarListing.of(set, records.folder(), Optional.of(split));
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String where() {
        return where;
    }

    @Override
    public List<String> classNames() {
        return content.classNames();
    }

    @Override
    public Ignored ignored() {
        return new Ignored();
    }

    @Override
    public Cursor open() {
        Iterator<LabelledFile> files = content.files().iterator();
        return new Cursor() {
            @Override
            public @Nullable Entry next() throws IOException {
                if (!files.hasNext()) {
                    return null;
                }
                LabelledFile file = files.next();
                Path image = content.root().resolve(file.path());
                long size = Files.isRegularFile(image) ? Files.size(image) : -1;
                return new Entry(
                        ImageNames.id(content.prefix() + file.path()), file.label(), size, new FileImage(image));
            }

            @Override
            public void close() {}
        };
    }
}
