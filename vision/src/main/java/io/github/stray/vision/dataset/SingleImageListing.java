// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.dataset;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** One image file; its id is its name. */
record SingleImageListing(Path file, Ignored ignored) implements Listing {
    @Override
    public String name() {
        return String.valueOf(file.getFileName());
    }

    @Override
    public String where() {
        return file.toString();
    }

    @Override
    public List<String> classNames() {
        return List.of();
    }

    @Override
    public Cursor open() {
        return new Cursor() {
            private boolean taken;

            @Override
            public @Nullable Entry next() throws IOException {
                if (taken) {
                    return null;
                }
                taken = true;
                return new Entry(ImageNames.id(name()), OptionalInt.empty(), Files.size(file), new FileImage(file));
            }

            @Override
            public void close() {}
        };
    }
}
