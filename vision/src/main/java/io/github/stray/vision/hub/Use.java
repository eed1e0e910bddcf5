// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.hub;

import java.util.Locale;

/** What a network is wanted for. */
public enum Use {
    /** Little memory, and a processor alone. */
    LAPTOP("small and quick on a processor alone"),
    /** A GPU, or patience. */
    SERVER("large, for a GPU or for patience"),
    /** Images that are compared with class names or captions. */
    TEXT("images and texts in one space: class names, captions"),
    /** Where on an image something is strange. */
    MAPS("patches, for maps of where an image is strange");

    private final String words;

    Use(String words) {
        this.words = words;
    }

    /** {@return what it means, part of a sentence} */
    public String words() {
        return words;
    }

    /** {@return the name that users type} */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }
}
