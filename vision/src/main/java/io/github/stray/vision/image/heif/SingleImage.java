// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.image.heif;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The beginning of a HEIF file with one compressed picture and as little else as there can be: what libheif is given. What
 * it says of colours makes libheif hand out the samples as they were coded.
 */
final class SingleImage {
    private static final int ITEM = 1;

    private SingleImage() {}

    /**
     * Everything of the file that lies before the data of the picture.
     *
     * @param codec of the picture
     * @param configuration content of its {@code hvcC} or {@code av1C} box
     * @param picture its size
     * @param matrix what its colours are said to be coded with, in the numbers of ITU-T H.273
     * @param length of its data in bytes
     */
    static byte[] before(Codec codec, byte[] configuration, CodedPicture picture, int matrix, int length) {
        byte[] fileType = box("ftyp", join(ascii(codec.brand), u32(0), ascii("mif1"), ascii(codec.brand)));
        byte[] info = fullBox(
                "iinf", join(u16(1), fullBox(2, "infe", join(u16(ITEM), u16(0), ascii(codec.item), new byte[1]))));
        byte[] properties = box(
                "ipco",
                join(
                        box(codec.configuration, configuration),
                        fullBox("ispe", join(u32(picture.width()), u32(picture.height()))),
                        box("colr", join(ascii("nclx"), u16(1), u16(13), u16(matrix), new byte[] {(byte) 0x80}))));
        byte[] associations =
                fullBox("ipma", join(u32(1), u16(ITEM), new byte[] {3, (byte) 0x81, (byte) 0x82, (byte) 0x83}));
        byte[] before = join(
                fullBox("hdlr", join(u32(0), ascii("pict"), new byte[13])),
                fullBox("pitm", u16(ITEM)),
                info,
                box("iprp", join(properties, associations)));
        // Fields of 4 bytes for offset and length of the one extent.
        int location = fullBox("iloc", join(u16(0x4400), u16(1), u16(ITEM), u16(0), u16(1), u32(0), u32(0))).length;
        int start = fileType.length + 12 + before.length + location + 8;
        byte[] meta = fullBox(
                "meta",
                join(
                        before,
                        fullBox(
                                "iloc",
                                join(u16(0x4400), u16(1), u16(ITEM), u16(0), u16(1), u32(start), u32(length)))));
        return join(fileType, meta, u32(8 + length), ascii("mdat"));
    }

    private static byte[] fullBox(String type, byte[] content) {
        return fullBox(0, type, content);
    }

    private static byte[] fullBox(int version, String type, byte[] content) {
        return box(type, join(new byte[] {(byte) version, 0, 0, 0}, content));
    }

    private static byte[] box(String type, byte[] content) {
        return join(u32(8 + content.length), ascii(type), content);
    }

    private static byte[] u16(int value) {
        return new byte[] {(byte) (value >> 8), (byte) value};
    }

    private static byte[] u32(int value) {
        return ByteBuffer.allocate(4).putInt(value).array();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] join(byte[]... parts) {
        var joined = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            joined.writeBytes(part);
        }
        return joined.toByteArray();
    }
}
