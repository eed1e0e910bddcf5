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

    /** When it was last changed, "-" where that cannot be read. */
    default String lastModified() {
        try {
            return Files.getLastModifiedTime(file()).toString();
        } catch (IOException e) {
            return "-";
        }
    }
}
