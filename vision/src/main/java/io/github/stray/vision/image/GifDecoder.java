// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.image;

import io.github.stray.extract.ImageContent.Pixels;
import java.io.IOException;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * GIF: the first frame on its screen. What the frame does not cover has the frame's transparent colour, or colour 0
 * where there is none. Written out because ImageIO's reader returns frames that end early as if they were whole.
 */
final class GifDecoder {
    private static final int HEADER = 13;

    private GifDecoder() {}

    /**
     * The first frame.
     *
     * @param screen the screen, grown where the frame reaches beyond it
     * @param paletteAt offset of the colours, -1 where the file has none
     * @param colours number of colours
     * @param dataAt offset of the compressed pixels
     * @param around palette index of what the frame does not cover
     * @param transparent whether one of the colours stands for transparent pixels
     */
    private record Frame(
            ImageSize screen,
            int left,
            int top,
            int width,
            int height,
            boolean interlaced,
            int paletteAt,
            int colours,
            int dataAt,
            int around,
            boolean transparent) {}

    static ImageSize size(byte[] file) throws IOException {
        return frame(file).screen();
    }

    /** Whether every colour of the palette is the grey of its own number, so that indices are levels. */
    static boolean grey(byte[] file) throws IOException {
        Frame frame = frame(file);
        if (frame.paletteAt() < 0) {
            return true;
        }
        need(file, frame.paletteAt() + 3 * frame.colours());
        return IntStream.range(0, 3 * frame.colours()).allMatch(i -> (file[frame.paletteAt() + i] & 0xFF) == i / 3);
    }

    /** Whether one of the colours stands for transparent pixels. */
    static boolean transparent(byte[] file) throws IOException {
        return frame(file).transparent();
    }

    static Pixels decode(byte[] file) throws IOException {
        Frame frame = frame(file);
        byte[] indices = decompress(file, frame);
        int width = frame.screen().width();
        int height = frame.screen().height();
        byte[] screen = new byte[width * height];
        Arrays.fill(screen, (byte) frame.around());
        int[] rows = rowOrder(frame);
        for (int i = 0; i < frame.height(); i++) {
            System.arraycopy(
                    indices, i * frame.width(), screen, (frame.top() + rows[i]) * width + frame.left(), frame.width());
        }
        byte[] rgb = new byte[3 * screen.length];
        for (int i = 0; i < screen.length; i++) {
            int index = screen[i] & 0xFF;
            for (int channel = 0; channel < 3; channel++) {
                rgb[3 * i + channel] = colour(file, frame, index, channel);
            }
        }
        return new Pixels(width, height, rgb);
    }

    private static byte colour(byte[] file, Frame frame, int index, int channel) {
        if (frame.paletteAt() < 0) {
            return (byte) index;
        }
        return index < frame.colours() ? file[frame.paletteAt() + 3 * index + channel] : 0;
    }

    private static int[] rowOrder(Frame frame) {
        int[] rows = new int[frame.height()];
        int i = 0;
        int[][] passes = frame.interlaced() ? new int[][] {{0, 8}, {4, 8}, {2, 4}, {1, 2}} : new int[][] {{0, 1}};
        for (int[] pass : passes) {
            for (int y = pass[0]; y < rows.length; y += pass[1]) {
                rows[i++] = y;
            }
        }
        return rows;
    }

    private static Frame frame(byte[] file) throws IOException {
        need(file, HEADER);
        int at = HEADER;
        int globalAt = -1;
        int globalColours = 0;
        if ((file[10] & 0x80) != 0) {
            globalAt = at;
            globalColours = 2 << (file[10] & 7);
            at += 3 * globalColours;
        }
        int around = 0;
        boolean transparent = false;
        while (true) {
            need(file, at + 2);
            int block = file[at++] & 0xFF;
            if (block == 0x21) {
                if (file[at] == (byte) 0xF9) {
                    need(file, at + 6);
                    transparent = (file[at + 2] & 1) != 0;
                    around = transparent ? file[at + 5] & 0xFF : 0;
                }
                at = skipBlocks(file, at + 1);
            } else if (block == 0x2C) {
                need(file, at + 9);
                int left = unsigned16(file, at);
                int top = unsigned16(file, at + 2);
                int width = unsigned16(file, at + 4);
                int height = unsigned16(file, at + 6);
                int flags = file[at + 8];
                at += 9;
                int paletteAt = globalAt;
                int colours = globalColours;
                if ((flags & 0x80) != 0) {
                    paletteAt = at;
                    colours = 2 << (flags & 7);
                    at += 3 * colours;
                }
                need(file, at + 1);
                var screen = new ImageSize(
                        Math.max(unsigned16(file, 6), left + width), Math.max(unsigned16(file, 8), top + height));
                if (screen.pixels() < 1) {
                    throw new DamagedImageException(ImageFormat.GIF, "its first frame has no pixels");
                }
                return new Frame(
                        screen,
                        left,
                        top,
                        width,
                        height,
                        (flags & 0x40) != 0,
                        paletteAt,
                        colours,
                        at,
                        around,
                        transparent);
            } else {
                throw new DamagedImageException(ImageFormat.GIF, "it has no frame");
            }
        }
    }

    private static int skipBlocks(byte[] file, int from) throws IOException {
        int at = from;
        while (true) {
            need(file, at + 1);
            int length = file[at++] & 0xFF;
            if (length == 0) {
                return at;
            }
            at += length;
        }
    }

    /** LZW with variable code length. Pixels beyond the frame are dropped, missing ones are an error. */
    private static byte[] decompress(byte[] file, Frame frame) throws IOException {
        int minimum = file[frame.dataAt()] & 0xFF;
        if (minimum < 1 || minimum > 11) {
            throw new DamagedImageException(ImageFormat.GIF, "its code length is %d".formatted(minimum));
        }
        byte[] out = new byte[frame.width() * frame.height()];
        int clear = 1 << minimum;
        int end = clear + 1;
        int[] prefix = new int[4096];
        byte[] suffix = new byte[4096];
        byte[] stack = new byte[4097];
        for (int i = 0; i < clear; i++) {
            suffix[i] = (byte) i;
        }
        int next = end + 1;
        int bits = minimum + 1;
        int previous = -1;
        int first = 0;
        int at = frame.dataAt() + 1;
        int blockLeft = 0;
        int buffer = 0;
        int buffered = 0;
        int written = 0;
        while (written < out.length) {
            while (buffered < bits) {
                if (blockLeft == 0) {
                    need(file, at + 1);
                    blockLeft = file[at++] & 0xFF;
                    if (blockLeft == 0) {
                        throw truncated();
                    }
                }
                need(file, at + 1);
                buffer |= (file[at++] & 0xFF) << buffered;
                buffered += 8;
                blockLeft--;
            }
            int code = buffer & ((1 << bits) - 1);
            buffer >>>= bits;
            buffered -= bits;
            if (code == clear) {
                next = end + 1;
                bits = minimum + 1;
                previous = -1;
                continue;
            }
            if (code == end) {
                throw truncated();
            }
            if (code > next || (code == next && previous < 0)) {
                throw new DamagedImageException(ImageFormat.GIF, "its compressed pixels are invalid");
            }
            int depth = 0;
            int walk = code;
            if (code == next) {
                stack[depth++] = (byte) first;
                walk = previous;
            }
            while (walk >= clear) {
                stack[depth++] = suffix[walk];
                walk = prefix[walk];
            }
            first = suffix[walk] & 0xFF;
            stack[depth++] = (byte) first;
            if (previous >= 0 && next < 4096) {
                prefix[next] = previous;
                suffix[next++] = (byte) first;
                if (next == 1 << bits && bits < 12) {
                    bits++;
                }
            }
            previous = code;
            while (depth > 0 && written < out.length) {
                out[written++] = stack[--depth];
            }
        }
        return out;
    }

    private static int unsigned16(byte[] file, int at) {
        return ((file[at + 1] & 0xFF) << 8) | (file[at] & 0xFF);
    }

    private static void need(byte[] file, int length) throws IOException {
        if (file.length < length) {
            throw truncated();
        }
    }

    private static IOException truncated() {
        return new DamagedImageException(ImageFormat.GIF, "it is truncated");
    }
}
