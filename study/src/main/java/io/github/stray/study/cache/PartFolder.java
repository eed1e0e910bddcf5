// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.cache;

import io.github.stray.store.FolderRemoval;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A folder with finished parts of long work, which goes on with the next part where it was broken off. One process at a time
 * holds it. Its time of change is when it was last taken. Closing leaves the parts.
 */
final class PartFolder implements AutoCloseable {
    /** Samples of a part: a few seconds of work. */
    static final int SAMPLES = 4096;

    private static final String LOCK = "lock";

    private final Path folder;
    private final FileChannel channel;
    private final FileLock lock;

    private PartFolder(Path folder, FileChannel channel, FileLock lock) {
        this.folder = folder;
        this.channel = channel;
        this.lock = lock;
    }

    /** Takes a folder, which is made if there is none; nothing if another process or thread holds it. */
    static Optional<PartFolder> take(Path folder) throws IOException {
        Files.createDirectories(folder);
        FileChannel channel =
                FileChannel.open(folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            @Nullable FileLock lock = channel.tryLock();
            if (lock != null) {
                Files.setLastModifiedTime(folder, FileTime.fromMillis(System.currentTimeMillis()));
                return Optional.of(new PartFolder(folder, channel, lock));
            }
        } catch (OverlappingFileLockException held) {
            // By a thread of this process.
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        channel.close();
        return Optional.empty();
    }

    Path file(int part, String suffix) {
        return folder.resolve(String.format(Locale.ROOT, "%06d%s", part, suffix));
    }

    /** Deletes the parts: they are needed no more. */
    void remove() throws IOException {
        FolderRemoval.remove(folder);
    }

    @Override
    public void close() throws IOException {
        lock.release();
        channel.close();
    }
}
