// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.image.tiff;

import io.github.stray.vision.image.tiff.Samples.Colours;
import java.io.IOException;
import java.util.Arrays;

/**
 * Pixels of the first page of a TIFF or BigTIFF file, the ones that Pillow with libtiff gives. Read are strips and tiles,
 * samples together or apart, of the kinds of {@link Samples}, stored as they are or by PackBits, LZW, deflate, LZMA, ITU-T
 * T.4 and T.6 or JPEG, also as differences. What a file says wrongly is a {@link TiffDamage}; what is right but not read
 * is another {@link IOException} that names it. Safe for concurrent use.
 */
public final class TiffReader {
    private static final int WIDTH = 256;
    private static final int LENGTH = 257;
    private static final int COMPRESSION = 259;
    private static final int FILL_ORDER = 266;
    private static final int T4_OPTIONS = 292;
    private static final int PREDICTOR = 317;
    private static final int COLOUR_MAP = 320;
    private static final int JPEG_TABLES = 347;

    static final int NONE = 1;
    private static final int JPEG = 7;

    /** Beyond this, tiles are refused that hold several times as much as the page. */
    private static final long WASTE = 256L << 20;

    private final byte[] file;
    private final TiffFields fields;
    private final JpegDecoder jpeg;
    private final int width;
    private final int height;
    private final int compression;
    private final Samples samples;
    private final Segments segments;
    private final Chroma chroma;

    /** Decodes JPEG files. */
    public interface JpegDecoder {
        /**
         * {@return the components of a JPEG file, those of YCbCr as RGB, those of CMYK as they are}
         *
         * @param file all of its bytes
         * @throws TiffDamage if it is damaged
         * @throws IOException if it is not read
         */
        TiffImage decode(byte[] file) throws IOException;
    }

    private TiffReader(byte[] file, TiffFields fields, int width, int height, JpegDecoder jpeg) throws IOException {
        this.file = file;
        this.fields = fields;
        this.jpeg = jpeg;
        this.width = width;
        this.height = height;
        compression = (int) fields.number(COMPRESSION).orElse(NONE);
        samples = Samples.of(fields);
        segments = Segments.of(fields, width, height, samples.perPixel());
        chroma = Chroma.of(fields, compression, segments.planes());
    }

    /**
     * {@return width and height, each at least 1}
     *
     * @param file all bytes of a TIFF file
     * @throws IOException if the file does not say
     */
    public static int[] size(byte[] file) throws IOException {
        TiffFields fields = fields(file);
        long width = fields.number(WIDTH).orElse(0);
        long height = fields.number(LENGTH).orElse(0);
        if (width < 1 || height < 1 || width > Integer.MAX_VALUE || height > Integer.MAX_VALUE) {
            throw new TiffDamage("its header states %d x %d pixels".formatted(width, height));
        }
        return new int[] {(int) width, (int) height};
    }

    /**
     * {@return the pixels}
     *
     * @param file all bytes of a TIFF file
     * @param jpeg what decodes strips and tiles that are JPEG
     * @throws TiffDamage if the file is damaged
     * @throws IOException if it is of a kind that is not read
     */
    public static TiffImage read(byte[] file, JpegDecoder jpeg) throws IOException {
        int[] size = size(file);
        return new TiffReader(file, fields(file), size[0], size[1], jpeg).read();
    }

    /**
     * {@return whether the first page is of one band of grey, more than 1 and at most 8 bits}
     *
     * @param file all bytes
     * @throws IOException if it is damaged or of a variant that is not read
     */
    public static boolean grey(byte[] file) throws IOException {
        Samples samples = Samples.of(fields(file));
        return samples.colours() == Colours.GREY
                && samples.perPixel() == 1
                && samples.number() == Samples.Numbers.UNSIGNED
                && samples.bits() > 1
                && samples.bits() <= 8;
    }

    /**
     * {@return whether the pixels of the first page have samples beside their colours}
     *
     * @param file all bytes
     * @throws IOException if it is damaged or of a variant that is not read
     */
    public static boolean transparent(byte[] file) throws IOException {
        Samples samples = Samples.of(fields(file));
        return samples.perPixel() > samples.colours().count();
    }

    private static TiffFields fields(byte[] file) throws IOException {
        return TiffFields.first(file, 0, file.length).orElseThrow(() -> new TiffDamage("it has no header"));
    }

    private TiffImage read() throws IOException {
        int kept = samples.kept();
        byte[] page = new byte[Math.toIntExact((long) width * height * kept)];
        var unpacker = new Unpacker(samples, fields.order(), page, width);
        int across = segments.across(width);
        int down = segments.down(height);
        requireThrift(across * (long) down);
        int perPlane = across * down;
        int planes = segments.planes() == 1 ? 1 : Math.min(segments.planes(), kept);
        for (int index = 0; index < planes * perPlane; index++) {
            int x = index % across * segments.width();
            int y = index % perPlane / across * segments.height();
            int rows = segments.tiled() ? segments.height() : Math.min(segments.height(), height - y);
            byte[] data = pixels(index, rows);
            int plane = segments.planes() == 1 ? Unpacker.ALL : index / perPlane;
            unpacker.unpack(
                    data,
                    segments.width(),
                    x,
                    y,
                    Math.min(segments.width(), width - x),
                    Math.min(rows, height - y),
                    plane);
        }
        return finished(page);
    }

    private void requireThrift(long count) throws IOException {
        long whole = count * segments.planes() * bytes(segments.height());
        long page = (long) width * height * samples.perPixel() * samples.bits() / 8;
        if (whole > WASTE && whole / 4 > page) {
            throw new TiffDamage("its tiles of %d x %d pixels hold %d times as much as its page of %d x %d"
                    .formatted(segments.width(), segments.height(), whole / Math.max(1, page), width, height));
        }
        if (bytes(segments.height()) > Integer.MAX_VALUE - 8) {
            throw new TiffDamage("a %s of %d x %d pixels is larger than 2 GiB"
                    .formatted(segments.name(), segments.width(), segments.height()));
        }
    }

    /** Bytes of so many rows of a strip or tile. */
    private long bytes(int rows) {
        if (subsampled()) {
            return chroma.bytes(segments.width(), rows);
        }
        return (long) rows * rowBytes();
    }

    private long rowBytes() {
        int together = segments.planes() == 1 ? samples.perPixel() : 1;
        return ((long) segments.width() * together * samples.bits() + 7) / 8;
    }

    private boolean subsampled() {
        return samples.colours() == Colours.YCBCR
                && segments.planes() == 1
                && chroma.subsampled()
                && compression != JPEG;
    }

    /** A strip or tile as it was before compression; where chroma is subsampled, as RGB. */
    private byte[] pixels(int index, int rows) throws IOException {
        try {
            byte[] stored = stored(index, bytes(rows));
            if (compression == JPEG) {
                return jpegPixels(stored, rows);
            }
            byte[] data = decompress(stored, (int) bytes(rows));
            if (subsampled()) {
                return chroma.toRgb(data, segments.width(), rows);
            }
            return data;
        } catch (TiffDamage e) {
            throw new TiffDamage(
                    "%s %d of %d: %s"
                            .formatted(
                                    segments.name(),
                                    index + 1,
                                    segments.across(width) * segments.down(height) * segments.planes(),
                                    e.getMessage()),
                    e);
        }
    }

    private byte[] stored(int index, long wanted) throws IOException {
        long[] offsets = segments.offsets();
        long[] counts = segments.byteCounts();
        // As Pillow: of several pages' worth of strips that each cover all of it, the last.
        boolean last =
                compression == NONE && segments.planes() == 1 && !segments.tiled() && segments.height() == height;
        long from = offsets[last ? offsets.length - 1 : index];
        long count = compression == NONE ? wanted : index < counts.length ? counts[index] : 0;
        if (from < 0 || from > file.length || (count < 1 && from == file.length)) {
            throw new TiffDamage("it starts at byte %d of a file of %d".formatted(from, file.length));
        }
        if (compression == NONE && count > file.length - from) {
            throw Decompression.endsEarly((int) (file.length - from), (int) wanted);
        }
        if (count < 1 || count > file.length - from) {
            count = file.length - from;
        }
        byte[] stored = Arrays.copyOfRange(file, (int) from, (int) (from + count));
        if (fields.number(FILL_ORDER).orElse(1) == 2 && compression != JPEG) {
            for (int i = 0; i < stored.length; i++) {
                stored[i] = (byte) (Integer.reverse(stored[i]) >>> 24);
            }
        }
        return stored;
    }

    private byte[] decompress(byte[] stored, int length) throws IOException {
        if (compression == NONE) {
            return stored;
        }
        byte[] data = new byte[length];
        switch (compression) {
            case 2 -> fax(Fax.Kind.BYTES, stored, data);
            case 3 -> fax(Fax.Kind.GROUP_3, stored, data);
            case 4 -> fax(Fax.Kind.GROUP_4, stored, data);
            case 5 -> Decompression.lzw(stored, data);
            case 8, 32946 -> Decompression.deflate(stored, data);
            case 32773 -> Decompression.packBits(stored, data);
            case 34925 -> Decompression.lzma(stored, data);
            default -> throw Samples.notRead(compressionName() + " compression");
        }
        if (compression == 5 || compression == 8 || compression == 32946 || compression == 34925) {
            int predictor = (int) fields.number(PREDICTOR).orElse(1);
            if (predictor != 1 && subsampled()) {
                throw Samples.notRead("subsampled YCbCr stored as differences");
            }
            int stride = segments.planes() == 1 ? samples.perPixel() : 1;
            Predictor.undo(predictor, data, (int) rowBytes(), stride, samples.bits(), fields.order());
        }
        return data;
    }

    private void fax(Fax.Kind kind, byte[] stored, byte[] data) throws IOException {
        if (samples.bits() != 1 || samples.perPixel() != 1) {
            throw new TiffDamage("fax compression is for one bit a pixel");
        }
        boolean twoDimensional = (fields.number(T4_OPTIONS).orElse(0) & 1) != 0;
        Fax.decode(stored, kind, twoDimensional, segments.width(), data);
    }

    private String compressionName() {
        return switch (compression) {
            case 32766 -> "NeXT's";
            case 32771 -> "word-aligned fax";
            case 32809 -> "ThunderScan's";
            case 34661, 34663 -> "JBIG";
            case 34676, 34677 -> "SGI's logarithmic";
            case 34712, 33003, 33005, 33004 -> "JPEG 2000";
            case 34887 -> "LERC";
            case 34892, 34933, 34934 -> "lossy camera";
            case 50000 -> "Zstandard";
            case 50001 -> "WebP";
            case 50002, 52546 -> "JPEG XL";
            default -> "unknown (%d)".formatted(compression);
        };
    }

    private byte[] jpegPixels(byte[] stored, int rows) throws IOException {
        if (samples.bits() != 8) {
            throw Samples.notRead("JPEG compression of %d bits".formatted(samples.bits()));
        }
        int components = segments.planes() == 1 ? samples.perPixel() : 1;
        boolean toRgb = samples.colours() == Colours.YCBCR && components == 3;
        TiffImage image = jpeg.decode(JpegStream.file(fields.bytes(JPEG_TABLES), stored, toRgb));
        if (image.width() != segments.width() || image.height() < rows || image.channels() != components) {
            throw new TiffDamage("its JPEG image has %d x %d pixels of %d components, not %d x %d of %d"
                    .formatted(image.width(), image.height(), image.channels(), segments.width(), rows, components));
        }
        return image.samples();
    }

    private TiffImage finished(byte[] page) throws IOException {
        byte[] colours = page;
        if (samples.associated()) {
            colours = Unpacker.divideByAlpha(page, samples.colours().count());
        }
        return switch (samples.colours()) {
            case GREY -> new TiffImage(width, height, 1, colours);
            case RGB -> new TiffImage(width, height, 3, colours);
            case CMYK -> new TiffImage(width, height, 4, colours);
            case PALETTE -> new TiffImage(width, height, 3, lookUp(colours));
            case YCBCR -> {
                if ((compression != JPEG && !subsampled()) || segments.planes() > 1) {
                    chroma.toRgb(colours);
                }
                yield new TiffImage(width, height, 3, colours);
            }
        };
    }

    /** Of the 16 bits of a colour the upper 8, as Pillow. */
    private byte[] lookUp(byte[] indices) throws IOException {
        long[] map = fields.numbers(COLOUR_MAP);
        int colours = map.length / 3;
        if (colours == 0) {
            throw new TiffDamage("it has no palette");
        }
        byte[] rgb = new byte[Math.multiplyExact(3, indices.length)];
        for (int i = 0, to = 0; i < indices.length; i++, to += 3) {
            int index = indices[i] & 0xFF;
            for (int channel = 0; channel < 3; channel++) {
                rgb[to + channel] = (byte) (index < colours ? map[channel * colours + index] >> 8 : 0);
            }
        }
        return rgb;
    }
}
