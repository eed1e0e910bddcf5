// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.dataset;

import io.github.stray.extract.OneLineId;
import io.github.stray.vision.dataset.Listing.Cursor;
import io.github.stray.vision.dataset.Listing.Entry;
import io.github.stray.vision.image.ImageSuffixes;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A folder and what lies below it, depth first, names by code points. It is walked once: the images are those found
 * then, and memory grows with their paths, by about a byte a character. An image that is gone later is a sample that
 * fails; one that comes later is not in the set.
 *
 * <p>Links are followed. A link back to a folder above is passed over and counted as ignored; one that leads nowhere or
 * to itself is a sample that fails if it has an image's name; a hidden folder is not entered and counts once.
 */
final class FolderListing {
    private final Path root;
    private final ClassLayout layout;
    private final Ignored ignored = new Ignored();
    private final PathList paths = new PathList();
    private final Map<String, Path> inexpressible = new HashMap<>();

    private FolderListing(Path root) throws IOException {
        this.root = root;
        var builder = new ClassLayout.Builder(false);
        var walk = new Walk();
        for (@Nullable Found found = walk.next(); found != null; found = walk.next()) {
            builder.add(found.path());
            paths.add(found.path());
            if (found.inexpressible()) {
                inexpressible.put(found.path(), found.file());
            }
        }
        layout = builder.build();
    }

    static Listing of(Path root) throws IOException {
        var folder = new FolderListing(root);
        Path name = root.toAbsolutePath().normalize().getFileName();
        return new Listing(
                name == null ? root.toString() : name.toString(),
                root.toString(),
                folder.layout.classNames(),
                folder.ignored,
                folder::open);
    }

    private Cursor open() throws IOException {
        requireReadable();
        return Cursor.of(paths.iterator(), path -> {
            @Nullable Path kept = inexpressible.get(path);
            Path file = kept == null ? root.resolve(path) : kept;
            return new Entry(OneLineId.of(path), layout.label(path), size(file), new Image(file));
        });
    }

    /** Bytes of a file, -1 where it has none; a folder that is gone as a whole is no matter of single images. */
    private long size(Path file) throws IOException {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return attributes.isRegularFile() ? attributes.size() : -1;
        } catch (IOException e) {
            requireReadable();
            return -1;
        }
    }

    private void requireReadable() throws IOException {
        try (DirectoryStream<Path> opened = Files.newDirectoryStream(root)) {
            Objects.requireNonNull(opened);
        } catch (IOException e) {
            throw cannotRead(root, e);
        }
    }

    private record Image(Path file) implements OwnFile {
        @Override
        public byte[] read() throws IOException {
            if (Files.notExists(file, LinkOption.NOFOLLOW_LINKS)) {
                throw new IOException("changed or removed while its folder was read: no such file any more");
            }
            return BoundedRead.file(file);
        }
    }

    private record Found(String path, Path file, boolean inexpressible) {}

    /**
     * A name as the user sees it. Only where the locale cannot express the name is the path kept that opens it, so that a
     * folder of a million images fits a small heap.
     */
    private record Child(String name, @Nullable Path inexpressible) {
        static Child of(Path path) {
            String name = String.valueOf(path.getFileName());
            if (name.indexOf('\uFFFD') < 0) {
                return new Child(name, null);
            }
            String full = path.toUri().getPath();
            String trimmed = full.endsWith("/") ? full.substring(0, full.length() - 1) : full;
            return new Child(trimmed.substring(trimmed.lastIndexOf('/') + 1), path);
        }

        Path in(Path folder) {
            return inexpressible == null ? folder.resolve(name) : inexpressible;
        }
    }

    /** A folder being walked; {@code key} tells it from every other one. */
    private record Level(Path folder, boolean inexpressible, String prefix, Object key, Iterator<Child> children) {}

    private final class Walk {
        private final Deque<Level> levels = new ArrayDeque<>();

        Walk() throws IOException {
            Object key;
            try {
                key = key(root, Files.readAttributes(root, BasicFileAttributes.class));
            } catch (IOException e) {
                throw cannotRead(root, e);
            }
            levels.push(enter(root, false, "", key));
        }

        @Nullable
        Found next() throws IOException {
            while (!levels.isEmpty()) {
                Level level = levels.element();
                if (!level.children.hasNext()) {
                    levels.pop();
                    continue;
                }
                Child child = level.children.next();
                boolean inexpressible = level.inexpressible || child.inexpressible() != null;
                @Nullable
                Found found = visit(child.in(level.folder), inexpressible, child.name(), level.prefix + child.name());
                if (found != null) {
                    return found;
                }
            }
            return null;
        }

        private @Nullable Found visit(Path file, boolean inexpressible, String name, String path) throws IOException {
            if (ImageNames.isHidden(name)) {
                return ignore(path);
            }
            BasicFileAttributes attributes;
            try {
                attributes = Files.readAttributes(file, BasicFileAttributes.class);
            } catch (NoSuchFileException e) {
                return image(file, inexpressible, name, path);
            } catch (IOException e) {
                if (Files.isSymbolicLink(file)) {
                    return image(file, inexpressible, name, path);
                }
                throw new DatasetException("cannot read %s: %s".formatted(file, reason(e)), e);
            }
            if (!attributes.isDirectory()) {
                return image(file, inexpressible, name, path);
            }
            Object key = key(file, attributes);
            if (levels.stream().anyMatch(level -> level.key.equals(key))) {
                return ignore(path);
            }
            levels.push(enter(file, inexpressible, path + "/", key));
            return null;
        }

        private @Nullable Found image(Path file, boolean inexpressible, String name, String path) {
            return ImageSuffixes.isImage(name) ? new Found(path, file, inexpressible) : ignore(path);
        }

        private @Nullable Found ignore(String path) {
            ignored.add(path);
            return null;
        }
    }

    private static Object key(Path folder, BasicFileAttributes attributes) throws IOException {
        Object key = attributes.fileKey();
        return key == null ? folder.toRealPath() : key;
    }

    private static Level enter(Path folder, boolean inexpressible, String prefix, Object key) throws IOException {
        var children = new ArrayList<Child>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder)) {
            for (Path path : stream) {
                children.add(Child.of(path));
            }
        } catch (DirectoryIteratorException e) {
            throw cannotRead(folder, Objects.requireNonNull(e.getCause()));
        } catch (IOException e) {
            throw cannotRead(folder, e);
        }
        children.sort(Comparator.comparing(Child::name, ImageNames::comparePaths)
                .thenComparing(Child::inexpressible, Comparator.nullsFirst(Comparator.naturalOrder())));
        return new Level(folder, inexpressible, prefix, key, children.iterator());
    }

    private static DatasetException cannotRead(Path folder, IOException e) {
        return new DatasetException("cannot read the folder %s: %s".formatted(folder, reason(e)), e);
    }

    private static String reason(IOException e) {
        return switch (e) {
            case AccessDeniedException denied -> "access denied";
            case NoSuchFileException missing -> "it does not exist (any more)";
            default -> String.valueOf(e.getMessage());
        };
    }
}
