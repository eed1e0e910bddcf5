// SPDX-License-Identifier: Apache-2.0
package io.github.stray.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.stray.feature.FeatureMatrix;
import io.github.stray.feature.Labels;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;

class StrangerRuleProperties {
    private static final double ROUNDING = 1e-9;

    private static OneSet set(Random random, int n, boolean classes) {
        int d = 1 + random.nextInt(9);
        float[] rows = new float[n * d];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = (float) random.nextGaussian();
        }
        var groups = new HashMap<Integer, List<Integer>>();
        var ruined = new BitSet();
        int[] labels = new int[n];
        for (int row = 0; row < n; row++) {
            groups.computeIfAbsent(random.nextInt(2 * n), group -> new ArrayList<>())
                    .add(row);
            ruined.set(row, random.nextInt(8) == 0);
            labels[row] = row < 4 ? row % 2 : random.nextInt(3);
        }
        List<List<Integer>> exact =
                groups.values().stream().filter(group -> group.size() > 1).toList();
        int odd = random.nextInt();
        CopyGroups copies = CopyGroups.of(n, exact, List.of(), Comparator.comparingInt(row -> (row * 31) ^ odd));
        return new OneSet(
                FeatureMatrix.copyOf(rows, n, d),
                copies,
                ruined,
                classes ? Optional.of(Labels.of(labels)) : Optional.empty());
    }

    @Property(tries = 150)
    void rank_anySet_distancesOfThePlainTwin(
            @ForAll long seed,
            @ForAll @IntRange(min = 4, max = 90) int n,
            @ForAll boolean classes,
            @ForAll @DoubleRange(min = 0.01, max = 0.5) double clump) {
        OneSet set = set(new Random(seed), n, classes);
        StrangerRanking ranking = new StrangerRule(clump, 1).rank(set);
        double[] expected = StrangerTwin.distances(set, clump);
        for (int row = 0; row < n; row++) {
            assertThat(ranking.distance(row)).isCloseTo(expected[row], within(ROUNDING));
        }
    }

    @Property(tries = 80)
    void rank_anySet_isOrderedAndCallsWholeGroups(
            @ForAll long seed, @ForAll @IntRange(min = 4, max = 120) int n, @ForAll boolean classes) {
        OneSet set = set(new Random(seed), n, classes);
        StrangerRanking ranking = StrangerRule.USUAL.rank(set);
        int[] order = ranking.order();
        assertThat(IntStream.of(order).sorted().toArray())
                .containsExactly(IntStream.range(0, n).toArray());
        for (int i = 1; i < n; i++) {
            double before = ranking.distance(order[i - 1]);
            double after = ranking.distance(order[i]);
            assertThat(before > after || (before == after && order[i - 1] < order[i]))
                    .isTrue();
        }
        BitSet called = ranking.called();
        assertThat(called.intersects(set.ruined())).isFalse();
        for (int row = 0; row < n; row++) {
            for (int other = 0; other < n; other++) {
                if (set.copies().together(row, other)
                        && !set.ruined().get(row)
                        && !set.ruined().get(other)) {
                    assertThat(called.get(row)).isEqualTo(called.get(other));
                }
            }
        }
        for (int row = 0; row < n; row++) {
            int own = row;
            assertThat(ranking.evidence().of(row))
                    .allSatisfy(near -> {
                        assertThat(set.copies().together(own, near.row())).isFalse();
                        assertThat(near.cosine())
                                .isCloseTo(set.rows().cosine(own, set.rows(), near.row()), within(ROUNDING));
                    })
                    .isSortedAccordingTo(Comparator.comparingDouble(near -> -near.cosine()));
        }
    }

    @Property(tries = 60)
    void rank_copiesOfAnImage_changeNoDistance(@ForAll long seed, @ForAll @IntRange(min = 12, max = 60) int n) {
        var random = new Random(seed);
        OneSet set = set(random, n, false);
        int copied = random.nextInt(n);
        float[][] rows = new float[n + 3][];
        for (int row = 0; row < n; row++) {
            rows[row] = set.rows().row(row);
        }
        for (int copy = n; copy < n + 3; copy++) {
            rows[copy] = set.rows().row(copied);
        }
        var groups = new ArrayList<List<Integer>>();
        Map<Integer, List<Integer>> old = new HashMap<>();
        IntStream.range(0, n)
                .forEach(row -> old.computeIfAbsent(set.copies().representative(row), key -> new ArrayList<>())
                        .add(row));
        old.values().forEach(group -> {
            var grown = new ArrayList<>(group);
            if (group.contains(copied)) {
                IntStream.range(n, n + 3).forEach(grown::add);
            }
            groups.add(grown);
        });
        CopyGroups copies = CopyGroups.of(
                n + 3,
                groups,
                List.of(),
                Comparator.comparing(row -> row >= n || set.copies().representative(row) != row));
        var grown = new OneSet(FeatureMatrix.copyOf(rows), copies, set.ruined(), Optional.empty());
        StrangerRanking before = StrangerRule.USUAL.rank(set);
        StrangerRanking after = StrangerRule.USUAL.rank(grown);
        for (int row = 0; row < n; row++) {
            assertThat(after.distance(row)).isEqualTo(before.distance(row));
        }
    }

    @Property(tries = 60)
    void clusters_anySimilarities_thoseOfThePlainTwin(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 25) int n,
            @ForAll @DoubleRange(min = -1, max = 1) double cut) {
        var random = new Random(seed);
        double[][] similarities = new double[n][n];
        for (int a = 0; a < n; a++) {
            for (int b = 0; b < a; b++) {
                similarities[a][b] = 2 * random.nextDouble() - 1;
                similarities[b][a] = similarities[a][b];
            }
        }
        assertThat(AverageLinkage.clusters(n, (a, b) -> similarities[a][b], cut))
                .isEqualTo(plainClusters(similarities, cut));
    }

    /** Joins the two clusters with the largest mean similarity, over and over. */
    private static List<List<Integer>> plainClusters(double[][] similarities, double cut) {
        var clusters = new ArrayList<List<Integer>>();
        for (int i = 0; i < similarities.length; i++) {
            clusters.add(new ArrayList<>(List.of(i)));
        }
        while (true) {
            double largest = Double.NEGATIVE_INFINITY;
            int[] pair = {0, 0};
            for (int a = 0; a < clusters.size(); a++) {
                for (int b = 0; b < a; b++) {
                    double mean = mean(similarities, clusters.get(a), clusters.get(b));
                    if (mean > largest) {
                        largest = mean;
                        pair = new int[] {a, b};
                    }
                }
            }
            if (largest < cut || clusters.size() < 2) {
                break;
            }
            clusters.get(pair[1]).addAll(clusters.remove(pair[0]));
        }
        return clusters.stream()
                .map(cluster -> cluster.stream().sorted().toList())
                .sorted(Comparator.<List<Integer>>comparingInt(cluster -> -cluster.size())
                        .thenComparingInt(List::getFirst))
                .toList();
    }

    private static double mean(double[][] similarities, List<Integer> some, List<Integer> others) {
        double sum = 0;
        for (int a : some) {
            for (int b : others) {
                sum += similarities[a][b];
            }
        }
        return sum / some.size() / others.size();
    }
}
