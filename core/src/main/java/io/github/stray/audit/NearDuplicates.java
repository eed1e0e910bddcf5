// SPDX-License-Identifier: Apache-2.0
package io.github.stray.audit;

import io.github.stray.feature.FeatureMatrix;
import io.github.stray.internal.linalg.NearestRows;
import io.github.stray.internal.linalg.NearestRows.Measure;
import io.github.stray.internal.linalg.NearestRows.Rows;
import io.github.stray.internal.linalg.Simd;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/**
 * Images that are copies of one another, though not pixel for pixel: resized, compressed again, cropped a little, mirrored.
 *
 * <h2>Definition</h2>
 *
 * Candidates of an image are the {@value #NEIGHBOURS} nearest others by the cosine of features, and by the cosine of a
 * descriptor (brightness at 16 x 16 pixels, colour at 4 x 4) of the image and of its mirror image. A candidate pair is a
 * near duplicate if its {@link Likeness} passes the three {@link Limits}. Features alone do not decide: two pictures of one
 * kind of bird are near for a good network, and no copies.
 *
 * <h2>Degenerate input</h2>
 *
 * Of images with the same pixels only the first takes part; {@link ExactDuplicates} has the others. An image of one colour
 * is like nothing. Fewer images than neighbours: all are candidates. A copy among more than {@value #NEIGHBOURS} others that
 * are still nearer by all three is missed.
 *
 * <h2>Cost</h2>
 *
 * n squared times the dimensions multiply-adds for the candidates, then a few microseconds a pair that is unlike and up to
 * a millisecond a pair that is alike, on all processors. Memory: 24 bytes a candidate beside the signatures.
 */
public final class NearDuplicates {
    /** Candidates of an image by each measure. */
    public static final int NEIGHBOURS = 6;

    private static final int SIDE = 16;
    private static final int COLOUR_SIDE = 4;
    private static final int DESCRIPTOR = SIDE * SIDE + 2 * COLOUR_SIDE * COLOUR_SIDE;

    /** Levels of colour that weigh as much as the whole structure of brightness. */
    private static final double COLOUR_SCALE = 48 * Math.sqrt(2.0 * COLOUR_SIDE * COLOUR_SIDE);

    private NearDuplicates() {}

    /**
     * What a near duplicate must reach.
     *
     * @param similarity least {@link Likeness#similarity}
     * @param detail least {@link Likeness#detail}
     * @param colour largest {@link Likeness#colour}
     */
    public record Limits(double similarity, double detail, double colour) {
        /** Measured on planted copies among CIFAR-10 images, see docs/audit.md. */
        public static final Limits USUAL = new Limits(0.9, 0.9, 25);

        /** Whether a likeness reaches all three. */
        boolean admit(Likeness likeness) {
            return likeness.similarity() >= similarity && likeness.detail() >= detail && likeness.colour() <= colour;
        }
    }

    /**
     * Two images that are copies.
     *
     * @param first index of the one
     * @param second index of the other, larger
     * @param likeness how alike they are
     */
    public record Pair(int first, int second, Likeness likeness) {}

    /** Candidate pairs to be compared. */
    public static final class Candidates {
        private final long[] pairs;

        private Candidates(long[] pairs) {
            this.pairs = pairs;
        }

        /** {@return the number of pairs} */
        public int size() {
            return pairs.length;
        }

        int first(int i) {
            return (int) (pairs[i] >>> 32);
        }

        int second(int i) {
            return (int) pairs[i];
        }

        /** Index behind the last pair with the same first image. */
        int endOfFirst(int i) {
            int end = i + 1;
            while (end < pairs.length && first(end) == first(i)) {
                end++;
            }
            return end;
        }
    }

    /**
     * {@return pairs of different pixels that may be near duplicates, each once}
     *
     * @param signatures n images
     * @param features finite features of consecutive images, {@code [n1 x d], [n2 x d], ..} with n1 + n2 + .. = n; empty to
     *     go by the pictures alone
     * @throws IllegalArgumentException if the numbers of rows disagree
     */
    public static Candidates candidates(List<ImageSignature> signatures, List<FeatureMatrix> features) {
        int[] firsts = ExactDuplicates.first(signatures);
        int[] unique =
                IntStream.range(0, firsts.length).filter(i -> firsts[i] == i).toArray();
        int n = unique.length;
        if (n < 2) {
            return new Candidates(new long[0]);
        }
        int k = Math.min(n, NEIGHBOURS + 1);
        var found = new Collected(unique);
        Rows straight = (from, to, target, offset) -> describe(signatures, unique, from, to, target, offset, false);
        Rows mirrored = (from, to, target, offset) -> describe(signatures, unique, from, to, target, offset, true);
        var pictures = new NearestRows(straight, n, DESCRIPTOR, Measure.COSINE, Simd.kernels());
        pictures.search(straight, n, k, found);
        pictures.search(mirrored, n, k, found);
        if (!features.isEmpty()) {
            Rows rows = joined(features, unique, signatures.size());
            int d = features.getFirst().dimension();
            new NearestRows(rows, n, d, Measure.COSINE, Simd.kernels()).search(rows, n, k, found);
        }
        return found.candidates();
    }

    /**
     * Compares candidates.
     *
     * @param signatures the images
     * @param candidates pairs of them
     * @param limits what a near duplicate must reach
     * @param compared hears how many more pairs were compared, from any thread
     * @return near duplicates, the most similar in detail first
     */
    public static List<Pair> among(
            List<ImageSignature> signatures, Candidates candidates, Limits limits, IntConsumer compared) {
        var pairs = new ConcurrentLinkedQueue<Pair>();
        IntStream.range(0, candidates.size())
                .filter(i -> i == 0 || candidates.first(i - 1) != candidates.first(i))
                .parallel()
                .forEach(start -> {
                    int end = candidates.endOfFirst(start);
                    int first = candidates.first(start);
                    var picture = new Likeness.Picture(signatures.get(first));
                    for (int i = start; i < end; i++) {
                        int second = candidates.second(i);
                        Likeness likeness = Likeness.of(picture, new Likeness.Picture(signatures.get(second)));
                        if (limits.admit(likeness)) {
                            pairs.add(new Pair(first, second, likeness));
                        }
                    }
                    compared.accept(end - start);
                });
        return pairs.stream()
                .sorted(Comparator.<Pair>comparingDouble(
                                pair -> -pair.likeness().detail())
                        .thenComparingInt(Pair::first)
                        .thenComparingInt(Pair::second))
                .toList();
    }

    private static Rows joined(List<FeatureMatrix> features, int[] unique, int size) {
        int d = features.getFirst().dimension();
        int[] starts = new int[features.size() + 1];
        for (int s = 0; s < features.size(); s++) {
            if (features.get(s).dimension() != d) {
                throw new IllegalArgumentException("features of dimension %d beside features of dimension %d"
                        .formatted(features.get(s).dimension(), d));
            }
            starts[s + 1] = starts[s] + features.get(s).rows();
        }
        if (starts[features.size()] != size) {
            throw new IllegalArgumentException(
                    "%d feature rows for %d images".formatted(starts[features.size()], size));
        }
        return (from, to, target, offset) -> {
            for (int i = from; i < to; i++) {
                int at = Arrays.binarySearch(starts, unique[i]);
                // Sets without rows share their start with the next one; the last of them holds the row.
                int set = at < 0 ? -at - 2 : at;
                while (starts[set + 1] <= unique[i]) {
                    set++;
                }
                int row = unique[i] - starts[set];
                features.get(set).copyRows(row, row + 1, target, offset + (i - from) * d);
            }
        };
    }

    private static void describe(
            List<ImageSignature> signatures,
            int[] unique,
            int from,
            int to,
            float[] target,
            int offset,
            boolean mirrored) {
        for (int i = from; i < to; i++) {
            int at = offset + (i - from) * DESCRIPTOR;
            ImageSignature signature = signatures.get(unique[i]);
            Plane plane = Plane.of(signature.luma()).halved();
            System.arraycopy((mirrored ? plane.mirrored() : plane).normalised(), 0, target, at, SIDE * SIDE);
            colours(signature.chroma(), target, at + SIDE * SIDE, mirrored);
        }
    }

    private static void colours(byte[] chroma, float[] target, int offset, boolean mirrored) {
        int side = ImageSignature.CHROMA_SIDE;
        for (int channel = 0; channel < 2; channel++) {
            for (int y = 0; y < COLOUR_SIDE; y++) {
                for (int x = 0; x < COLOUR_SIDE; x++) {
                    int from = channel * side * side + 2 * y * side + 2 * (mirrored ? COLOUR_SIDE - 1 - x : x);
                    int sum = (chroma[from] & 255)
                            + (chroma[from + 1] & 255)
                            + (chroma[from + side] & 255)
                            + (chroma[from + side + 1] & 255);
                    target[offset + (channel * COLOUR_SIDE + y) * COLOUR_SIDE + x] =
                            (float) ((sum / 4.0 - 128) / COLOUR_SCALE);
                }
            }
        }
    }

    /** Gathers the neighbours of queries that are found in any order. */
    private static final class Collected implements NearestRows.Found {
        private final int[] unique;
        private final ConcurrentLinkedQueue<long[]> found = new ConcurrentLinkedQueue<>();

        Collected(int[] unique) {
            this.unique = unique;
        }

        @Override
        public void found(int query, int[] rows, double[] cosines) {
            long[] pairs = new long[rows.length];
            int used = 0;
            for (int row : rows) {
                if (row != query) {
                    int first = unique[Math.min(query, row)];
                    int second = unique[Math.max(query, row)];
                    pairs[used++] = (long) first << 32 | second;
                }
            }
            found.add(Arrays.copyOf(pairs, used));
        }

        Candidates candidates() {
            return new Candidates(found.stream()
                    .flatMapToLong(Arrays::stream)
                    .sorted()
                    .distinct()
                    .toArray());
        }
    }
}
