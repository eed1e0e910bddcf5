// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.image.heif;

import io.github.stray.extract.ImageContent.Pixels;
import io.github.stray.vision.image.ImageDecoder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * Damaged copies of the test files, decoded one after another: each comes out as pixels or as an {@link IOException}, and the
 * process survives. {@code tools/chaos/heif.sh} runs {@link #main} with as many as one likes.
 */
final class HeifMutants {
    /** Numbers that sizes, counts and offsets are not made for. */
    private static final int[] EDGES = {0, 1, -1, 0x7FFFFFFF, 0x80000000, 0xFFFF, 0x10000, 64, 65_535, 16_384};

    private HeifMutants() {}

    /** COUNT [SEED]: decodes so many and prints what became of them. */
    public static void main(String[] arguments) throws IOException {
        long count = Long.parseLong(arguments[0]);
        long seed = arguments.length > 1 ? Long.parseLong(arguments[1]) : 1;
        List<HeifCases.Case> cases = HeifCases.all();
        var outcomes = new TreeMap<String, Integer>();
        long slowest = 0;
        for (long i = 0; i < count; i++) {
            HeifCases.Case one = cases.get((int) (i % cases.size()));
            byte[] mutant = of(one.file(), new SplittableRandom(seed * 1_000_003 + i));
            long start = System.nanoTime();
            outcomes.merge(outcome(mutant), 1, Integer::sum);
            slowest = Math.max(slowest, System.nanoTime() - start);
        }
        outcomes.forEach((outcome, times) -> System.out.printf("%7d %s%n", times, outcome));
        System.out.printf("%d mutants of %d files, slowest %d ms%n", count, cases.size(), slowest / 1_000_000);
    }

    /** What becomes of a file: {@code pixels}, or the message without its numbers. */
    static String outcome(byte[] file) {
        try {
            Pixels pixels = ImageDecoder.decode(file);
            return pixels.rgb().length > 0 ? "pixels" : "nothing";
        } catch (IOException e) {
            return String.valueOf(e.getMessage()).replaceAll("\\d+|'[^']*'", "N");
        }
    }

    /**
     * A copy with a few changes, the same ones for the same state of {@code random}: half of them single bits, which leave the
     * container whole and reach the decoders, half whatever breaks a structure.
     */
    static byte[] of(byte[] file, SplittableRandom random) {
        byte[] mutant = file.clone();
        if (random.nextBoolean()) {
            for (int changes = random.nextInt(1, 4); changes > 0; changes--) {
                mutant[random.nextInt(mutant.length)] ^= (byte) (1 << random.nextInt(8));
            }
            return mutant;
        }
        for (int changes = random.nextInt(1, 5); changes > 0; changes--) {
            int at = random.nextInt(mutant.length);
            switch (random.nextInt(8)) {
                case 0 -> mutant = Arrays.copyOf(mutant, Math.max(16, at));
                case 1 -> mutant = without(mutant, at, random.nextInt(1, 65));
                case 2 -> mutant = twice(mutant, at, random.nextInt(1, 65));
                case 3 -> mutant[at] ^= (byte) (1 << random.nextInt(8));
                case 4 -> number(mutant, at, random);
                case 5, 6 -> mutant[random.nextInt(Math.min(mutant.length, 700))] = (byte) random.nextInt();
                default -> mutant[at] = (byte) random.nextInt();
            }
        }
        return mutant;
    }

    private static void number(byte[] mutant, int at, SplittableRandom random) {
        if (at + 4 <= mutant.length) {
            ByteBuffer.wrap(mutant).putInt(at, EDGES[random.nextInt(EDGES.length)]);
        }
    }

    private static byte[] without(byte[] file, int at, int length) {
        int end = Math.min(file.length, at + length);
        byte[] rest = Arrays.copyOf(file, Math.max(16, file.length - (end - at)));
        System.arraycopy(
                file, end, rest, Math.min(at, rest.length), Math.max(0, Math.min(file.length - end, rest.length - at)));
        return rest;
    }

    private static byte[] twice(byte[] file, int at, int length) {
        int end = Math.min(file.length, at + length);
        byte[] more = Arrays.copyOf(file, file.length + end - at);
        System.arraycopy(file, at, more, end, file.length - at);
        return more;
    }
}
