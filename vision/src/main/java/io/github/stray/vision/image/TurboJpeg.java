// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.image;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;

/**
 * libjpeg-turbo's TurboJPEG library, called as it is installed; the functions of its version 2, which version 3 still has.
 * Each call has a decompressor and memory of its own, both freed before it returns: safe for concurrent use.
 *
 * <p>Outside the heap a call holds the file, 3 bytes a pixel (4 for CMYK) and, for progressive files, what the library keeps
 * of coefficients.
 */
@SuppressWarnings("restricted")
final class TurboJpeg {
    /** Names by which loaders know the library: Linux, macOS (also where Homebrew puts it), Windows. */
    static final List<String> NAMES = List.of(
            "libturbojpeg.so.0", "libturbojpeg.so",
            "libturbojpeg.0.dylib", "libturbojpeg.dylib",
            "/opt/homebrew/lib/libturbojpeg.dylib", "/usr/local/lib/libturbojpeg.dylib",
            "turbojpeg.dll", "libturbojpeg.dll");

    private static final int FORMAT_RGB = 0;
    private static final int FORMAT_CMYK = 11;
    private static final int SLOW_EXACT_TRANSFORM = 4096;
    private static final int WARNING = 0;

    private final String name;
    private final MethodHandle open;
    private final MethodHandle close;
    private final MethodHandle header;
    private final MethodHandle decompress;
    private final MethodHandle allocate;
    private final MethodHandle free;
    private final MethodHandle errorCode;

    private TurboJpeg(String name, SymbolLookup library) {
        this.name = name;
        Linker linker = Linker.nativeLinker();
        MemoryLayout size =
                Optional.ofNullable(linker.canonicalLayouts().get("long")).orElseThrow();
        open = bind(linker, library, "tjInitDecompress", FunctionDescriptor.of(ADDRESS));
        close = bind(linker, library, "tjDestroy", FunctionDescriptor.of(JAVA_INT, ADDRESS));
        header = bind(
                linker,
                library,
                "tjDecompressHeader3",
                FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, size, ADDRESS, ADDRESS, ADDRESS, ADDRESS));
        decompress = bind(
                linker,
                library,
                "tjDecompress2",
                FunctionDescriptor.of(
                        JAVA_INT, ADDRESS, ADDRESS, size, ADDRESS, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
        allocate = bind(linker, library, "tjAlloc", FunctionDescriptor.of(ADDRESS, JAVA_INT));
        free = bind(linker, library, "tjFree", FunctionDescriptor.ofVoid(ADDRESS));
        errorCode = bind(linker, library, "tjGetErrorCode", FunctionDescriptor.of(JAVA_INT, ADDRESS));
    }

    /** The installed library, or empty where there is none, or one without these functions. */
    static Optional<TurboJpeg> installed() {
        for (String name : NAMES) {
            try {
                return Optional.of(new TurboJpeg(name, SymbolLookup.libraryLookup(name, Arena.global())));
            } catch (IllegalArgumentException | NoSuchElementException e) {
                // Not under this name; the next may do.
            }
        }
        return Optional.empty();
    }

    /** C's {@code unsigned long} has 4 bytes on Windows: lengths are passed as Java's long everywhere. */
    private static MethodHandle bind(
            Linker linker, SymbolLookup library, String function, FunctionDescriptor descriptor) {
        MethodHandle handle = linker.downcallHandle(library.findOrThrow(function), descriptor);
        if (function.startsWith("tjDecompress")) {
            MethodType type = handle.type().changeParameterType(2, long.class);
            return MethodHandles.explicitCastArguments(handle, type);
        }
        return handle;
    }

    String name() {
        return name;
    }

    /**
     * What came of a file.
     *
     * @param samples R, G, B, or C, M, Y, K as stored where the file has four components
     * @param doubtful whether the library warned that the file is damaged
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Decoded(byte[] samples, boolean doubtful) {}

    /**
     * Decodes a file.
     *
     * @param file a whole JPEG file
     * @param expected what its header says; the library must read the same from it
     * @return the samples; empty after an error, where memory is short, and where the library understands the header
     *     differently
     */
    Optional<Decoded> decode(byte[] file, JpegHeader expected) {
        int width = expected.size().width();
        int height = expected.size().height();
        boolean cmyk = expected.colour() == JpegHeader.Colour.CMYK || expected.colour() == JpegHeader.Colour.YCCK;
        int row = (cmyk ? 4 : 3) * width;
        int length = Math.multiplyExact(row, height);
        try {
            return decode(file, expected, length, row, cmyk ? FORMAT_CMYK : FORMAT_RGB);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("a function of C cannot throw this", e);
        }
    }

    private Optional<Decoded> decode(byte[] file, JpegHeader expected, int length, int row, int format)
            throws Throwable {
        MemorySegment decompressor = (MemorySegment) open.invokeExact();
        MemorySegment data = (MemorySegment) allocate.invokeExact(file.length);
        MemorySegment samples = (MemorySegment) allocate.invokeExact(length);
        try (Arena arena = Arena.ofConfined()) {
            if (isNull(decompressor) || isNull(data) || isNull(samples)) {
                return Optional.empty();
            }
            MemorySegment.copy(file, 0, data.reinterpret(file.length, arena, null), JAVA_BYTE, 0, file.length);
            if (!headerIs(expected, decompressor, data, file.length, arena)) {
                return Optional.empty();
            }
            int result = (int) decompress.invokeExact(
                    decompressor,
                    data,
                    (long) file.length,
                    samples,
                    expected.size().width(),
                    row,
                    expected.size().height(),
                    format,
                    SLOW_EXACT_TRANSFORM);
            if (result != 0 && (int) errorCode.invokeExact(decompressor) != WARNING) {
                return Optional.empty();
            }
            return Optional.of(
                    new Decoded(samples.reinterpret(length, arena, null).toArray(JAVA_BYTE), result != 0));
        } finally {
            free.invokeExact(samples);
            free.invokeExact(data);
            int ignored = (int) close.invokeExact(decompressor);
        }
    }

    private boolean headerIs(
            JpegHeader expected, MemorySegment decompressor, MemorySegment data, long size, Arena arena)
            throws Throwable {
        MemorySegment width = arena.allocate(JAVA_INT);
        MemorySegment height = arena.allocate(JAVA_INT);
        MemorySegment subsampling = arena.allocate(JAVA_INT);
        MemorySegment colours = arena.allocate(JAVA_INT);
        int result = (int) header.invokeExact(decompressor, data, size, width, height, subsampling, colours);
        JpegHeader.Colour colour = switch (colours.get(JAVA_INT, 0)) {
            case 0 -> JpegHeader.Colour.RGB;
            case 1 -> JpegHeader.Colour.YCBCR;
            case 2 -> JpegHeader.Colour.GREY;
            case 3 -> JpegHeader.Colour.CMYK;
            default -> JpegHeader.Colour.YCCK;
        };
        return result == 0
                && width.get(JAVA_INT, 0) == expected.size().width()
                && height.get(JAVA_INT, 0) == expected.size().height()
                && colour == expected.colour();
    }

    private static boolean isNull(MemorySegment segment) {
        return segment.address() == 0;
    }
}
