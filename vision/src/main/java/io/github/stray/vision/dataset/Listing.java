// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.dataset;

import io.github.stray.extract.ImageContent;
import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** The images at one place, before duplicates are refused and a subset is taken. */
interface Listing {
    /** Short name of the set. */
    String name();

    /** Where it lies, for messages. */
    String where();

    /** Class names in label order, empty where there are no classes. */
    List<String> classNames();

    /** What was passed over. */
    Ignored ignored();

    /** Starts at the first image; each call gives the same images in the same order. */
    Cursor open() throws IOException;

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
    }
}
