// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.dataset;

import io.github.stray.extract.ImageContent.Pixels;
import io.github.stray.vision.dataset.Listing.Cursor;
import io.github.stray.vision.dataset.Listing.Entry;
import io.github.stray.vision.mat.MatBytes;
import io.github.stray.vision.mat.MatFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * SVHN's MATLAB file: {@code X}, 32 x 32 x 3 x n bytes (row, column, channel, image), read image by image; {@code y}, n digits of
 * which 10 means 0. Ids are numbers from 0 behind a prefix.
 */
final class DigitsListing {
    private static final int SIDE = 32;
    private static final int PLANE = SIDE * SIDE;
    private static final int IMAGE = 3 * PLANE;
    private static final int CLASSES = 10;

    private DigitsListing() {}

    static Listing of(String name, String where, Path file, String prefix) throws IOException {
        byte[] labels = labels(file);
        List<String> digits =
                IntStream.range(0, CLASSES).mapToObj(Integer::toString).toList();
        return new Listing(name, where, digits, () -> open(file, prefix, labels));
    }

    private static byte[] labels(Path file) throws IOException {
        double[] digits;
        try {
            digits = MatFile.of(file).numbers("y");
        } catch (IOException e) {
            throw new DatasetException(String.valueOf(e.getMessage()), e);
        }
        byte[] labels = new byte[digits.length];
        for (int i = 0; i < digits.length; i++) {
            if (!(digits[i] >= 1 && digits[i] <= CLASSES && digits[i] == Math.rint(digits[i]))) {
                throw new DatasetException(
                        "%s: the digit of image %d is %s, expected 1 to 10".formatted(file, i, digits[i]));
            }
            labels[i] = (byte) ((int) digits[i] % CLASSES);
        }
        return labels;
    }

    private static Cursor open(Path file, String prefix, byte[] labels) throws IOException {
        MatBytes images;
        try {
            images = MatFile.of(file).bytes("X");
        } catch (IOException e) {
            throw new DatasetException(String.valueOf(e.getMessage()), e);
        }
        List<Integer> expected = List.of(SIDE, SIDE, 3, labels.length);
        boolean one = labels.length == 1 && images.dimensions().equals(expected.subList(0, 3));
        if (!one && !images.dimensions().equals(expected)) {
            images.close();
            throw new DatasetException("%s: X has the dimensions %s, expected %s as y has %d digits"
                    .formatted(file, images.dimensions(), expected, labels.length));
        }
        Cursor cursor = Cursor.of(IntStream.range(0, labels.length).iterator(), number -> {
            byte[] values;
            try {
                values = images.next(IMAGE);
            } catch (IOException e) {
                throw new DatasetException(String.valueOf(e.getMessage()), e);
            }
            OptionalInt label = OptionalInt.of(labels[number]);
            return new Entry(prefix + number, label, IMAGE, new Pixels(SIDE, SIDE, rgb(values)));
        });
        return cursor.closing(images);
    }

    /** MATLAB's order has the row fastest, then the column, then the channel. */
    private static byte[] rgb(byte[] values) {
        byte[] rgb = new byte[IMAGE];
        for (int row = 0; row < SIDE; row++) {
            for (int column = 0; column < SIDE; column++) {
                for (int channel = 0; channel < 3; channel++) {
                    rgb[3 * (SIDE * row + column) + channel] = values[row + SIDE * column + PLANE * channel];
                }
            }
        }
        return rgb;
    }
}
