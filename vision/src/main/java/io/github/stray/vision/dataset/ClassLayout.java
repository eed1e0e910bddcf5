// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.dataset;

import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Classes from paths: an image's class is its first-level folder if every image is in one; else there are no classes.
 *
 * <p>An archive may have a wrapper: the one top folder that holds every image, as zipping a folder makes it. It belongs
 * to neither ids nor classes, so an archive and the folder it unpacks to are the same set. Only one such level is taken
 * off: {@code name/class/a.jpg} has classes, {@code name/a.jpg} has none.
 *
 * <p>Classes are in order of their code points; folders that are all named by numbers, {@code 0} to {@code 11}, in the order
 * of these.
 */
record ClassLayout(String prefix, List<String> classNames, Comparator<String> order) {
    /** Classes of a set. */
    static final int MOST = 1_000_000;

    private static final Pattern NUMBER = Pattern.compile("0|[1-9][0-9]*");

    private static ClassLayout of(String prefix, Collection<String> folders) {
        Comparator<String> order = order(folders);
        return new ClassLayout(prefix, folders.stream().sorted(order).toList(), order);
    }

    /** Of numbers without leading zeros, the longer is the larger. */
    private static Comparator<String> order(Collection<String> folders) {
        Comparator<String> names = ImageNames::comparePaths;
        return folders.stream().allMatch(name -> NUMBER.matcher(name).matches())
                ? Comparator.comparingInt(String::length).thenComparing(names)
                : names;
    }

    /** The path inside the set. */
    String inside(String path) {
        return path.substring(prefix.length());
    }

    /** Label of a path inside the set. */
    OptionalInt label(String inside) {
        if (classNames.isEmpty()) {
            return OptionalInt.empty();
        }
        int slash = inside.indexOf('/');
        String name = slash < 0 ? "" : inside.substring(0, slash);
        int index = Collections.binarySearch(classNames, name, order);
        return index < 0 ? OptionalInt.empty() : OptionalInt.of(index);
    }

    /** Sees every image path once; memory grows with the number of folders of the first two levels. */
    static final class Builder {
        private final boolean wrapped;
        private final TreeSet<String> first = new TreeSet<>(ImageNames::comparePaths);
        private final TreeSet<String> second = new TreeSet<>(ImageNames::comparePaths);
        private boolean anyInRoot;
        private boolean anyInTop;

        /** With {@code wrapped}, a single top folder is a wrapper. */
        Builder(boolean wrapped) {
            this.wrapped = wrapped;
        }

        /**
         * Sees a path.
         *
         * @throws DatasetException if there are more folders than classes can be
         */
        void add(String path) throws DatasetException {
            @Nullable String top = folder(path, 0);
            if (top == null) {
                anyInRoot = true;
                return;
            }
            first.add(top);
            if (first.size() > 1) {
                second.clear();
                if (first.size() > MOST) {
                    throw tooMany();
                }
                return;
            }
            @Nullable String below = folder(path, top.length() + 1);
            if (below == null) {
                anyInTop = true;
            } else {
                second.add(below);
            }
            if (second.size() > MOST) {
                throw tooMany();
            }
        }

        private static DatasetException tooMany() {
            return new DatasetException(
                    "there are more than %,d folders of images; each would be a class".formatted(MOST));
        }

        ClassLayout build() {
            if (anyInRoot || first.isEmpty()) {
                return of("", List.of());
            }
            if (wrapped && first.size() == 1) {
                return of(first.first() + "/", anyInTop ? List.of() : second);
            }
            return of("", first);
        }

        private static @Nullable String folder(String path, int from) {
            int slash = path.indexOf('/', from);
            return slash < 0 ? null : path.substring(from, slash);
        }
    }
}
