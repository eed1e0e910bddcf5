// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.preprocess;

import io.github.stray.extract.ImageContent.Pixels;
import io.github.stray.vision.image.ImageDecoder;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;

/**
 * The other end of {@code tools/pillow_resize.py}: decodes and resizes what it is sent, and sends the pixels back. Numbers
 * are big-endian and 4 bytes long.
 *
 * <p>Asked {@code 0 length file}, it answers {@code width height rgb} of the decoded file. Asked {@code 1 width height rgb
 * toWidth toHeight interpolation}, the last a name as {@link DataInputStream#readUTF} reads it, it answers the resized
 * {@code rgb}. Asked {@code 2}, it ends.
 *
 * <pre>
 * tools/pillow_resize.py     # starts it by tools/bench/java.sh
 * </pre>
 */
public final class ResizePairs {
    private ResizePairs() {}

    /**
     * Answers standard input on standard output.
     *
     * @param args none
     * @throws IOException if the other end is gone, or sent a file that is no image
     */
    public static void main(String[] args) throws IOException {
        System.err.println("JPEG decoder: " + ImageDecoder.jpegDecoder());
        var in = new DataInputStream(new BufferedInputStream(System.in));
        var out = new DataOutputStream(new BufferedOutputStream(System.out));
        for (int request = in.readInt(); request != 2; request = in.readInt()) {
            if (request == 0) {
                Pixels decoded = ImageDecoder.decode(in.readNBytes(in.readInt()));
                out.writeInt(decoded.width());
                out.writeInt(decoded.height());
                out.write(decoded.rgb());
            } else {
                int width = in.readInt();
                int height = in.readInt();
                var image = new Pixels(width, height, in.readNBytes(3 * width * height));
                int toWidth = in.readInt();
                int toHeight = in.readInt();
                Interpolation interpolation = Interpolation.of(in.readUTF());
                out.write(Resampling.resize(image, toWidth, toHeight, interpolation)
                        .rgb());
            }
            out.flush();
        }
    }
}
