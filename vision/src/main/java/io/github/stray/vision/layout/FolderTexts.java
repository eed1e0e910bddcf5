// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.layout;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The texts' half of a folder.
 *
 * @param source the text encoder; empty if there is none, or none that can be used
 * @param notes what a reader of the card must know, such as why it is left out
 */
record FolderTexts(Optional<TextSource> source, List<String> notes) {
    /** A folder of images alone. */
    static final FolderTexts NONE = new FolderTexts(Optional.empty(), List.of());

    /** Reads the texts' half. */
    @FunctionalInterface
    interface Reading {
        FolderTexts read() throws IOException;
    }

    /** What is read, or why it is left out: what a folder does not say of its texts does not stop its images. */
    static FolderTexts of(Reading reading) throws IOException {
        try {
            FolderTexts texts = reading.read();
            if (texts.source.isPresent()) {
                texts.source.get().requireComplete();
            }
            return texts;
        } catch (NoTextsException e) {
            return new FolderTexts(Optional.empty(), List.of("texts are left out: " + e.getMessage()));
        }
    }

    /** The notes of the images' half, and these. */
    List<String> after(List<String> images) {
        var all = new ArrayList<>(images);
        all.addAll(notes);
        return all;
    }
}
