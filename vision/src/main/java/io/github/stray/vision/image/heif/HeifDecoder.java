// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.image.heif;

import io.github.stray.extract.FailedSample.Kind;
import io.github.stray.extract.ImageContent.Pixels;
import io.github.stray.extract.SampleException;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;

/**
 * Decodes HEIC, HEIF and AVIF files: the primary image, turned, mirrored and cut as the file says, alpha dropped. Safe for
 * concurrent use.
 *
 * <p>The container is read here, and every size in it is checked before anything is allocated. The compressed pictures go
 * to the system's libheif one by one, each in a container of ours, and come back as they were coded; tiles are put together
 * and colours converted here. So the pixels do not depend on the version of libheif, and the bytes of a stranger reach its
 * decoders only.
 */
public final class HeifDecoder {
    /** Images made of images made of images; real files have one step. */
    private static final int DEEPEST = 4;

    /** They say where in EXIF data its TIFF header lies: behind what a JPEG file has before it, or at the beginning. */
    private static final int EXIF_OFFSET_BYTES = 4;

    private final HeifFile file;
    private final long maxPixels;
    private final long heap;

    private HeifDecoder(HeifFile file, long maxPixels, long heap) {
        this.file = file;
        this.maxPixels = maxPixels;
        this.heap = heap;
    }

    /**
     * {@return the size that decoding needs memory for: that of the image, before it is turned or cut, or that of one of
     * its tiles if that is larger}
     *
     * @param file all bytes of the file
     * @throws DamagedHeifException if the container is damaged
     * @throws IOException if it holds no still image, or one that is not read; the message is one line for a user
     */
    public static HeifSize size(byte[] file) throws IOException {
        HeifFile heif = HeifFile.parse(file);
        return size(heif, heif.primary(), 0);
    }

    /**
     * {@return the pixels, upright}
     *
     * @param file all bytes of the file
     * @param maxPixels the most pixels of the image, and of any picture in it, that are decoded
     * @throws DamagedHeifException if the file is damaged
     * @throws IOException if it is not read, or libheif is not installed; the message is one line for a user
     */
    public static Pixels decode(byte[] file, long maxPixels) throws IOException {
        return decode(file, maxPixels, Runtime.getRuntime().maxMemory());
    }

    static Pixels decode(byte[] file, long maxPixels, long heap) throws IOException {
        HeifFile heif = HeifFile.parse(file);
        var decoder = new HeifDecoder(heif, maxPixels, heap);
        HeifItem item = heif.primary();
        Coded coded = decoder.coded(item, 0);
        Pixels pixels = coded.rgb(heif.hasAlpha());
        if (item.multiplied().isPresent()) {
            HeifItem alpha = heif.item(item.multiplied().getAsLong());
            pixels = Alpha.divided(pixels, decoder.coded(alpha, 0).planes, coded.codec);
        }
        return coded.codec == Codec.AV1 ? Shape.pixels(item, pixels) : pixels;
    }

    /**
     * {@return what lies beside the primary image and may tell how it lies; nothing where the container turns or mirrors it}
     *
     * @param file all bytes of the file
     * @throws DamagedHeifException if the container is damaged
     * @throws IOException if it holds no still image, or one that is not read; the message is one line for a user
     */
    public static HeifMetadata metadata(byte[] file) throws IOException {
        HeifFile heif = HeifFile.parse(file);
        if (Shape.turns(heif.primary())) {
            return HeifMetadata.NONE;
        }
        byte[] exif = heif.describing("Exif").orElse(HeifMetadata.NONE.exif());
        return new HeifMetadata(
                Arrays.copyOfRange(exif, Math.min(EXIF_OFFSET_BYTES, exif.length), exif.length),
                heif.describing("application/rdf+xml").orElse(HeifMetadata.NONE.xmp()));
    }

    /** {@return what decodes HEIC and AVIF files in this process, in one line: the libheif that was found, or that there is none} */
    public static String library() {
        return HeifLibrary.described();
    }

    private static HeifSize size(HeifFile file, HeifItem item, int depth) throws IOException {
        if (item.type().equals("iden")) {
            return size(file, source(file, item, depth), depth + 1);
        }
        int[] own = item.size();
        var size = new HeifSize(own[0], own[1]);
        if (item.type().equals("grid")) {
            Grid grid = Grid.of(file, item);
            var canvas = new HeifSize(grid.width(), grid.height());
            var tile = new HeifSize(grid.tileWidth(), grid.tileHeight());
            return tile.pixels() > canvas.pixels() ? tile : canvas;
        }
        return size;
    }

    private static HeifItem source(HeifFile file, HeifItem item, int depth) throws IOException {
        if (item.sources().size() != 1 || depth == DEEPEST) {
            throw new DamagedHeifException("its image is derived from %s"
                    .formatted(
                            depth == DEEPEST
                                    ? "itself, or from too many others in turn"
                                    : item.sources().size() + " images, expected one"));
        }
        return file.item(item.sources().getFirst());
    }

    /** A decoded image and how its colours were coded; HEVC that says nothing of it uses 16 to 235, as its standard has it. */
    private record Coded(Codec codec, Planes planes, Optional<Colours> colours) {
        Pixels rgb(boolean alpha) throws IOException {
            Colours known = colours.orElse(new Colours(2, 2, codec != Codec.HEVC));
            return switch (codec) {
                case HEVC -> HeicColours.rgb(planes, known);
                case AV1 -> AvifColours.rgb(planes, known, alpha);
            };
        }
    }

    /** An image as coded; of HEVC, turned, mirrored and cut. */
    private Coded coded(HeifItem item, int depth) throws IOException {
        Coded coded;
        if (item.type().equals("iden")) {
            coded = coded(source(file, item, depth), depth + 1);
            if (coded.codec == Codec.AV1) {
                throw new IOException("it holds an AV1 image derived from another one ('iden'), which is not read");
            }
        } else if (item.type().equals("grid")) {
            coded = grid(item);
        } else {
            coded = picture(item, false);
        }
        Planes planes = coded.codec == Codec.HEVC ? Shape.planes(item, coded.planes) : coded.planes;
        return new Coded(coded.codec, planes, coded.colours);
    }

    private Coded grid(HeifItem item) throws IOException {
        Grid grid = Grid.of(file, item);
        requirePixels(grid.width(), grid.height());
        Coded first = tile(item, 0);
        Planes canvas = Planes.empty(grid.width(), grid.height(), first.planes.subsampling(), first.planes.bits());
        for (int i = 0; i < item.sources().size(); i++) {
            Coded tile = i == 0 ? first : tile(item, i);
            if (tile.codec != first.codec
                    || tile.planes.width() != grid.tileWidth()
                    || tile.planes.height() != grid.tileHeight()
                    || tile.planes.subsampling() != canvas.subsampling()
                    || tile.planes.bits() != canvas.bits()) {
                throw new DamagedHeifException("its tiles differ in size or colours");
            }
            canvas.paste(tile.planes, i % grid.columns() * grid.tileWidth(), i / grid.columns() * grid.tileHeight());
        }
        Optional<Colours> own = item.colours();
        return new Coded(first.codec, canvas, own.isPresent() ? own : first.colours);
    }

    private Coded tile(HeifItem grid, int index) throws IOException {
        HeifItem tile = file.item(grid.sources().get(index));
        if (Shape.changes(tile)) {
            throw new IOException("it is put together from tiles that are turned or cut, which is not read");
        }
        return picture(tile, true);
    }

    /** One compressed picture; what the container says of the colours of a tile is not looked at in AVIF. */
    private Coded picture(HeifItem item, boolean tile) throws IOException {
        Codec codec =
                Codec.of(item).orElseThrow(() -> new IOException("it holds %s".formatted(described(item.type()))));
        byte[] data = file.data(item);
        Box box = item.require(codec.configuration);
        byte[] configuration = box.fields().bytes(box.end() - box.from());
        int[] size = item.size();
        CodedPicture picture = codec.picture(configuration, data);
        requirePixels(picture.width(), picture.height());
        if (picture.width() != size[0] || picture.height() != size[1]) {
            throw new DamagedHeifException("it states %d x %d pixels, the picture in it has %d x %d"
                    .formatted(size[0], size[1], picture.width(), picture.height()));
        }
        LibHeif library = HeifLibrary.with(codec);
        requireMemory(picture, library.outside(picture));
        Planes planes = library.decode(codec, configuration, picture, data);
        Optional<Colours> own = item.colours();
        return new Coded(codec, planes, own.isPresent() && !(tile && codec == Codec.AV1) ? own : picture.colours());
    }

    private void requirePixels(int width, int height) throws IOException {
        if ((long) width * height > maxPixels) {
            throw new SampleException(
                    Kind.TOO_LARGE,
                    "%d x %d pixels are more than the %d that are decoded".formatted(width, height, maxPixels));
        }
    }

    /** Outside the heap nobody counts: a few bytes may ask for gigabytes there, so it is held to a share of the heap. */
    private void requireMemory(CodedPicture picture, long outside) throws SampleException {
        long allowed = heap / 4 * 3;
        if (outside > allowed) {
            throw new SampleException(
                    Kind.NO_MEMORY,
                    "not enough memory to decode this picture of %d x %d pixels (%d MB outside the heap, %d MB allowed); raise -Xmx"
                            .formatted(picture.width(), picture.height(), outside >> 20, allowed >> 20));
        }
    }

    private static String described(String type) {
        return switch (type) {
            case "iovl" -> "an overlay of several images, which is not read; save it as one image";
            case "jpeg", "j2k1", "vvc1", "evc1", "avc1", "unci" ->
                "an image of codec '%s', and only HEVC and AV1 are read".formatted(type);
            default -> "an image of type '%s', and only HEVC, AV1 and grids of these are read".formatted(type);
        };
    }
}
