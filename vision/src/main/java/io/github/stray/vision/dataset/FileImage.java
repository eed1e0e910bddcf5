// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.dataset;

import io.github.stray.extract.ImageContent;
import java.io.IOException;
import java.nio.file.Path;

/** An image that is a file of its own; readable at any time. */
record FileImage(Path file) implements ImageContent.Encoded {
    @Override
    public byte[] read() throws IOException {
        return BoundedRead.file(file);
    }
}
