// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.image.tiff;

import java.io.IOException;
import java.nio.ByteOrder;

/** Undoes differences along rows, in place. */
final class Predictor {
    private static final int NONE = 1;
    private static final int HORIZONTAL = 2;
    private static final int FLOATING_POINT = 3;

    private Predictor() {}

    /**
     * Rows of equal length.
     *
     * @param predictor TIFF's number of it
     * @param rowBytes bytes of a row
     * @param stride samples from one pixel to the next
     */
    static void undo(int predictor, byte[] data, int rowBytes, int stride, int bits, ByteOrder order)
            throws IOException {
        switch (predictor) {
            case NONE -> {}
            case HORIZONTAL -> {
                for (int row = 0; row + rowBytes <= data.length; row += rowBytes) {
                    addUp(data, row, rowBytes, stride, bits, order);
                }
            }
            case FLOATING_POINT -> {
                byte[] scratch = new byte[rowBytes];
                for (int row = 0; row + rowBytes <= data.length; row += rowBytes) {
                    gather(data, row, scratch, stride, bits, order);
                }
            }
            default -> throw new TiffDamage("it states the unknown predictor %d".formatted(predictor));
        }
    }

    private static void addUp(byte[] data, int row, int rowBytes, int stride, int bits, ByteOrder order)
            throws IOException {
        int end = row + rowBytes;
        switch (bits) {
            case 8 -> {
                for (int i = row + stride; i < end; i++) {
                    data[i] += data[i - stride];
                }
            }
            case 16, 32 -> {
                int size = bits / 8;
                boolean little = order == ByteOrder.LITTLE_ENDIAN;
                for (int i = row + stride * size; i + size <= end; i += size) {
                    int carry = 0;
                    for (int b = 0; b < size; b++) {
                        int at = i + (little ? b : size - 1 - b);
                        int sum = (data[at] & 0xFF) + (data[at - stride * size] & 0xFF) + carry;
                        data[at] = (byte) sum;
                        carry = sum >> 8;
                    }
                }
            }
            default -> throw Samples.notRead("samples of %d bits stored as differences".formatted(bits));
        }
    }

    /** Adobe's technical note 3: differences of bytes, a row's highest bytes first, then all the next ones. */
    private static void gather(byte[] data, int row, byte[] scratch, int stride, int bits, ByteOrder order)
            throws IOException {
        if (bits != 32) {
            throw Samples.notRead("floating-point differences of samples of %d bits".formatted(bits));
        }
        int length = scratch.length;
        for (int i = row + stride; i < row + length; i++) {
            data[i] += data[i - stride];
        }
        System.arraycopy(data, row, scratch, 0, length);
        int count = length / 4;
        boolean little = order == ByteOrder.LITTLE_ENDIAN;
        for (int i = 0; i < count; i++) {
            for (int b = 0; b < 4; b++) {
                data[row + 4 * i + (little ? 3 - b : b)] = scratch[b * count + i];
            }
        }
    }
}
