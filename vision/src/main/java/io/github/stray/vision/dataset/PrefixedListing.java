// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.dataset;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Another listing as a split of a dataset: its ids begin with what tells the splits apart in one gallery. */
record PrefixedListing(Listing listing, String name, String where, String prefix) implements Listing {
    @Override
    public List<String> classNames() {
        return listing.classNames();
    }

    @Override
    public Ignored ignored() {
        return listing.ignored();
    }

    @Override
    public Cursor open() throws IOException {
        Cursor cursor = listing.open();
        return new Cursor() {
            @Override
            public @Nullable Entry next() throws IOException {
                @Nullable Entry entry = cursor.next();
                return entry == null
                        ? null
                        : new Entry(prefix + entry.id(), entry.label(), entry.size(), entry.content());
            }

            @Override
            public void close() throws IOException {
                cursor.close();
            }
        };
    }
}
