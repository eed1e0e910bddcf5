// SPDX-License-Identifier: Apache-2.0
package io.github.stray.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A folder that appears under its name complete or not at all.
 *
 * <p>It is filled under another name (a prefix and a random number) beside its destination. {@link #moveTo} gives it its
 * name in one step; {@link #close()} without that deletes it. The folder also goes when the process is asked to end
 * (Ctrl-C). While it is filled it holds a locked file {@code .in-use}. What a killed process left behind is recognised by
 * its prefix and the released lock, and deleted when the next folder with that prefix is made.
 *
 * <p>Not safe for concurrent use; several processes may stage folders in one place.
 */
public final class StagedFolder implements AutoCloseable {
    private static final String LOCK = ".in-use";
    private static final SecureRandom NUMBERS = new SecureRandom();
    private static final Set<Path> LIVE = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime()
                .addShutdownHook(new Thread(() -> LIVE.forEach(StagedFolder::delete), "stray-staged-folders"));
    }

    private final Path path;
    private final FileChannel lock;

    private StagedFolder(Path path, FileChannel lock) {
        this.path = path;
        this.lock = lock;
    }

    /**
     * Makes a second place of a file: a hard link where the file system has them, a copy elsewhere.
     *
     * @param file what is there
     * @param place where nothing is yet, in a folder that exists
     * @throws IOException if it can be neither linked nor copied
     */
    public static void linkOrCopy(Path file, Path place) throws IOException {
        try {
            Files.createLink(place, file);
        } catch (IOException | UnsupportedOperationException noLinks) {
            Files.copy(file, place);
        }
    }

    /**
     * Makes an empty folder, and deletes what killed processes left under the same prefix.
     *
     * @param parent the folder it lies in, on the file system of its destination; made if it does not exist
     * @param prefix what its name begins with, before a number
     * @return the folder
     * @throws IOException if it cannot be made
     */
    public static StagedFolder in(Path parent, String prefix) throws IOException {
        Path real = Files.createDirectories(parent).toRealPath();
        for (Path other : list(real, prefix)) {
            if (isLeft(other)) {
                delete(other);
            }
        }
        Path path = create(real, prefix);
        LIVE.add(path);
        FileChannel lock =
                FileChannel.open(path.resolve(LOCK), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        try {
            lock.tryLock();
        } catch (IOException noLocks) {
            // Nobody can then tell a folder in use from one that was left, so what is left stays.
            return new StagedFolder(path, lock);
        }
        return new StagedFolder(path, lock);
    }

    /** Open to those whom the user's mask lets in, as folders that are made by hand; a temporary folder is the owner's alone. */
    private static Path create(Path parent, String prefix) throws IOException {
        while (true) {
            Path path = parent.resolve(prefix + NUMBERS.nextLong(Long.MAX_VALUE));
            try {
                return Files.createDirectory(path);
            } catch (FileAlreadyExistsException taken) {
                // Another number.
            }
        }
    }

    /**
     * {@return folders with a prefix, in use or left by a killed process}
     *
     * @param parent the folder they lie in; need not exist
     * @param prefix as for {@link #in}
     * @throws IOException if the parent cannot be read
     */
    public static List<Path> list(Path parent, String prefix) throws IOException {
        if (!Files.isDirectory(parent)) {
            return List.of();
        }
        Pattern name = Pattern.compile(Pattern.quote(prefix) + "[0-9]+");
        try (Stream<Path> entries = Files.list(parent)) {
            return entries.filter(entry ->
                            name.matcher(String.valueOf(entry.getFileName())).matches())
                    .toList();
        }
    }

    /**
     * Deletes a folder. It leaves its name in one step, so that nobody finds half of it.
     *
     * @param folder the folder, or a link, which is deleted and not followed
     * @param prefix what its name begins with while it is deleted
     * @throws IOException if it cannot be deleted
     */
    public static void remove(Path folder, String prefix) throws IOException {
        Path name = Objects.requireNonNull(folder.getFileName());
        try (StagedFolder doomed =
                in(Objects.requireNonNull(folder.toAbsolutePath().getParent()), prefix)) {
            Path moved = Files.move(folder, doomed.path.resolve(name), StandardCopyOption.ATOMIC_MOVE);
            FolderRemoval.remove(moved);
        }
    }

    /**
     * Deletes what killed processes left, whatever its prefix: hidden folders whose lock was released and which were made
     * more than a minute ago.
     *
     * @param parent the folder they lie in; need not exist
     * @throws IOException if the parent cannot be read
     */
    public static void removeLeft(Path parent) throws IOException {
        if (!Files.isDirectory(parent)) {
            return;
        }
        List<Path> hidden;
        try (Stream<Path> entries = Files.list(parent.toRealPath())) {
            hidden = entries.filter(entry -> entry.getFileName().toString().startsWith("."))
                    .toList();
        }
        for (Path folder : hidden) {
            Path mark = folder.resolve(LOCK);
            if (Files.isRegularFile(mark) && AtomicFile.isOld(mark) && isLeft(folder)) {
                delete(folder);
            }
        }
    }

    /** A process that looks at its own locks loses them. */
    private static boolean isLeft(Path folder) {
        if (LIVE.contains(folder)) {
            return false;
        }
        try (FileChannel lock = FileChannel.open(folder.resolve(LOCK), StandardOpenOption.WRITE)) {
            return lock.tryLock() != null;
        } catch (IOException | OverlappingFileLockException notOurs) {
            return false;
        }
    }

    private static void delete(Path folder) {
        try {
            FolderRemoval.remove(folder);
        } catch (IOException e) {
            System.getLogger(StagedFolder.class.getName())
                    .log(System.Logger.Level.WARNING, "cannot delete the temporary folder " + folder, e);
        }
    }

    /** {@return the folder to write to, absolute, links resolved} */
    public Path path() {
        return path;
    }

    /**
     * Gives the folder its name.
     *
     * @param target its name, in the folder it was made in; no folder with files may have it
     * @throws IOException if that fails; the folder is then still here
     */
    public void moveTo(Path target) throws IOException {
        lock.close();
        Files.deleteIfExists(path.resolve(LOCK));
        Files.move(path, target, StandardCopyOption.ATOMIC_MOVE);
        LIVE.remove(path);
    }

    /** Deletes the folder unless it was moved; that it cannot be deleted is logged. May be called again. */
    @Override
    public void close() {
        try {
            lock.close();
        } catch (IOException e) {
            System.getLogger(StagedFolder.class.getName())
                    .log(System.Logger.Level.WARNING, "cannot unlock the temporary folder " + path, e);
        }
        delete(path);
        LIVE.remove(path);
    }
}
