// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.dataset;

import io.github.stray.extract.ImageContent;
import java.io.Closeable;
import java.io.IOException;
import java.util.Iterator;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * The images at one place, before duplicates are refused and a subset is taken.
 *
 * @param name short name of the set
 * @param where where it lies, for messages
 * @param classNames class names in label order, empty where there are no classes
 * @param ignored what was passed over
 * @param opening starts at the first image; each call gives the same images in the same order
 */
record Listing(String name, String where, List<String> classNames, Ignored ignored, Opening opening) {
    /** Where nothing is passed over. */
    Listing(String name, String where, List<String> classNames, Opening opening) {
        this(name, where, classNames, new Ignored(), opening);
    }

    Cursor open() throws IOException {
        return opening.open();
    }

    /** The same images as a split of a dataset: ids begin with what tells the splits apart in one gallery. */
    Listing asSplit(String split, String place, String prefix) {
        return new Listing(split, place, classNames, ignored, () -> {
            Cursor cursor = open();
            Cursor prefixed = () -> {
                @Nullable Entry entry = cursor.next();
                return entry == null
                        ? null
                        : new Entry(prefix + entry.id(), entry.label(), entry.size(), entry.content());
            };
            return prefixed.closing(cursor);
        });
    }

    /** Opens a listing at its first image. */
    interface Opening {
        Cursor open() throws IOException;
    }

    /**
     * One image.
     *
     * @param size bytes as listed, -1 where unknown
     * @param content readable until the next entry is taken or the cursor closed
     */
    record Entry(String id, OptionalInt label, long size, ImageContent content) {}

    /** Entries one after another. */
    interface Cursor extends Closeable {
        /** The next entry, null after the last. */
        @Nullable
        Entry next() throws IOException;

        @Override
        default void close() throws IOException {}

        /** An entry for each item. */
        static <T> Cursor of(Iterator<T> items, Reading<T> reading) {
            return () -> items.hasNext() ? reading.entry(items.next()) : null;
        }

        /** The same entries; closing the cursor closes what they are read from. */
        default Cursor closing(Closeable source) {
            Cursor entries = this;
            return new Cursor() {
                @Override
                public @Nullable Entry next() throws IOException {
                    return entries.next();
                }

                @Override
                public void close() throws IOException {
                    source.close();
                }
            };
        }
    }

    /** Makes the entry of an item. */
    interface Reading<T> {
        Entry entry(T item) throws IOException;
    }
}
