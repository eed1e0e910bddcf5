// SPDX-License-Identifier: Apache-2.0
package io.github.stray.store;

import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.HexFormat;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;

/**
 * A file that appears under its name complete or not at all.
 *
 * <p>Bytes go to a temporary file in the same folder ({@code .stray-<16 hex digits>.tmp}). {@link #commit()} flushes it to
 * the device and moves it over the target in one step; {@link #close()} without commit deletes it. The temporary file also
 * goes when the process is asked to end (Ctrl-C). What a killed process left behind is recognised by its name and a
 * released lock, and deleted by the next writer in that folder once it is a minute old. If the target is a symbolic link,
 * the file it points to is replaced. What replaces a file allows the same people the same; a read-only file is not
 * replaced.
 *
 * <p>Not safe for concurrent use.
 */
public final class AtomicFile implements Closeable {
    private static final Pattern TEMPORARY = Pattern.compile("\\.stray-[0-9a-f]{16}\\.tmp");
    private static final Duration GRACE = Duration.ofMinutes(1);
    private static final Set<PosixFilePermission> WRITE =
            Set.of(PosixFilePermission.OWNER_WRITE, PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE);
    private static final Set<Path> LIVE = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(AtomicFile::deleteLive, "stray-temporary-files"));
    }

    private final Path target;
    private final Path temporary;
    private final FileChannel channel;
    private boolean finished;

    private AtomicFile(Path target, Path temporary, FileChannel channel) {
        this.target = target;
        this.temporary = temporary;
        this.channel = channel;
    }

    /**
     * Starts a file.
     *
     * @param target the name it will have; its folder must exist
     * @return the file, empty
     * @throws AccessDeniedException if its folder takes no files, or the target is read-only
     * @throws FileSystemException if the target is a folder or no regular file, or its folder is missing; the message says
     *     which
     * @throws IOException if the temporary file cannot be made
     */
    public static AtomicFile create(Path target) throws IOException {
        Path actual =
                (Files.isSymbolicLink(target) && Files.exists(target) ? target.toRealPath() : target).toAbsolutePath();
        Path folder = actual.getParent();
        if (Files.isDirectory(actual)) {
            throw new FileSystemException(target.toString(), null, "is a folder; give the name of a file in it");
        }
        if (Files.exists(actual) && !Files.isRegularFile(actual)) {
            throw new FileSystemException(target.toString(), null, "is not a regular file and cannot be replaced");
        }
        if (folder == null || !Files.isDirectory(folder)) {
            throw new FileSystemException(target.toString(), null, "cannot write: there is no folder " + folder);
        }
        requireWritable(target, folder);
        removeLeft(folder);
        byte[] random = new byte[8];
        ThreadLocalRandom.current().nextBytes(random);
        Path temporary = folder.resolve(".stray-" + HexFormat.of().formatHex(random) + ".tmp");
        LIVE.add(temporary);
        try {
            FileChannel channel = open(temporary, permissions(actual));
            lock(channel);
            return new AtomicFile(actual, temporary, channel);
        } catch (IOException e) {
            LIVE.remove(temporary);
            throw cannotWrite(target, e);
        }
    }

    /**
     * Writes a whole file.
     *
     * @param target as for {@link #create}
     * @param text its content, written as UTF-8
     * @throws IOException if it cannot be written; the target is then as it was
     */
    public static void write(Path target, String text) throws IOException {
        write(target, text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Writes a whole file.
     *
     * @param target as for {@link #create}
     * @param bytes its content
     * @throws IOException if it cannot be written; the target is then as it was
     */
    public static void write(Path target, byte[] bytes) throws IOException {
        try (AtomicFile file = create(target)) {
            file.append(ByteBuffer.wrap(bytes));
            file.commit();
        }
    }

    /**
     * Makes sure that a file may be made or replaced.
     *
     * @param target its name
     * @param folder where it lies, an existing folder
     * @throws AccessDeniedException if the folder takes no files, or the file is read-only
     */
    static void requireWritable(Path target, Path folder) throws IOException {
        if (!Files.isWritable(folder)) {
            throw new AccessDeniedException(
                    target.toString(), null, "cannot write: no permission to create files in " + folder);
        }
        Set<PosixFilePermission> permissions = permissions(target);
        boolean writable = permissions.isEmpty() || !Collections.disjoint(permissions, WRITE);
        if (Files.exists(target) && !(writable && Files.isWritable(target))) {
            throw new AccessDeniedException(
                    target.toString(),
                    null,
                    "is read-only and is not replaced; make it writable or choose another name");
        }
    }

    /** What an existing file allows whom; empty where there is no file, or the file system knows no such thing. */
    private static Set<PosixFilePermission> permissions(Path file) throws IOException {
        PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
        return view == null || !Files.exists(file)
                ? Set.of()
                : view.readAttributes().permissions();
    }

    /** The temporary file allows no more than what it will replace, also while it is written. */
    private static FileChannel open(Path temporary, Set<PosixFilePermission> permissions) throws IOException {
        Set<OpenOption> options =
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
        if (permissions.isEmpty()) {
            return FileChannel.open(temporary, options);
        }
        FileChannel channel = FileChannel.open(temporary, options, PosixFilePermissions.asFileAttribute(permissions));
        Files.setPosixFilePermissions(temporary, permissions);
        return channel;
    }

    /** Whether a file was last written more than a minute ago; a younger one may not have its lock yet. */
    static boolean isOld(Path file) throws IOException {
        Instant written = Files.getLastModifiedTime(file).toInstant();
        return written.isBefore(Instant.now().minus(GRACE));
    }

    /** Whether a file is one that is being written, or was when its process was killed. */
    static boolean isTemporary(Path file) {
        return TEMPORARY.matcher(String.valueOf(file.getFileName())).matches();
    }

    /** For tests with a channel that fails. */
    static AtomicFile over(Path target, Path temporary, FileChannel channel) {
        return new AtomicFile(target, temporary, channel);
    }

    /** A file system without locks keeps stale files, because nobody can then tell them from live ones. */
    private static void lock(FileChannel channel) {
        try {
            channel.tryLock();
        } catch (IOException noLocks) {
            return;
        }
    }

    /**
     * Deletes what killed processes were writing in a folder, but for what is younger than a minute.
     *
     * @param folder an existing folder
     * @throws IOException if it cannot be read; what cannot be deleted stays
     */
    public static void removeLeft(Path folder) throws IOException {
        try (DirectoryStream<Path> found = Files.newDirectoryStream(folder, ".stray-*.tmp")) {
            for (Path file : found) {
                if (isTemporary(file) && !LIVE.contains(file)) {
                    deleteIfStale(file);
                }
            }
        }
    }

    private static void deleteIfStale(Path file) {
        try {
            if (!isOld(file)) {
                return;
            }
            try (FileChannel other = FileChannel.open(file, StandardOpenOption.WRITE)) {
                if (other.tryLock() == null) {
                    return;
                }
            }
            Files.deleteIfExists(file);
        } catch (IOException notOurs) {
            // Somebody else's file, or gone by now: it does not stand in the way of this one.
            return;
        }
    }

    private static void deleteLive() {
        for (Path file : LIVE) {
            try {
                Files.deleteIfExists(file);
            } catch (IOException e) {
                System.getLogger(AtomicFile.class.getName())
                        .log(System.Logger.Level.WARNING, "cannot delete the temporary file " + file, e);
            }
        }
    }

    /** {@return where the file will lie, absolute, links resolved} */
    public Path target() {
        return target;
    }

    /**
     * Appends all remaining bytes.
     *
     * @param bytes what to write; its position moves to its limit
     * @throws IOException if the device is full or fails; the message names the target
     */
    public void append(ByteBuffer bytes) throws IOException {
        try {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        } catch (IOException e) {
            throw cannotWrite(target, e);
        }
    }

    /**
     * Overwrites bytes at a place; the place where {@link #append} continues does not move.
     *
     * @param bytes what to write
     * @param position offset of the first byte
     * @throws IOException if the device is full or fails; the message names the target
     */
    public void writeAt(ByteBuffer bytes, long position) throws IOException {
        long at = position;
        try {
            while (bytes.hasRemaining()) {
                at += channel.write(bytes, at);
            }
        } catch (IOException e) {
            throw cannotWrite(target, e);
        }
    }

    /**
     * Leaves a gap to be filled by {@link #writeAt}.
     *
     * @param bytes size of the gap
     * @throws IOException if the file is closed
     */
    void skip(long bytes) throws IOException {
        channel.position(channel.position() + bytes);
    }

    /**
     * {@return how many of the bytes written before were read back, -1 at the end}
     *
     * @param into receives bytes
     * @param position offset of the first byte
     * @throws IOException if the device fails
     */
    int read(ByteBuffer into, long position) throws IOException {
        return channel.read(into, position);
    }

    /** {@return a new buffered stream that appends} Closing it flushes, and neither commits nor deletes. */
    public OutputStream stream() {
        return new BufferedOutputStream(
                new OutputStream() {
                    @Override
                    public void write(int value) throws IOException {
                        append(ByteBuffer.wrap(new byte[] {(byte) value}));
                    }

                    @Override
                    public void write(byte[] bytes, int offset, int length) throws IOException {
                        append(ByteBuffer.wrap(bytes, offset, length));
                    }
                },
                1 << 16);
    }

    /**
     * Flushes to the device and gives the file its name, replacing what was there.
     *
     * @throws IOException if that fails; the target is then as it was
     */
    public void commit() throws IOException {
        if (finished) {
            throw new IllegalStateException("already committed or closed: " + target);
        }
        try {
            channel.force(true);
            channel.close();
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw cannotWrite(target, e);
        }
        finished = true;
        LIVE.remove(temporary);
    }

    /** Deletes the temporary file unless the file was committed. May be called again. */
    @Override
    public void close() throws IOException {
        if (finished) {
            return;
        }
        finished = true;
        try {
            channel.close();
        } finally {
            Files.deleteIfExists(temporary);
            LIVE.remove(temporary);
        }
    }

    private static IOException cannotWrite(Path target, IOException cause) {
        String reason = cause instanceof FileSystemException system && system.getReason() != null
                ? system.getReason()
                : cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
        boolean forbidden = cause instanceof AccessDeniedException || reason.endsWith("Read-only file system");
        IOException readable = forbidden
                ? new AccessDeniedException(target.toString(), null, "cannot write: " + reason)
                : new FileSystemException(target.toString(), null, "cannot write: " + reason);
        readable.initCause(cause);
        return readable;
    }
}
