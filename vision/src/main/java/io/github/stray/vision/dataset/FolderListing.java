// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.dataset;

import io.github.stray.extract.ImageContent;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A folder and what lies below it, depth first, names by code points. Every {@link #open} walks again and holds the
 * names of the folders it is in, so memory grows with the largest folder, not with the set.
 *
 * <p>Links are followed. A link back to a folder above is passed over and counted as ignored; one that leads nowhere or
 * to itself is a sample that fails if it has an image's name; a hidden folder is not entered and counts once.
 */
final class FolderListing implements Listing {
    private final Path root;
    private final ClassLayout layout;
    private final Ignored ignored = new Ignored();

    FolderListing(Path root) throws IOException {
        this.root = root;
        var builder = new ClassLayout.Builder(false);
        var walk = new Walk(ignored);
        for (@Nullable Found found = walk.next(); found != null; found = walk.next()) {
            builder.add(found.path());
        }
        layout = builder.build();
    }

    @Override
    public String name() {
        Path name = root.toAbsolutePath().normalize().getFileName();
        return name == null ? root.toString() : name.toString();
    }

    @Override
    public String where() {
        return root.toString();
    }

    @Override
    public List<String> classNames() {
        return layout.classNames();
    }

    @Override
    public Ignored ignored() {
        return ignored;
    }

    @Override
    public Cursor open() throws IOException {
        var walk = new Walk(null);
        return new Cursor() {
            @Override
            public @Nullable Entry next() throws IOException {
                @Nullable Found found = walk.next();
                if (found == null) {
                    return null;
                }
                String id = ImageNames.id(found.path());
                return new Entry(id, layout.label(found.path()), found.size(), found.content());
            }

            @Override
            public void close() {}
        };
    }

    private record Found(String path, long size, ImageContent content) {}

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
    private static final class Level {
        private final Path folder;
        private final String prefix;
        private final Object key;
        private final List<Child> children;
        private int next;

        Level(Path folder, String prefix, Object key, List<Child> children) {
            this.folder = folder;
            this.prefix = prefix;
            this.key = key;
            this.children = children;
        }
    }

    private final class Walk {
        private final Deque<Level> levels = new ArrayDeque<>();
        private final @Nullable Ignored passedOver;

        Walk(@Nullable Ignored passedOver) throws IOException {
            this.passedOver = passedOver;
            levels.push(enter(root, "", key(root, Files.readAttributes(root, BasicFileAttributes.class))));
        }

        @Nullable
        Found next() throws IOException {
            while (!levels.isEmpty()) {
                Level level = levels.element();
                if (level.next == level.children.size()) {
                    levels.pop();
                    continue;
                }
                Child child = level.children.get(level.next++);
                @Nullable Found found = visit(child.in(level.folder), child.name(), level.prefix + child.name());
                if (found != null) {
                    return found;
                }
            }
            return null;
        }

        private @Nullable Found visit(Path file, String name, String path) throws IOException {
            if (ImageNames.isHidden(name)) {
                return ignore(path);
            }
            BasicFileAttributes attributes;
            try {
                attributes = Files.readAttributes(file, BasicFileAttributes.class);
            } catch (NoSuchFileException e) {
                return image(file, name, path, -1);
            } catch (IOException e) {
                if (Files.isSymbolicLink(file)) {
                    return image(file, name, path, -1);
                }
                throw new DatasetException("cannot read %s: %s".formatted(file, reason(e)), e);
            }
            if (!attributes.isDirectory()) {
                return image(file, name, path, attributes.isRegularFile() ? attributes.size() : -1);
            }
            Object key = key(file, attributes);
            if (levels.stream().anyMatch(level -> level.key.equals(key))) {
                return ignore(path);
            }
            levels.push(enter(file, path + "/", key));
            return null;
        }

        private @Nullable Found image(Path file, String name, String path, long size) {
            return ImageNames.isImage(name) ? new Found(path, size, new FileImage(file)) : ignore(path);
        }

        private @Nullable Found ignore(String path) {
            if (passedOver != null) {
                passedOver.add(path);
            }
            return null;
        }
    }

    private static Object key(Path folder, BasicFileAttributes attributes) throws IOException {
        Object key = attributes.fileKey();
        return key == null ? folder.toRealPath() : key;
    }

    private static Level enter(Path folder, String prefix, Object key) throws IOException {
        var children = new ArrayList<Child>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder)) {
            for (Path path : stream) {
                children.add(Child.of(path));
            }
        } catch (DirectoryIteratorException e) {
            throw new DatasetException("cannot read the folder %s: %s".formatted(folder, reason(e.getCause())), e);
        } catch (IOException e) {
            throw new DatasetException("cannot read the folder %s: %s".formatted(folder, reason(e)), e);
        }
        children.sort(Comparator.comparing(Child::name, ImageNames::comparePaths)
                .thenComparing(Child::inexpressible, Comparator.nullsFirst(Comparator.naturalOrder())));
        return new Level(folder, prefix, key, children);
    }

    private static String reason(@Nullable Throwable e) {
        return e instanceof AccessDeniedException
                ? "access denied"
                : e == null ? "unknown" : String.valueOf(e.getMessage());
    }
}
