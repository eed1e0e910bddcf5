// SPDX-License-Identifier: Apache-2.0
package io.github.stray.inspect;

import io.github.stray.feature.Labels;
import java.util.Arrays;
import java.util.BitSet;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * Ranks the images of one set by how little they belong.
 *
 * <h2>Definition</h2>
 *
 * Vouchers are the images that are kept of each group of copies and are not ruined, m of them. An image's own group never
 * vouches for it. A distance is 1 - cosine.
 *
 * <ol>
 *   <li>For each voucher the distance d1 to its k1-th nearest voucher, k1 = max(10, ceil(clump m)). Where m is above
 *       {@value #SAMPLE}, the vouchers to compare with are {@value #SAMPLE} of them, chosen by the seed, and k1 is
 *       ceil(clump {@value #SAMPLE}).
 *   <li>The reference is the ceil(0.85 m) vouchers of smallest d1, of equal ones those of the lower index; with a clump above
 *       0.1 the ceil((1 - 1.34 clump) m).
 *   <li>The distance of an image is that to the {@value #K}-th nearest image of the reference.
 * </ol>
 *
 * <p>So a clump of up to that share of the set, such as twelve of one kind, does not vouch for itself. With classes the
 * distance is that to the k_c-th nearest voucher of class c, smallest over the classes, k_c = max(3, ceil(0.3 n_c)) of n_c
 * vouchers, and there is no reference; a class with more than {@value #SAMPLE} of them is compared with that many, chosen by the
 * seed.
 *
 * <h2>Degenerate input</h2>
 *
 * Fewer to compare with than k: the farthest of them counts. None: the distance is 1. Zero rows have a cosine of 0 with all.
 *
 * <h2>Cost</h2>
 *
 * n m d multiply-adds, twice where m is at most {@value #SAMPLE}, on all processors; rows are read block by block. Memory:
 * about 100 bytes an image.
 *
 * @param clump share of the set that one kind of stranger may make up, in (0, 0.5]
 * @param seed of the choice where there are many vouchers
 */
public record StrangerRule(double clump, long seed) {
    /** A clump of 0.05, seed 42. */
    public static final StrangerRule USUAL = new StrangerRule(0.05, 42);

    /** Vouchers that the first stage compares with, at most. */
    static final int SAMPLE = 20_000;

    private static final int K = 10;

    /** Distance of an image that there is none to compare with. */
    private static final double NOTHING_NEAR = 1;

    private static final double REFERENCE = 0.85;
    private static final double WIDE_CLUMP = 0.1;
    private static final double SHARE_OF_CLASS = 0.3;
    private static final int LEAST_OF_CLASS = 3;

    /** Checks the share. */
    public StrangerRule {
        if (!(clump > 0 && clump <= 0.5)) {
            throw new IllegalArgumentException("the clump must be a share in (0, 0.5], was " + clump);
        }
    }

    /**
     * {@return all images, strangest first}
     *
     * @param set the images
     */
    public StrangerRanking rank(OneSet set) {
        return rank(set, SAMPLE);
    }

    StrangerRanking rank(OneSet set, int most) {
        return set.classes().isPresent() ? byClass(set, most) : byReference(set, most);
    }

    /** Images of one kind that do not vouch for themselves: k1 among m vouchers. */
    int neighbours(int m) {
        return m > SAMPLE ? share(clump, SAMPLE) : Math.max(K, share(clump, m));
    }

    private StrangerRanking byReference(OneSet set, int most) {
        int[] vouchers = set.vouchers();
        int m = vouchers.length;
        boolean sampled = m > most;
        int[] compared = sample(vouchers, most);
        int k1 = sampled ? share(clump, most) : Math.max(K, share(clump, m));
        double[] first = new double[set.size()];
        new Vouchers(set, compared)
                .distances(vouchers, k1, (row, distance, near, cosines, count) -> first[row] = known(distance));
        int size = share(clump > WIDE_CLUMP ? 1 - 1.34 * clump : REFERENCE, m);
        double[] distances = new double[set.size()];
        var evidence = new Evidence(set.size());
        new Vouchers(set, smallest(vouchers, first, size))
                .distances(all(set), K, (row, distance, near, cosines, count) -> {
                    distances[row] = known(distance);
                    show(evidence, row, near, cosines, count);
                });
        return new StrangerRanking(set, distances, m, sampled ? OptionalInt.of(most) : OptionalInt.empty(), evidence);
    }

    private StrangerRanking byClass(OneSet set, int most) {
        int[] vouchers = set.vouchers();
        double[] distances = new double[set.size()];
        Arrays.fill(distances, Double.POSITIVE_INFINITY);
        var evidence = new Evidence(set.size());
        boolean sampled = false;
        for (Vouchers members : new Vouchers(set, vouchers).byClass()) {
            if (!members.isEmpty()) {
                sampled |= members.members().length > most;
                Vouchers ofClass = new Vouchers(set, sample(members.members(), most));
                ofClass.distances(all(set), ofClass(ofClass), (row, distance, near, cosines, count) -> {
                    if (!Double.isNaN(distance)) {
                        distances[row] = Math.min(distances[row], distance);
                    }
                    show(evidence, row, near, cosines, count);
                });
            }
        }
        for (int row = 0; row < distances.length; row++) {
            distances[row] = distances[row] == Double.POSITIVE_INFINITY ? NOTHING_NEAR : distances[row];
        }
        return new StrangerRanking(
                set, distances, vouchers.length, sampled ? OptionalInt.of(most) : OptionalInt.empty(), evidence);
    }

    /**
     * {@return images that are strange among those of their own class: not ruined, and beyond the same bar as called
     * strangers, by the distance to the k_c-th nearest voucher of their class alone; strangest first}
     *
     * @param set images with classes
     */
    public int[] withinClasses(OneSet set) {
        Labels labels = set.classes().orElseThrow();
        Vouchers[] classes = new Vouchers(set, set.vouchers()).byClass();
        double[] distances = new double[set.size()];
        for (int c = 0; c < classes.length; c++) {
            int of = c;
            int[] members = IntStream.range(0, set.size())
                    .filter(row -> labels.get(row) == of)
                    .toArray();
            Vouchers ofClass = new Vouchers(set, sample(classes[c].members(), SAMPLE));
            ofClass.distances(
                    members,
                    ofClass(ofClass),
                    (row, distance, near, cosines, count) -> distances[row] = known(distance));
        }
        return IntStream.range(0, classes.length)
                .flatMap(c -> beyond(set, distances, row -> labels.get(row) == c))
                .boxed()
                .sorted((a, b) -> distances[a] == distances[b]
                        ? Integer.compare(a, b)
                        : Double.compare(distances[b], distances[a]))
                .mapToInt(Integer::intValue)
                .toArray();
    }

    private static IntStream beyond(OneSet set, double[] distances, IntPredicate member) {
        int[] rows = IntStream.range(0, set.size())
                .filter(member)
                .filter(row -> !set.ruined().get(row))
                .toArray();
        if (rows.length < StrangerRanking.LEAST_TO_CALL) {
            return IntStream.empty();
        }
        var counted = new BitSet();
        Arrays.stream(rows).forEach(counted::set);
        double bar = StrangerRanking.bar(distances, counted::get);
        return Arrays.stream(rows).filter(row -> distances[row] > bar);
    }

    private static int ofClass(Vouchers ofClass) {
        return Math.max(LEAST_OF_CLASS, share(SHARE_OF_CLASS, ofClass.members().length));
    }

    private static double known(double distance) {
        return Double.isNaN(distance) ? NOTHING_NEAR : distance;
    }

    private static int share(double share, int of) {
        return (int) Math.ceil(share * of);
    }

    private static int[] all(OneSet set) {
        return IntStream.range(0, set.size()).toArray();
    }

    private static void show(Evidence evidence, int row, int[] near, double[] cosines, int count) {
        for (int i = 0; i < Math.min(count, Evidence.SHOWN); i++) {
            evidence.offer(row, near[i], cosines[i]);
        }
    }

    private static int[] smallest(int[] rows, double[] values, int count) {
        return Arrays.stream(rows)
                .boxed()
                .sorted((a, b) -> values[a] == values[b] ? Integer.compare(a, b) : Double.compare(values[a], values[b]))
                .limit(count)
                .mapToInt(Integer::intValue)
                .sorted()
                .toArray();
    }

    /** At most so many rows, ascending: of more, the first ones of a seeded shuffle. */
    private int[] sample(int[] rows, int count) {
        if (rows.length <= count) {
            return rows;
        }
        var random = new SplittableRandom(seed);
        int[] shuffled = rows.clone();
        for (int i = 0; i < count; i++) {
            int j = random.nextInt(i, shuffled.length);
            int swapped = shuffled[i];
            shuffled[i] = shuffled[j];
            shuffled[j] = swapped;
        }
        return Arrays.stream(shuffled, 0, count).sorted().toArray();
    }
}
