// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.image.webp;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the chunks of a file (RFC 9649, section 2), as strictly as libwebp: all of them, whether or not they are needed for
 * the first frame.
 */
final class WebpParser {
    private static final int RIFF_HEADER = 12;
    private static final int CHUNK_HEADER = 8;
    private static final int FRAME_HEADER = 16;
    private static final int FLAGS_HEADER = 10;
    private static final int ANIMATION_HEADER = 6;
    private static final long LARGEST_CHUNK = 0xFFFFFFFFL - CHUNK_HEADER - 1;

    private static final int ANIMATED = 0x02;
    private static final int XMP = 0x04;
    private static final int EXIF = 0x08;
    private static final int ALPHA = 0x10;
    private static final int KNOWN_FLAGS = 0x3E;

    private final Part file;
    private int end;
    private int at = RIFF_HEADER;

    private int flags;
    private int width;
    private int height;
    private boolean animation;
    private @Nullable WebpFrame first;
    private final Map<String, Part> metadata = new HashMap<>();

    /** The chunk whose header was read last, and where it ends with its padding. */
    private record Chunk(String type, Part data, int next) {}

    WebpParser(byte[] bytes) {
        file = new Part(bytes, 0, bytes.length);
    }

    WebpFile parse() throws IOException {
        if (file.length() < RIFF_HEADER + CHUNK_HEADER) {
            throw new IOException("it is truncated (%d bytes)".formatted(file.length()));
        }
        long stated = file.unsigned32(4) + CHUNK_HEADER;
        if (stated > file.length()) {
            throw new IOException("it is truncated (%d of %d bytes)".formatted(file.length(), stated));
        }
        end = (int) stated;
        Chunk chunk = chunk();
        switch (chunk.type) {
            case "VP8 ", "VP8L" -> still();
            case "VP8X" -> extended(chunk);
            default -> throw new IOException("its first chunk is '%s', not an image".formatted(printable(chunk.type)));
        }
        if (first == null) {
            throw new IOException("it holds no image");
        }
        return new WebpFile(width, height, first, metadata("EXIF", EXIF), metadata("XMP ", XMP));
    }

    /** The data of the first chunk of a type, if the flags announce it. */
    private byte[] metadata(String type, int flag) {
        Part data = metadata.get(type);
        return data == null || (flags & flag) == 0
                ? new byte[0]
                : Arrays.copyOfRange(data.file(), data.from(), data.end());
    }

    /** The chunk that begins here; nothing is passed. */
    private Chunk chunk() throws IOException {
        if (end - at < CHUNK_HEADER) {
            throw new IOException("its last chunk is cut off");
        }
        String type = new String(file.file(), at, 4, ISO_8859_1);
        long length = file.unsigned32(at + 4);
        long next = at + CHUNK_HEADER + length + (length & 1);
        if (length > LARGEST_CHUNK || next > end) {
            throw new IOException(
                    "its chunk '%s' of %d bytes reaches beyond its end".formatted(printable(type), length));
        }
        int from = at + CHUNK_HEADER;
        return new Chunk(type, new Part(file.file(), from, (int) (from + length)), (int) next);
    }

    private void still() throws IOException {
        WebpFrame frame = frame(0, 0, (flags & ALPHA) != 0);
        if (frame == null) {
            throw new IOException("its image is missing");
        }
        if (width == 0) {
            width = frame.width();
            height = frame.height();
        }
        if (frame.width() != width || frame.height() != height) {
            throw new IOException(
                    "its canvas is %d x %d, its image %d x %d".formatted(width, height, frame.width(), frame.height()));
        }
        first = frame;
    }

    private void extended(Chunk header) throws IOException {
        if (header.data.length() < FLAGS_HEADER) {
            throw new IOException("its chunk 'VP8X' has %d bytes".formatted(header.data.length()));
        }
        flags = header.data.unsigned8(0);
        width = 1 + header.data.unsigned24(4);
        height = 1 + header.data.unsigned24(7);
        if ((flags & ~KNOWN_FLAGS) != 0) {
            throw new IOException("its flags are 0x%02x".formatted(flags));
        }
        if ((long) width * height > 0xFFFFFFFFL) {
            throw new IOException("its canvas is %d x %d".formatted(width, height));
        }
        at = header.next;
        do {
            Chunk chunk = chunk();
            switch (chunk.type) {
                case "VP8X" -> throw twice("VP8X");
                case "VP8 ", "VP8L", "ALPH" -> {
                    if (animation || (flags & ANIMATED) != 0) {
                        throw new IOException("it is animated, but has an image of its own");
                    }
                    if (first != null) {
                        throw twice(chunk.type);
                    }
                    still();
                }
                case "ANIM" -> {
                    if (chunk.data.length() < ANIMATION_HEADER - 1) {
                        throw new IOException("its chunk 'ANIM' has %d bytes".formatted(chunk.data.length()));
                    }
                    animation = true;
                    at = chunk.next;
                }
                case "ANMF" -> animationFrame(chunk);
                default -> {
                    metadata.putIfAbsent(chunk.type, chunk.data);
                    at = chunk.next;
                }
            }
        } while (at < end);
    }

    private void animationFrame(Chunk chunk) throws IOException {
        int length = chunk.next - chunk.data.from();
        if (!animation || length < FRAME_HEADER) {
            throw new IOException("its frame of an animation is wrong");
        }
        int x = 2 * chunk.data.unsigned24(0);
        int y = 2 * chunk.data.unsigned24(3);
        at = chunk.data.from() + FRAME_HEADER;
        WebpFrame frame = frame(x, y, true);
        if (at > chunk.next) {
            throw new IOException("its frame of %d bytes holds a longer image".formatted(length));
        }
        if (frame == null || (flags & ANIMATED) == 0) {
            return;
        }
        if ((long) x + frame.width() > width || (long) y + frame.height() > height) {
            throw new IOException("its canvas is %d x %d, and a frame of %d x %d begins at %d, %d"
                    .formatted(width, height, frame.width(), frame.height(), x, y));
        }
        first = first == null ? frame : first;
    }

    /** An image with its alpha, null where something else begins here. Passes its chunks. */
    private @Nullable WebpFrame frame(int x, int y, boolean transparent) throws IOException {
        Part alpha = null;
        Part image = null;
        boolean lossless = false;
        int[] size = {0, 0};
        do {
            Chunk chunk = chunk();
            if (chunk.type.equals("ALPH") && alpha == null) {
                alpha = chunk.data;
            } else if ((chunk.type.equals("VP8 ") || chunk.type.equals("VP8L")) && image == null) {
                lossless = chunk.type.equals("VP8L");
                if (lossless && alpha != null) {
                    throw new IOException("its lossless image has an alpha of its own");
                }
                // The byte that pads a chunk is read like those before.
                image = new Part(file.file(), chunk.data.from(), chunk.next);
                size = lossless ? LosslessImage.size(image) : FrameHeader.size(image, chunk.data.length());
            } else {
                break;
            }
            at = chunk.next;
        } while (at < end);
        if (image == null) {
            if (alpha != null) {
                throw new IOException("it has alpha without an image");
            }
            return null;
        }
        if (transparent && alpha != null && alpha.from() > image.from()) {
            throw new IOException("its alpha comes behind its image");
        }
        return new WebpFrame(x, y, size[0], size[1], lossless, image, transparent ? alpha : null);
    }

    private static IOException twice(String type) {
        return new IOException("it has two chunks '%s'".formatted(type));
    }

    private static String printable(String type) {
        return type.replaceAll("[^ -~]", "?");
    }
}
