// SPDX-License-Identifier: Apache-2.0
package io.github.stray.store;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Maps whole files. The mapping lives as long as something refers to it. A small file is read, which is cheaper. */
final class MappedFile {
    private static final int SMALL = 1 << 16;

    private MappedFile() {}

    static MemorySegment map(Path path) throws IOException {
        if (Files.isDirectory(path)) {
            throw new UnsupportedFileException(path, "is a folder, expected a file");
        }
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            long size = channel.size();
            if (size > SMALL) {
                return channel.map(FileChannel.MapMode.READ_ONLY, 0, size, Arena.ofAuto());
            }
            return MemorySegment.ofArray(Channels.newInputStream(channel).readAllBytes());
        }
    }
}
