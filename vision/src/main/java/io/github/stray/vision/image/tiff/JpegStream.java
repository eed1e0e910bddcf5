// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.image.tiff;

import java.io.ByteArrayOutputStream;

/**
 * The JPEG file that a strip or tile is a part of: its tables may stand once for all of them, and what its components
 * are is said by the TIFF file, whatever its own markers say (Adobe's technical note 2 on TIFF 6.0).
 */
final class JpegStream {
    private JpegStream() {}

    /**
     * {@return a file of its own}
     *
     * @param tables the tables that all share; may be empty
     * @param data the strip or tile
     * @param ycbcr whether components are luma and chroma, to become RGB; else they are left as they are
     */
    static byte[] file(byte[] tables, byte[] data, boolean ycbcr) {
        var out = new ByteArrayOutputStream(tables.length + data.length + 20);
        byte[] adobe = {
            (byte) 0xFF, (byte) 0xEE, 0, 14, 'A', 'd', 'o', 'b', 'e', 0, 100, 0, 0, 0, 0, (byte) (ycbcr ? 1 : 0)
        };
        out.write(0xFF);
        out.write(0xD8);
        out.writeBytes(adobe);
        segments(tables, out);
        int scan = segments(data, out);
        out.write(data, scan, data.length - scan);
        int end = data.length;
        if (end < 2 || (data[end - 2] & 0xFF) != 0xFF || (data[end - 1] & 0xFF) != 0xD9) {
            out.write(0xFF);
            out.write(0xD9);
        }
        return out.toByteArray();
    }

    /** Copies segments but those of applications, to the first scan, the end or what is no segment; says where that is. */
    private static int segments(byte[] data, ByteArrayOutputStream out) {
        int at = 0;
        while (at + 3 < data.length && (data[at] & 0xFF) == 0xFF) {
            int marker = data[at + 1] & 0xFF;
            if (marker == 0xD8 || marker == 0xFF) {
                at += marker == 0xFF ? 1 : 2;
                continue;
            }
            int length = 2 + (((data[at + 2] & 0xFF) << 8) | (data[at + 3] & 0xFF));
            if (marker == 0xDA || marker == 0xD9 || length > data.length - at) {
                break;
            }
            if (marker < 0xE0 || marker > 0xEF) {
                out.write(data, at, length);
            }
            at += length;
        }
        return at;
    }
}
