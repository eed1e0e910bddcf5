// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.dataset;

import io.github.stray.extract.ImageContent;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** An image that is a file of its own; readable at any time. */
interface OwnFile extends ImageContent.Encoded {
    /** The file. */
    Path file();

    /** When it was last changed, "-" where it cannot be read: leave to read it changes no time. */
    default String lastModified() {
        try {
            return Files.isReadable(file()) ? Files.getLastModifiedTime(file()).toString() : "-";
        } catch (IOException e) {
            return "-";
        }
    }
}
