// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.image;

import io.github.stray.extract.ImageContent.Pixels;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * BMP of Windows and OS/2: palettes, also run-length encoded, and colours of 16, 24 and 32 bits under any masks; alpha is
 * left out. Written out because the JDK's reader shows missing pixels as if they were there and knows no OS/2 files.
 */
final class BmpDecoder {
    private static final int FILE_HEADER = 14;
    private static final int OS2_HEADER = 12;
    private static final int INFO_HEADER = 40;
    private static final int RAW = 0;
    private static final int RLE8 = 1;
    private static final int RLE4 = 2;
    private static final int BIT_FIELDS = 3;
    private static final int ALPHA_BIT_FIELDS = 6;

    private final ByteBuffer in;
    private final int headerSize;
    private final int width;
    private final int height;
    private final boolean topDown;
    private final int bits;
    private final int compression;

    private BmpDecoder(byte[] file) throws IOException {
        in = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
        need(FILE_HEADER + OS2_HEADER);
        headerSize = in.getInt(FILE_HEADER);
        if (headerSize == OS2_HEADER) {
            width = in.getShort(18) & 0xFFFF;
            height = in.getShort(20) & 0xFFFF;
            topDown = false;
            bits = in.getShort(24) & 0xFFFF;
            compression = RAW;
        } else if (headerSize == INFO_HEADER
                || headerSize == 52
                || headerSize == 56
                || headerSize == 64
                || headerSize == 108
                || headerSize == 124) {
            need(FILE_HEADER + headerSize);
            width = in.getInt(18);
            topDown = in.getInt(22) < 0;
            height = topDown ? -in.getInt(22) : in.getInt(22);
            bits = in.getShort(28) & 0xFFFF;
            compression = in.getInt(30);
        } else {
            throw damaged("its header states a length of %d bytes".formatted(headerSize));
        }
        if (width < 1 || height < 1) {
            throw damaged("its header states %d x %d pixels".formatted(width, height));
        }
    }

    static ImageSize size(byte[] file) throws IOException {
        var decoder = new BmpDecoder(file);
        return new ImageSize(decoder.width, decoder.height);
    }

    /** Whether every colour of a palette of more than two is the grey of its own number, so that indices are levels. */
    static boolean grey(byte[] file) throws IOException {
        var decoder = new BmpDecoder(file);
        if (decoder.bits > 8 || decoder.paletteColours() <= 2) {
            return false;
        }
        int entry = decoder.paletteEntry();
        int from = (int) decoder.afterHeader();
        int colours = (int) decoder.paletteColours();
        return from + (long) entry * colours <= file.length
                && IntStream.range(0, 3 * colours).allMatch(i -> (file[from + i / 3 * entry + i % 3] & 0xFF) == i / 3);
    }

    static Pixels decode(byte[] file) throws IOException {
        return new BmpDecoder(file).decode();
    }

    private Pixels decode() throws IOException {
        if (bits != 1 && bits != 2 && bits != 4 && bits != 8 && bits != 16 && bits != 24 && bits != 32) {
            throw new IOException("BMP files of %d bits a pixel%s are not read; convert them to PNG first"
                    .formatted(bits, bits == 0 ? " (another format inside)" : ""));
        }
        boolean masks = compression == BIT_FIELDS || compression == ALPHA_BIT_FIELDS;
        boolean runs = (compression == RLE8 && bits == 8) || (compression == RLE4 && bits == 4);
        if (compression != RAW && !runs && !(masks && bits >= 16)) {
            throw new IOException(
                    "BMP files of %d bits a pixel with compression %d are not read; convert them to PNG first"
                            .formatted(bits, compression));
        }
        if (bits <= 8) {
            byte[] indices = runs
                    ? BmpRuns.decode(in, (int) pixelsAt(), width, height, topDown, compression == RLE4)
                    : indices();
            return new Pixels(width, height, lookUp(indices));
        }
        return new Pixels(width, height, colours(masks));
    }

    /** Where the palette, or what else follows the header, starts. */
    private long afterHeader() {
        return (long) FILE_HEADER + headerSize;
    }

    private int paletteEntry() {
        return headerSize == OS2_HEADER ? 3 : 4;
    }

    private long paletteColours() throws IOException {
        long stated = headerSize == OS2_HEADER ? 0 : in.getInt(46) & 0xFFFFFFFFL;
        long colours = stated == 0 ? 1L << bits : stated;
        if (colours > 65536) {
            throw damaged("its header states a palette of %d colours".formatted(colours));
        }
        return colours;
    }

    private long pixelsAt() throws IOException {
        long stated = in.getInt(10) & 0xFFFFFFFFL;
        // Some programs leave the palette out of the offset, some leave the offset out.
        if ((stated == 0 || stated == afterHeader()) && bits <= 8) {
            stated = afterHeader() + paletteEntry() * paletteColours();
        } else if (stated == 0) {
            stated = afterHeader() + (compression == BIT_FIELDS && headerSize == INFO_HEADER ? 12 : 0);
        }
        return Math.min(stated, in.limit());
    }

    private long rowBytes() {
        return ((long) width * bits + 31) / 32 * 4;
    }

    /** Where a row of the picture is stored; refused unless all of them are there. */
    private long[] rows() throws IOException {
        long from = pixelsAt();
        long needed = rowBytes() * (height - 1) + ((long) width * bits + 7) / 8;
        if (needed > in.limit() - from) {
            throw damaged("it is truncated (%d of %d bytes of pixels)".formatted(in.limit() - from, needed));
        }
        long[] rows = new long[height];
        for (int y = 0; y < height; y++) {
            rows[y] = from + rowBytes() * (topDown ? y : height - 1 - y);
        }
        return rows;
    }

    private byte[] indices() throws IOException {
        long[] rows = rows();
        byte[] indices = new byte[width * height];
        for (int y = 0, to = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int bit = x * bits;
                int shift = 8 - bits - (bit & 7);
                indices[to++] = (byte) (((in.get((int) rows[y] + (bit >> 3)) & 0xFF) >> shift) & ((1 << bits) - 1));
            }
        }
        return indices;
    }

    /** An index beyond the palette is black, as with Pillow. */
    private byte[] lookUp(byte[] indices) throws IOException {
        byte[] rgb = new byte[Math.multiplyExact(3, indices.length)];
        int colours = (int) Math.min(256, paletteColours());
        int entry = paletteEntry();
        int from = (int) afterHeader();
        for (int i = 0, to = 0; i < indices.length; i++, to += 3) {
            int index = indices[i] & 0xFF;
            int at = from + index * entry;
            boolean inside = index < colours && at + 3 <= in.limit();
            for (int channel = 0; channel < 3; channel++) {
                rgb[to + channel] = inside ? in.get(at + 2 - channel) : 0;
            }
        }
        return rgb;
    }

    private byte[] colours(boolean masked) throws IOException {
        long[] rows = rows();
        byte[] rgb = new byte[Math.toIntExact(3L * width * height)];
        int[] masks = masked ? statedMasks() : usualMasks();
        int[] shifts = new int[3];
        long[] largest = new long[3];
        for (int channel = 0; channel < 3; channel++) {
            shifts[channel] = masks[channel] == 0 ? 0 : Integer.numberOfTrailingZeros(masks[channel]);
            largest[channel] = Math.max(1, Integer.toUnsignedLong(masks[channel]) >> shifts[channel]);
        }
        int bytes = bits / 8;
        for (int y = 0, to = 0; y < height; y++) {
            for (int x = 0, at = (int) rows[y]; x < width; x++, at += bytes) {
                int pixel = in.getShort(at) & 0xFFFF;
                pixel |= bytes == 2 ? 0 : (in.get(at + 2) & 0xFF) << 16;
                pixel |= bytes == 4 ? in.get(at + 3) << 24 : 0;
                for (int channel = 0; channel < 3; channel++) {
                    long value = Integer.toUnsignedLong(pixel & masks[channel]) >> shifts[channel];
                    rgb[to++] = (byte) (value * 255 / largest[channel]);
                }
            }
        }
        return rgb;
    }

    private int[] usualMasks() {
        return bits == 16 ? new int[] {0x7C00, 0x3E0, 0x1F} : new int[] {0xFF0000, 0xFF00, 0xFF};
    }

    /** In the longer headers, behind the short one. */
    private int[] statedMasks() throws IOException {
        int at = FILE_HEADER + INFO_HEADER;
        need(at + 12);
        int[] masks = {in.getInt(at), in.getInt(at + 4), in.getInt(at + 8)};
        return Arrays.stream(masks).allMatch(mask -> mask == 0) ? usualMasks() : masks;
    }

    private void need(int length) throws IOException {
        if (in.limit() < length) {
            throw damaged("it is truncated");
        }
    }

    private static DamagedImageException damaged(String reason) {
        return new DamagedImageException(ImageFormat.BMP, reason);
    }
}
