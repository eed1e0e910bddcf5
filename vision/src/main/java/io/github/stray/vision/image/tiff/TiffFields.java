// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.image.tiff;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The fields of the first directory of a TIFF or BigTIFF structure, which is a TIFF file's first page and every format's
 * EXIF block. Of a field that is there twice the first counts; one that reaches beyond the structure is left out.
 */
public final class TiffFields {
    /** TIFF 6.0 and EXIF: how the stored pixels lie on the upright image. */
    public static final int ORIENTATION = 274;

    /** Adobe's XMP as text. */
    public static final int XMP = 700;

    private static final int RATIONAL = 5;
    private static final int SIGNED_RATIONAL = 10;
    private static final int FLOAT = 11;
    private static final int DOUBLE = 12;

    /** A field whose {@code count} values of this type start at {@code at}. */
    private record Field(int type, int count, int at) {}

    private final ByteBuffer tiff;
    private final Map<Integer, Field> fields = new HashMap<>();

    private TiffFields(ByteBuffer tiff) {
        this.tiff = tiff;
    }

    /**
     * {@return the fields, empty where the bytes are no TIFF structure}
     *
     * @param file bytes that hold the structure
     * @param from where it starts
     * @param end where it ends
     */
    public static Optional<TiffFields> first(byte[] file, int from, int end) {
        if (from < 0 || end > file.length || end - from < 8) {
            return Optional.empty();
        }
        ByteBuffer tiff = ByteBuffer.wrap(file, from, end - from).slice();
        boolean little = tiff.get(0) == 'I' && tiff.get(1) == 'I';
        if (!little && (tiff.get(0) != 'M' || tiff.get(1) != 'M')) {
            return Optional.empty();
        }
        tiff.order(little ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        boolean big = tiff.get(little ? 2 : 3) == 43;
        var fields = new TiffFields(tiff);
        if (!big) {
            fields.read(tiff.getInt(4) & 0xFFFFFFFFL, 2, 4);
        } else if (tiff.limit() >= 16) {
            fields.read(tiff.getLong(8), 8, 8);
        }
        return Optional.of(fields);
    }

    private void read(long directory, int sizeOfCount, int sizeOfOffset) {
        if (directory < 8 || directory > tiff.limit() - sizeOfCount) {
            return;
        }
        int start = (int) directory;
        long entries = sizeOfCount == 2 ? tiff.getShort(start) & 0xFFFF : tiff.getLong(start);
        int entrySize = 4 + 2 * sizeOfOffset;
        long at = (long) start + sizeOfCount;
        for (long i = 0; i < entries && at <= tiff.limit() - entrySize; i++, at += entrySize) {
            int entry = (int) at;
            int type = tiff.getShort(entry + 2) & 0xFFFF;
            long count = offset(entry + 4, sizeOfOffset);
            int size = size(type);
            if (size == 0 || count < 1 || count > tiff.limit() / size) {
                continue;
            }
            int valueAt = entry + 4 + sizeOfOffset;
            long values = count * size <= sizeOfOffset ? valueAt : offset(valueAt, sizeOfOffset);
            if (values >= 0 && values <= tiff.limit() - count * size) {
                fields.putIfAbsent(tiff.getShort(entry) & 0xFFFF, new Field(type, (int) count, (int) values));
            }
        }
    }

    private long offset(int at, int size) {
        return size == 4 ? tiff.getInt(at) & 0xFFFFFFFFL : tiff.getLong(at);
    }

    private static int size(int type) {
        return switch (type) {
            case 1, 2, 6, 7 -> 1;
            case 3, 8 -> 2;
            case 4, 9, FLOAT, 13 -> 4;
            case RATIONAL, SIGNED_RATIONAL, DOUBLE, 16, 17, 18 -> 8;
            default -> 0;
        };
    }

    boolean has(int tag) {
        return fields.containsKey(tag);
    }

    ByteOrder order() {
        return tiff.order();
    }

    /**
     * {@return the first whole number under a tag; empty where there is none}
     *
     * @param tag its number
     */
    public OptionalLong number(int tag) {
        long[] numbers = numbers(tag);
        return numbers.length == 0 ? OptionalLong.empty() : OptionalLong.of(numbers[0]);
    }

    /** All whole numbers under a tag; none where it holds text or fractions. */
    long[] numbers(int tag) {
        Field field = fields.get(tag);
        if (field == null
                || field.type() == 2
                || field.type() == FLOAT
                || field.type() == DOUBLE
                || field.type() == RATIONAL
                || field.type() == SIGNED_RATIONAL) {
            return new long[0];
        }
        long[] numbers = new long[field.count()];
        for (int i = 0; i < numbers.length; i++) {
            int at = field.at() + i * size(field.type());
            numbers[i] = switch (field.type()) {
                case 1, 7 -> tiff.get(at) & 0xFF;
                case 6 -> tiff.get(at);
                case 3 -> tiff.getShort(at) & 0xFFFF;
                case 8 -> tiff.getShort(at);
                case 4, 13 -> tiff.getInt(at) & 0xFFFFFFFFL;
                case 9 -> tiff.getInt(at);
                default -> tiff.getLong(at);
            };
        }
        return numbers;
    }

    /** All numbers under a tag, fractions divided; none where there are fewer than {@code least}. */
    float[] reals(int tag, int least) {
        Field field = fields.get(tag);
        if (field == null || field.count() < least) {
            return new float[0];
        }
        float[] reals = new float[field.count()];
        long[] whole = numbers(tag);
        for (int i = 0; i < reals.length; i++) {
            int at = field.at() + i * size(field.type());
            reals[i] = switch (field.type()) {
                case RATIONAL ->
                    (float) ((tiff.getInt(at) & 0xFFFFFFFFL) / (double) (tiff.getInt(at + 4) & 0xFFFFFFFFL));
                case SIGNED_RATIONAL -> (float) (tiff.getInt(at) / (double) tiff.getInt(at + 4));
                case FLOAT -> tiff.getFloat(at);
                case DOUBLE -> (float) tiff.getDouble(at);
                default -> i < whole.length ? whole[i] : 0;
            };
        }
        return reals;
    }

    /**
     * {@return the bytes of a tag's values; none where there is no such tag}
     *
     * @param tag its number
     */
    public byte[] bytes(int tag) {
        Field field = fields.get(tag);
        if (field == null) {
            return new byte[0];
        }
        byte[] bytes = new byte[field.count() * size(field.type())];
        tiff.get(field.at(), bytes);
        return bytes;
    }
}
