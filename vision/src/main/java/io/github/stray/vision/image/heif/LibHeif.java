// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.image.heif;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import io.github.stray.extract.FailedSample.Kind;
import io.github.stray.extract.SampleException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;

/**
 * The system's libheif, called as it is installed, for single compressed pictures without a container of their own. Each
 * call has a context and memory of its own, both freed before it returns: safe for concurrent use.
 *
 * <p>Outside the heap a call holds the file and what the library needs of the picture: its samples twice and, before version
 * 1.18, three samples a pixel more.
 */
@SuppressWarnings("restricted")
final class LibHeif {
    /** Names by which loaders know the library: Linux, macOS (also where Homebrew puts it), Windows. */
    static final List<String> NAMES = List.of(
            "libheif.so.1", "libheif.so",
            "libheif.1.dylib", "libheif.dylib",
            "/opt/homebrew/lib/libheif.dylib", "/usr/local/lib/libheif.dylib",
            "heif.dll", "libheif.dll");

    private static final int AS_CODED = 99;
    private static final int YCBCR = 0;
    private static final int RGB = 1;
    private static final int FIRST_OF_RGB = 3;
    private static final int OUT_OF_MEMORY = 6;

    /** Version 1.18.0. */
    private static final int COPIES_SAMPLES_NO_MORE = (1 << 24) | (18 << 16);

    /** Later versions convert to it what is said to be coded with another one, so everything is said to be coded with it. */
    private static final int DEFAULT_MATRIX = 6;

    private static final MemoryLayout ERROR = MemoryLayout.structLayout(JAVA_INT, JAVA_INT, ADDRESS);
    private static final long ERROR_MESSAGE = 8;

    private final String name;
    private final int version;
    private final MethodHandle haveDecoder;
    private final MethodHandle open;
    private final MethodHandle close;
    private final MethodHandle limitThreads;
    private final MethodHandle read;
    private final MethodHandle primary;
    private final MethodHandle releaseHandle;
    private final MethodHandle decode;
    private final MethodHandle release;
    private final MethodHandle colourSpace;
    private final MethodHandle width;
    private final MethodHandle height;
    private final MethodHandle bits;
    private final MethodHandle plane;

    /**
     * Set once a picture came as red, green and blue, as earlier versions hand out every one: with matrix 0 these are Cr, Y
     * and Cb as coded, chroma repeated.
     */
    private volatile boolean convertsToRgb;

    private LibHeif(String name, SymbolLookup library) {
        this.name = name;
        var bind = new Binder(Linker.nativeLinker(), library);
        haveDecoder = bind.function("heif_have_decoder_for_format", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
        open = bind.function("heif_context_alloc", FunctionDescriptor.of(ADDRESS));
        close = bind.function("heif_context_free", FunctionDescriptor.ofVoid(ADDRESS));
        limitThreads =
                bind.function("heif_context_set_max_decoding_threads", FunctionDescriptor.ofVoid(ADDRESS, JAVA_INT));
        read = bind.function(
                "heif_context_read_from_memory_without_copy",
                FunctionDescriptor.of(ERROR, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS));
        primary =
                bind.function("heif_context_get_primary_image_handle", FunctionDescriptor.of(ERROR, ADDRESS, ADDRESS));
        releaseHandle = bind.function("heif_image_handle_release", FunctionDescriptor.ofVoid(ADDRESS));
        decode = bind.function(
                "heif_decode_image", FunctionDescriptor.of(ERROR, ADDRESS, ADDRESS, JAVA_INT, JAVA_INT, ADDRESS));
        release = bind.function("heif_image_release", FunctionDescriptor.ofVoid(ADDRESS));
        colourSpace = bind.function("heif_image_get_colorspace", FunctionDescriptor.of(JAVA_INT, ADDRESS));
        width = bind.function("heif_image_get_width", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));
        height = bind.function("heif_image_get_height", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));
        bits = bind.function("heif_image_get_bits_per_pixel_range", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));
        plane = bind.function(
                "heif_image_get_plane_readonly", FunctionDescriptor.of(ADDRESS, ADDRESS, JAVA_INT, ADDRESS));
        try {
            version = (int) bind.function("heif_get_version_number", FunctionDescriptor.of(JAVA_INT))
                    .invokeExact();
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    private record Binder(Linker linker, SymbolLookup library) {
        MethodHandle function(String function, FunctionDescriptor descriptor) {
            return linker.downcallHandle(library.findOrThrow(function), descriptor);
        }
    }

    /** The installed library, or empty where there is none under these names, or one without these functions. */
    static Optional<LibHeif> installed(List<String> names) {
        for (String name : names) {
            try {
                return Optional.of(new LibHeif(name, SymbolLookup.libraryLookup(name, Arena.global())));
            } catch (IllegalArgumentException | NoSuchElementException e) {
                // Not under this name; the next may do.
            }
        }
        return Optional.empty();
    }

    /** For example {@code libheif 1.15.1 (libheif.so.1)}. */
    String description() {
        return "libheif %d.%d.%d (%s)".formatted(version >> 24, (version >> 16) & 0xFF, (version >> 8) & 0xFF, name);
    }

    /** Whether the library has what decodes this codec: later versions come without, as plug-ins. */
    boolean decodes(Codec codec) {
        try {
            return (int) haveDecoder.invokeExact(codec.format) != 0;
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    /** Bytes that decoding a picture takes outside the heap. */
    long outside(CodedPicture picture) {
        int bytes = picture.bits() > 8 ? 2 : 1;
        long chroma = picture.subsampling() == Subsampling.GREY
                ? 0
                : 2
                        * (long) Subsampling.samples(picture.width(), picture.subsampling().right)
                        * Subsampling.samples(picture.height(), picture.subsampling().down);
        long spread = version < COPIES_SAMPLES_NO_MORE ? 3 * picture.pixels() : 0;
        return bytes * (2 * (picture.pixels() + chroma) + spread);
    }

    /**
     * Decodes one picture.
     *
     * @param codec of its data
     * @param configuration content of its {@code hvcC} or {@code av1C} box
     * @param picture what its header says of it
     * @param data of the picture
     * @return its samples as coded, of the size that the library finds
     * @throws DamagedHeifException if the library finds fault with it
     * @throws IOException if memory is short
     */
    Planes decode(Codec codec, byte[] configuration, CodedPicture picture, byte[] data) throws IOException {
        Optional<Planes> planes =
                convertsToRgb ? Optional.empty() : attempt(codec, configuration, picture, data, DEFAULT_MATRIX);
        if (planes.isEmpty()) {
            planes = attempt(codec, configuration, picture, data, Matrix.GREEN_BLUE_RED);
            if (planes.isPresent()) {
                convertsToRgb = true;
            }
        }
        return planes.orElseThrow(
                () -> new IOException("%s hands out colours in no known way".formatted(description())));
    }

    /** Empty where the library converts to another kind of colours than this matrix is meant for. */
    private Optional<Planes> attempt(Codec codec, byte[] configuration, CodedPicture picture, byte[] data, int matrix)
            throws IOException {
        byte[] before = SingleImage.before(codec, configuration, picture, matrix, data.length);
        long length = (long) before.length + data.length;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment file = arena.allocate(length);
            MemorySegment.copy(before, 0, file, JAVA_BYTE, 0, before.length);
            MemorySegment.copy(data, 0, file, JAVA_BYTE, before.length, data.length);
            return decode(file, picture, matrix, arena);
        } catch (IOException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw unexpected(e);
        }
    }

    private Optional<Planes> decode(MemorySegment file, CodedPicture picture, int matrix, Arena arena)
            throws Throwable {
        MemorySegment context = (MemorySegment) open.invokeExact();
        MemorySegment handle = MemorySegment.NULL;
        MemorySegment image = MemorySegment.NULL;
        try {
            if (isNull(context)) {
                throw new SampleException(Kind.NO_MEMORY, "libheif had not enough memory");
            }
            limitThreads.invokeExact(context, 0);
            MemorySegment out = arena.allocate(ADDRESS);
            check((MemorySegment)
                    read.invokeExact((SegmentAllocator) arena, context, file, file.byteSize(), MemorySegment.NULL));
            check((MemorySegment) primary.invokeExact((SegmentAllocator) arena, context, out));
            handle = out.get(ADDRESS, 0);
            out.set(ADDRESS, 0, MemorySegment.NULL);
            check((MemorySegment)
                    decode.invokeExact((SegmentAllocator) arena, handle, out, AS_CODED, AS_CODED, MemorySegment.NULL));
            image = out.get(ADDRESS, 0);
            boolean grey = picture.subsampling() == Subsampling.GREY;
            int space = (int) colourSpace.invokeExact(image);
            int expected = matrix == DEFAULT_MATRIX ? YCBCR : RGB;
            return grey || space == expected ? Optional.of(planes(image, space, picture, arena)) : Optional.empty();
        } finally {
            if (!isNull(image)) {
                release.invokeExact(image);
            }
            if (!isNull(handle)) {
                releaseHandle.invokeExact(handle);
            }
            if (!isNull(context)) {
                close.invokeExact(context);
            }
        }
    }

    private Planes planes(MemorySegment image, int space, CodedPicture picture, Arena arena) throws Throwable {
        boolean spread = space == RGB;
        int luma = spread ? FIRST_OF_RGB + 1 : 0;
        int columns = (int) width.invokeExact(image, luma);
        int rows = (int) height.invokeExact(image, luma);
        boolean grey = picture.subsampling() == Subsampling.GREY;
        if (columns != picture.width() || rows != picture.height() || grey == (spread || space == YCBCR)) {
            throw new DamagedHeifException("its header states %d x %d pixels, its data %d x %d"
                    .formatted(picture.width(), picture.height(), columns, rows));
        }
        Planes planes = Planes.empty(picture.width(), picture.height(), picture.subsampling(), picture.bits());
        copy(image, luma, planes.luma(), planes.width(), planes.height(), 0, 0, picture, arena);
        if (!grey) {
            int right = spread ? picture.subsampling().right : 0;
            int down = spread ? picture.subsampling().down : 0;
            int chromaWidth = planes.chromaWidth();
            int chromaHeight = planes.chromaHeight();
            copy(image, spread ? 5 : 1, planes.blue(), chromaWidth, chromaHeight, right, down, picture, arena);
            copy(image, spread ? 3 : 2, planes.red(), chromaWidth, chromaHeight, right, down, picture, arena);
        }
        return planes;
    }

    /** Every sample, or of those that were repeated each first one. */
    private void copy(
            MemorySegment image,
            int channel,
            short[] to,
            int columns,
            int rows,
            int right,
            int down,
            CodedPicture picture,
            Arena arena)
            throws Throwable {
        MemorySegment stride = arena.allocate(JAVA_INT);
        MemorySegment samples = (MemorySegment) plane.invokeExact(image, channel, stride);
        int sampleBits = (int) bits.invokeExact(image, channel);
        int has = (int) width.invokeExact(image, channel);
        int hasRows = (int) height.invokeExact(image, channel);
        int bytes = sampleBits > 8 ? 2 : 1;
        if (isNull(samples)
                || sampleBits != picture.bits()
                || has <= (columns - 1) << right
                || hasRows <= (rows - 1) << down) {
            throw new DamagedHeifException("its header and its data differ in their colours");
        }
        long rowBytes = stride.get(JAVA_INT, 0);
        MemorySegment all = samples.reinterpret(rowBytes * (hasRows - 1) + (long) has * bytes, arena, null);
        for (int y = 0, at = 0; y < rows; y++) {
            long from = rowBytes * ((long) y << down);
            for (int x = 0; x < columns; x++, at++) {
                long place = from + ((long) x << right) * bytes;
                to[at] = bytes == 1 ? (short) (all.get(JAVA_BYTE, place) & 0xFF) : all.get(JAVA_SHORT_UNALIGNED, place);
            }
        }
    }

    private static void check(MemorySegment error) throws IOException {
        int code = error.get(JAVA_INT, 0);
        if (code == 0) {
            return;
        }
        MemorySegment text = error.get(ADDRESS, ERROR_MESSAGE);
        String message = isNull(text)
                ? "no reason given"
                : text.reinterpret(Long.MAX_VALUE).getString(0).strip().replaceAll("[^ -~]", "?");
        if (code == OUT_OF_MEMORY) {
            throw new SampleException(Kind.NO_MEMORY, "libheif had not enough memory (%s)".formatted(message));
        }
        throw new DamagedHeifException("its picture cannot be decoded (libheif: %s)".formatted(message));
    }

    private static boolean isNull(MemorySegment segment) {
        return segment.address() == 0;
    }

    private static IllegalStateException unexpected(Throwable e) {
        return new IllegalStateException("a function of C cannot throw this", e);
    }
}
