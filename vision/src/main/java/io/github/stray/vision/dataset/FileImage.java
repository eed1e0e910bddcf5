// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.dataset;

import java.io.IOException;
import java.nio.file.Path;

/** An image that a list or a user names. */
record FileImage(Path file) implements OwnFile {
    @Override
    public byte[] read() throws IOException {
        return BoundedRead.file(file);
    }
}
