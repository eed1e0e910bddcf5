// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.data;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.regex.Pattern;

/**
 * A dataset that is known by name.
 *
 * @param name name in commands
 * @param title name for a person
 * @param homepage its page
 * @param licence its terms, in words
 * @param citation whom to cite
 * @param archives what it is fetched as; empty for one whose folder the user gives
 * @param layout how what is unpacked is arranged
 * @param splits its parts
 * @param classes how many classes it has, where it has some
 * @param classNames where their names come from; empty without classes
 * @param names class names in label order, where its files do not hold them
 * @param manual how to get what no program can fetch; empty if there is nothing
 * @param note what else to know; may be empty
 */
public record DatasetEntry(
        String name,
        String title,
        String homepage,
        String licence,
        String citation,
        List<RemoteArchive> archives,
        DatasetLayout layout,
        List<DatasetSplit> splits,
        OptionalInt classes,
        String classNames,
        List<String> names,
        String manual,
        String note) {
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,63}");

    /** Copies the lists, checks the name. */
    public DatasetEntry {
        archives = List.copyOf(archives);
        splits = List.copyOf(splits);
        names = List.copyOf(names);
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("'%s' is no name of a dataset".formatted(name));
        }
        if (splits.isEmpty()) {
            throw new IllegalArgumentException("'%s' has no split".formatted(name));
        }
    }

    /** {@return bytes that are fetched, the sum of the known sizes; empty where none is known} */
    public OptionalLong size() {
        long[] known = archives.stream()
                .flatMapToLong(archive -> archive.size().stream())
                .toArray();
        return known.length == 0
                ? OptionalLong.empty()
                : OptionalLong.of(Arrays.stream(known).sum());
    }

    /** {@return whether there is nothing to fetch: the user gives its folder, because it may not be fetched} */
    public boolean isGiven() {
        return archives.isEmpty();
    }

    /** {@return whether one command fetches it: every archive has an address} */
    public boolean isDownloadable() {
        return !isGiven()
                && archives.stream().noneMatch(archive -> archive.addresses().isEmpty());
    }

    Optional<DatasetSplit> split(String wanted) {
        return splits.stream().filter(split -> split.name().equals(wanted)).findFirst();
    }

    List<String> splitNames() {
        return splits.stream().map(DatasetSplit::name).toList();
    }
}
