// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.onnx;

import io.github.stray.store.AtomicFile;
import io.github.stray.store.StrayHome;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * Native libraries that come in jars. They are unpacked once, below {@link StrayHome}, and before each use compared with
 * the jar byte for byte: a file that was damaged or put there by somebody else is replaced and never loaded. So nothing of
 * them is left in the temporary folder, whatever ends the process. A distribution may bring them unpacked, in a folder that
 * the system property {@code stray.native} names; they are then trusted as its jars are. Safe for concurrent use by threads
 * and processes.
 */
public final class NativeLibraries {
    private static final String BROUGHT = "stray.native";

    private NativeLibraries() {}

    /**
     * Makes sure that libraries lie in a folder as they are in the jar.
     *
     * @param folder the folder's name below {@code native} in {@link StrayHome}; with the version of the libraries
     * @param loader finds the jar
     * @param resources full names of the libraries, whose last parts become names of files
     * @return the folder
     * @throws NoSuchFileException if the jar lacks one
     * @throws IOException if the folder cannot be written or read
     */
    public static Path unpack(String folder, ClassLoader loader, List<String> resources) throws IOException {
        String brought = System.getProperty(BROUGHT);
        if (brought != null) {
            Path beside = Path.of(brought, folder).toAbsolutePath();
            if (resources.stream().allMatch(resource -> Files.isRegularFile(beside.resolve(name(resource))))) {
                return beside;
            }
        }
        Path place = StrayHome.ofEnvironment().resolve("native").resolve(folder).toAbsolutePath();
        for (String resource : resources) {
            Path file = place.resolve(name(resource));
            if (!isThere(file, loader, resource)) {
                Files.createDirectories(place);
                try (InputStream library = open(loader, resource);
                        AtomicFile copy = AtomicFile.create(file)) {
                    try (var out = copy.stream()) {
                        library.transferTo(out);
                    }
                    copy.commit();
                }
            }
        }
        return place;
    }

    private static String name(String resource) {
        return resource.substring(resource.lastIndexOf('/') + 1);
    }

    private static boolean isThere(Path file, ClassLoader loader, String resource) throws IOException {
        if (!Files.isRegularFile(file)) {
            return false;
        }
        try (InputStream library = new BufferedInputStream(open(loader, resource), 1 << 16);
                InputStream copy = Files.newInputStream(file)) {
            byte[] block = new byte[1 << 16];
            int n;
            do {
                n = copy.readNBytes(block, 0, block.length);
                if (!Arrays.equals(library.readNBytes(n), Arrays.copyOf(block, n))) {
                    return false;
                }
            } while (n > 0);
            return library.read() < 0;
        }
    }

    private static InputStream open(ClassLoader loader, String resource) throws IOException {
        InputStream library = loader.getResourceAsStream(resource);
        if (library == null) {
            throw new NoSuchFileException(resource, null, "missing from its jar");
        }
        return library;
    }
}
