// SPDX-License-Identifier: Apache-2.0
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.CRC32;

/** Damaged copies of files. The same file and the same state of the random numbers give the same copy. */
final class Mutations {
    /** Numbers that lengths, counts and sizes are not made for; the middle ones are pictures just below the limit. */
    private static final int[] EXTREMES = {
        0, 1, 2, -1, Integer.MAX_VALUE, Integer.MIN_VALUE, 0xFFFF, 0x10000, 0x7FFF, 0x8000, 255, 256, 12_000, 13_377, 16_384,
        65_500, 1 << 24, 0x40000000
    };

    private static final int HEADER = 700;
    private static final byte[] PNG = {(byte) 0x89, 'P', 'N', 'G'};

    private Mutations() {}

    /** A copy with one to four changes; pieces of {@code other} may come into it. */
    static byte[] of(byte[] file, byte[] other, SplittableRandom random) {
        byte[] mutant = file.clone();
        if (random.nextInt(8) == 0) {
            mutant = Arrays.copyOf(mutant, random.nextInt(mutant.length));
        } else {
            for (int changes = random.nextInt(1, 5); changes > 0 && mutant.length > 0; changes--) {
                mutant = changed(mutant, other, random);
            }
        }
        // Without this nothing but the checksums would be tried.
        return startsWith(mutant, PNG) && random.nextInt(4) > 0 ? withChecksums(mutant) : mutant;
    }

    private static byte[] changed(byte[] file, byte[] other, SplittableRandom random) {
        int at = random.nextInt(random.nextBoolean() ? file.length : Math.min(file.length, HEADER));
        return switch (random.nextInt(8)) {
            case 0, 1 -> withByte(file, at, file[at] ^ 1 << random.nextInt(8));
            case 2 -> withByte(file, at, random.nextInt());
            case 3, 4 -> withNumber(file, at, random);
            case 5 -> spliced(file, at, Math.min(file.length, at + random.nextInt(1, 65)), new byte[0]);
            case 6 -> spliced(file, at, at, Arrays.copyOfRange(file, at, Math.min(file.length, at + random.nextInt(1, 65))));
            default -> withPiece(file, other, random);
        };
    }

    private static byte[] withByte(byte[] file, int at, int value) {
        file[at] = (byte) value;
        return file;
    }

    private static byte[] withNumber(byte[] file, int at, SplittableRandom random) {
        int value = EXTREMES[random.nextInt(EXTREMES.length)];
        ByteBuffer bytes = ByteBuffer.wrap(file).order(random.nextBoolean() ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
        if (random.nextBoolean() && at + 4 <= file.length) {
            bytes.putInt(at, value);
        } else if (at + 2 <= file.length) {
            bytes.putShort(at, (short) value);
        }
        return file;
    }

    /** A chunk, segment or box left out, doubled, or put in from elsewhere. */
    private static byte[] withPiece(byte[] file, byte[] other, SplittableRandom random) {
        List<Integer> cuts = cuts(file);
        int piece = random.nextInt(cuts.size() - 1);
        int from = cuts.get(piece);
        int to = cuts.get(piece + 1);
        return switch (random.nextInt(3)) {
            case 0 -> spliced(file, from, to, new byte[0]);
            case 1 -> spliced(file, to, to, Arrays.copyOfRange(file, from, to));
            default -> {
                List<Integer> others = cuts(other);
                int taken = random.nextInt(others.size() - 1);
                yield spliced(file, from, from, Arrays.copyOfRange(other, others.get(taken), others.get(taken + 1)));
            }
        };
    }

    private static byte[] spliced(byte[] file, int from, int to, byte[] instead) {
        byte[] all = Arrays.copyOf(file, file.length - (to - from) + instead.length);
        System.arraycopy(instead, 0, all, from, instead.length);
        System.arraycopy(file, to, all, from + instead.length, file.length - to);
        return all;
    }

    /** Where the pieces of a file begin; 0 is the first, the length the last. */
    private static List<Integer> cuts(byte[] file) {
        var cuts = new ArrayList<Integer>(List.of(0));
        int at = startsWith(file, PNG) ? 8 : startsWith(file, "RIFF".getBytes(StandardCharsets.US_ASCII)) ? 12 : 0;
        boolean jpeg = file.length > 2 && file[0] == (byte) 0xFF && file[1] == (byte) 0xD8;
        while (at >= 0 && at < file.length && cuts.size() < 1000) {
            if (at > cuts.getLast()) {
                cuts.add(at);
            }
            at = jpeg ? nextMarker(file, at + 2) : nextPiece(file, at);
        }
        cuts.add(file.length);
        return cuts;
    }

    private static int nextMarker(byte[] file, int at) {
        for (int i = at; i + 1 < file.length; i++) {
            int kind = file[i + 1] & 0xFF;
            if (file[i] == (byte) 0xFF && kind != 0 && kind != 0xFF) {
                return i;
            }
        }
        return file.length;
    }

    /** Chunks of PNG and RIFF, boxes of HEIF; of other files pieces of 64 bytes. */
    private static int nextPiece(byte[] file, int at) {
        if (at + 12 > file.length) {
            return file.length;
        }
        ByteBuffer bytes = ByteBuffer.wrap(file);
        long length;
        if (startsWith(file, PNG)) {
            length = 12L + (bytes.getInt(at) & 0xFFFFFFFFL);
        } else if (file[0] == 'R') {
            length = 9 + (bytes.order(ByteOrder.LITTLE_ENDIAN).getInt(at + 4) & 0xFFFFFFFFL) & ~1;
        } else if (file[4] == 'f' && file[5] == 't') {
            length = Math.max(8, bytes.getInt(at) & 0xFFFFFFFFL);
        } else {
            length = 64;
        }
        return (int) Math.min(file.length, at + length);
    }

    private static byte[] withChecksums(byte[] png) {
        ByteBuffer bytes = ByteBuffer.wrap(png);
        for (int at = 8; at + 12 <= png.length; ) {
            long end = at + 8 + (bytes.getInt(at) & 0xFFFFFFFFL);
            if (end + 4 > png.length) {
                return png;
            }
            var crc = new CRC32();
            crc.update(png, at + 4, (int) end - at - 4);
            bytes.putInt((int) end, (int) crc.getValue());
            at = (int) end + 4;
        }
        return png;
    }

    private static boolean startsWith(byte[] file, byte[] start) {
        return file.length >= start.length && Arrays.equals(file, 0, start.length, start, 0, start.length);
    }
}
