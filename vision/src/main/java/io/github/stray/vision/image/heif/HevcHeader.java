// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.image.heif;

import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;

/**
 * The sequence parameter set of an HEVC picture (ITU-T H.265, 7.3.2.2): its size, before anything is allocated for it,
 * and what its colours mean.
 */
final class HevcHeader {
    private static final String NAME = "HEVC header";
    private static final int SEQUENCE_PARAMETERS = 33;
    private static final int ALL_VALUES = 255;

    private HevcHeader() {}

    /**
     * The picture that a configuration and the item's data describe; the largest, should there be several parameter sets.
     *
     * @param configuration content of the {@code hvcC} box
     * @param data of the item: units, each behind its length
     */
    static CodedPicture of(byte[] configuration, byte[] data) throws IOException {
        var in = new Fields("hvcC", configuration, 0, configuration.length);
        in.skip(21);
        int lengthBytes = (in.u8() & 3) + 1;
        if (lengthBytes != 4) {
            throw new DamagedHeifException(
                    "the units of its HEVC data have lengths of %d bytes, expected 4".formatted(lengthBytes));
        }
        Optional<CodedPicture> picture = Optional.empty();
        for (int arrays = in.u8(); arrays > 0; arrays--) {
            in.skip(1);
            for (int units = in.u16(); units > 0; units--) {
                picture = larger(picture, unit(in.bytes(in.u16())));
            }
        }
        var units = new Fields("HEVC data", data, 0, data.length);
        while (units.left() > 0) {
            long length = units.u32();
            if (length > units.left()) {
                throw new DamagedHeifException("its HEVC data ends inside a unit");
            }
            boolean parameters = length > 0 && ((data[units.at()] >> 1) & 0x3F) == SEQUENCE_PARAMETERS;
            if (parameters) {
                picture = larger(picture, unit(units.bytes((int) length)));
            } else {
                units.skip((int) length);
            }
        }
        if (picture.isEmpty()) {
            throw new DamagedHeifException("its HEVC data has no sequence parameters");
        }
        return picture.get();
    }

    private static Optional<CodedPicture> larger(Optional<CodedPicture> one, Optional<CodedPicture> other) {
        return other.isEmpty()
                        || (one.isPresent() && one.get().pixels() >= other.get().pixels())
                ? one
                : other;
    }

    private static Optional<CodedPicture> unit(byte[] unit) throws IOException {
        boolean baseLayer = unit.length >= 2 && (unit[0] & 1) == 0 && (unit[1] & 0xF8) == 0;
        if (!baseLayer || ((unit[0] >> 1) & 0x3F) != SEQUENCE_PARAMETERS) {
            return Optional.empty();
        }
        byte[] raw = withoutEmulation(unit);
        return Optional.of(parameters(new Bits(NAME, raw, 2, raw.length)));
    }

    /** Takes out the 3 of every 0 0 3, which keeps start codes from occurring. */
    private static byte[] withoutEmulation(byte[] unit) {
        byte[] raw = new byte[unit.length];
        int length = 0;
        int zeros = 0;
        for (byte b : unit) {
            if (zeros >= 2 && b == 3) {
                zeros = 0;
                continue;
            }
            zeros = b == 0 ? zeros + 1 : 0;
            raw[length++] = b;
        }
        return Arrays.copyOf(raw, length);
    }

    private static CodedPicture parameters(Bits in) throws IOException {
        in.skip(4);
        int subLayers = in.u(3);
        in.skip(1);
        profile(in, subLayers);
        in.ue();
        int chroma = in.ue();
        Subsampling subsampling = switch (chroma) {
            case 0 -> Subsampling.GREY;
            case 1 -> Subsampling.CHROMA_420;
            case 2 -> Subsampling.CHROMA_422;
            case 3 -> Subsampling.CHROMA_444;
            default -> throw new DamagedHeifException("its HEVC header has the chroma format " + chroma);
        };
        if (chroma == 3 && in.flag()) {
            throw new IOException("HEVC pictures in three separate colour planes are not read");
        }
        int codedWidth = in.ue();
        int codedHeight = in.ue();
        long width = codedWidth;
        long height = codedHeight;
        if (in.flag()) {
            width -= ((long) in.ue() + in.ue()) << subsampling.right;
            height -= ((long) in.ue() + in.ue()) << subsampling.down;
        }
        if (width < 1 || height < 1 || codedWidth > 65_535 || codedHeight > 65_535) {
            throw new DamagedHeifException("its HEVC header states %d x %d pixels".formatted(width, height));
        }
        int bits = 8 + in.ue();
        int chromaBits = 8 + in.ue();
        if (bits > 16 || chromaBits > 16) {
            throw new DamagedHeifException(
                    "its HEVC header states %d bits a sample".formatted(Math.max(bits, chromaBits)));
        }
        if (chromaBits != bits && chroma != 0) {
            throw new IOException(
                    "HEVC pictures of %d bits of luma and %d of chroma are not read".formatted(bits, chromaBits));
        }
        return new CodedPicture((int) width, (int) height, subsampling, bits, colours(in, subLayers));
    }

    private static void profile(Bits in, int subLayers) throws DamagedHeifException {
        in.skip(88 + 8);
        boolean[] profiles = new boolean[subLayers];
        boolean[] levels = new boolean[subLayers];
        for (int i = 0; i < subLayers; i++) {
            profiles[i] = in.flag();
            levels[i] = in.flag();
        }
        if (subLayers > 0) {
            in.skip(2 * (8 - subLayers));
        }
        for (int i = 0; i < subLayers; i++) {
            in.skip((profiles[i] ? 88 : 0) + (levels[i] ? 8 : 0));
        }
    }

    /** Everything between the size and the description of colours is passed over. */
    private static Optional<Colours> colours(Bits in, int subLayers) throws DamagedHeifException {
        int orderBits = 4 + in.ue();
        for (int i = in.flag() ? 0 : subLayers; i <= subLayers; i++) {
            in.ue();
            in.ue();
            in.ue();
        }
        for (int i = 0; i < 6; i++) {
            in.ue();
        }
        boolean scaled = in.flag();
        if (scaled && in.flag()) {
            scalingLists(in);
        }
        in.skip(2);
        if (in.flag()) {
            in.skip(8);
            in.ue();
            in.ue();
            in.skip(1);
        }
        int sets = in.ue();
        for (int i = 0; i < sets; i++) {
            if (i > 0 && in.flag()) {
                return Optional.empty();
            }
            int pictures = in.ue() + in.ue();
            for (int j = 0; j < pictures; j++) {
                in.ue();
                in.skip(1);
            }
        }
        if (in.flag()) {
            for (int i = in.ue(); i > 0; i--) {
                in.skip(orderBits + 1);
            }
        }
        in.skip(2);
        return in.flag() ? signalType(in) : Optional.empty();
    }

    private static void scalingLists(Bits in) throws DamagedHeifException {
        for (int size = 0; size < 4; size++) {
            for (int matrix = 0; matrix < 6; matrix += size == 3 ? 3 : 1) {
                if (!in.flag()) {
                    in.ue();
                    continue;
                }
                int codes = Math.min(64, 1 << (4 + 2 * size)) + (size > 1 ? 1 : 0);
                for (int i = 0; i < codes; i++) {
                    in.ue();
                }
            }
        }
    }

    private static Optional<Colours> signalType(Bits in) throws DamagedHeifException {
        if (in.flag() && in.u(8) == ALL_VALUES) {
            in.skip(32);
        }
        if (in.flag()) {
            in.skip(1);
        }
        if (!in.flag()) {
            return Optional.empty();
        }
        in.skip(3);
        boolean fullRange = in.flag();
        if (!in.flag()) {
            return Optional.of(new Colours(2, 2, fullRange));
        }
        int primaries = in.u(8);
        in.skip(8);
        return Optional.of(new Colours(primaries, in.u(8), fullRange));
    }
}
