// SPDX-License-Identifier: Apache-2.0
package io.github.stray.detect;

import io.github.stray.feature.FeatureMatrix;
import io.github.stray.feature.FeatureSet;
import io.github.stray.feature.FeatureSpace;
import io.github.stray.internal.linalg.Parallel;
import io.github.stray.language.ClassEmbeddings;
import io.github.stray.language.NegativeWords;
import io.github.stray.score.Scores;
import io.github.stray.tensor.Tensor;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Share of the ID labels among ID and negative labels: {@code s(x) = 1/G sum_g I / (I + N_g)}, with {@code I = sum_c
 * exp(cos(x, t_c) / T)} over the ID labels and {@code N_g} the same sum over the negative labels of group g, in [0, 1].
 *
 * <h2>Choice of the negative labels</h2>
 *
 * The words of each part of speech are ranked by themselves, by the quantile (0.95, linear interpolation, R type 7) of
 * their cosines with the ID labels; the {@code floor(keep * m + 1e-9)} least similar of m words are kept (keep 0.15), of
 * equal ones those of the lower index. The kept words of all parts, in the order of the word list, are permuted: for i from
 * the last index down to 1, word i changes places with word {@code nextInt(i + 1)} of a {@link SplittableRandom} made of
 * {@code seed}. Group g then is the g-th run of {@code floor(kept / groups)} words; the rest at the end is dropped, and a
 * note says how many words are used.
 *
 * <h2>Options</h2>
 *
 * {@code temperature=T}, above 0, default 0.01; {@code keep}, above 0 and at most 1; {@code quantile}, 0 to 1;
 * {@code groups} (100); {@code seed} (42).
 *
 * <h2>Ties and degenerate input</h2>
 *
 * A zero image row has cosine 0 with every label, so its score is {@code C / (C + kept / groups)}. Fewer kept words than
 * groups is an error that says how many there are. The largest cosines are subtracted first, so no temperature overflows.
 * NaN and infinity are errors.
 *
 * <h2>Cost</h2>
 *
 * C * e multiply-adds a word once; (C + kept) * e a sample. State: {@code classes} {@code [C x e]}, {@code negatives}
 * {@code [groups * floor(kept / groups) x e]} in the order of the permutation.
 *
 * <h2>Source</h2>
 *
 * Jiang et al., Negative Label Guided OOD Detection with Pretrained Vision-Language Models, ICLR 2024 (arXiv 2403.20078).
 * Deviation from its code: the remainder is dropped after the permutation, not before.
 *
 * @param temperature T, above 0
 * @param keep share of the words of a part of speech that is kept, above 0 and at most 1
 * @param quantile of a word's similarities that ranks it, 0 to 1
 * @param groups number of groups, at least 1
 * @param seed of the permutation
 */
public record NegLabel(double temperature, double keep, double quantile, int groups, int seed) implements BuiltIn {
    private static final String ID = "neglabel";
    private static final String NEGATIVES = "negatives";
    private static final double ROUNDING = 1e-9;

    private static final Option<NegLabel, Double> TEMPERATURE = Softmax.<NegLabel>temperature(
                    "cosines are divided by it", NegLabel::temperature)
            .withAbsent(0.01);
    private static final Option<NegLabel, Double> KEEP = Option.number(
            "keep", 0.15, "above 0, at most 1", "share of the words that is kept, the least similar", NegLabel::keep);
    private static final Option<NegLabel, Double> QUANTILE = Option.number(
            "quantile", 0.95, "0 to 1", "quantile of a word's similarities that ranks it", NegLabel::quantile);
    private static final Option<NegLabel, Integer> GROUPS = Option.whole(
            "groups", 100, "whole number, at least 1", "groups of negatives averaged over", NegLabel::groups);
    private static final Option<NegLabel, Integer> SEED =
            Option.whole("seed", 42, "whole number", "seed of the groups", NegLabel::seed);

    static final Method<NegLabel> METHOD = new Method<>(
            NegLabel.class,
            ID,
            "share of the class names among class names and unlike words",
            Needs.LANGUAGE.withNegatives(),
            List.of(TEMPERATURE, KEEP, QUANTILE, GROUPS, SEED),
            given -> new NegLabel(
                    given.get(TEMPERATURE), given.get(KEEP), given.get(QUANTILE), given.get(GROUPS), given.get(SEED)));

    /** Checks the options. */
    public NegLabel {
        Softmax.requireTemperature(temperature, ID);
        Option.require(keep > 0 && keep <= 1, ID, "keep", "be above 0 and at most 1", keep);
        Option.require(quantile >= 0 && quantile <= 1, ID, "quantile", "lie in 0 .. 1", quantile);
        Option.require(groups >= 1, ID, "groups", "be at least 1", groups);
    }

    /** The published setting. */
    public NegLabel() {
        this(TEMPERATURE.absent(), KEEP.absent(), QUANTILE.absent(), GROUPS.absent(), SEED.absent());
    }

    @Override
    public FittedDetector fit(Training training) {
        ClassEmbeddings classes = Inputs.requireClasses(training, ID);
        NegativeWords negatives = Inputs.requireNegatives(training, ID);
        ClassEmbeddings words = negatives.words();
        if (words.dimension() != classes.dimension()) {
            throw new IllegalArgumentException(
                    "neglabel: the negative words have dimension %d, the class embeddings %d; both must come from one text tower"
                            .formatted(words.dimension(), classes.dimension()));
        }
        tower(words.space()).conflictWith(tower(classes.space())).ifPresent(conflict -> {
            throw new IllegalArgumentException(
                    "neglabel: the negative words live in %s, the class embeddings in %s: %s; embed both with one text tower"
                            .formatted(words.space(), classes.space(), conflict));
        });
        FeatureSpace space = Language.space(training, classes, ID);
        int[] kept = kept(negatives, classes);
        if (kept.length < groups) {
            throw new IllegalArgumentException(
                    "neglabel: groups = %d needs at least as many negatives, keep = %s leaves %d of %d words; give more words, or take fewer groups"
                            .formatted(groups, keep, kept.length, words.classes()));
        }
        permute(kept, seed);
        int[] used = Arrays.copyOf(kept, kept.length / groups * groups);
        String note = "%d of %d words are used as negatives, in %d groups of %d"
                .formatted(used.length, words.classes(), groups, used.length / groups);
        ClassEmbeddings chosen = new ClassEmbeddings(
                words.rows().select(used), List.of(), words.space().besideText());
        return with(space, classes, chosen, List.of(note));
    }

    /** What must agree of two sets of text embeddings, of which only the direction counts. */
    private static FeatureSpace tower(FeatureSpace text) {
        return text.otherLayer(Optional.empty(), text.dimension());
    }

    @Override
    public FittedDetector restore(FeatureSpace space, Map<String, Tensor> state) {
        ClassEmbeddings classes = Language.classes(space, state, ID);
        Tensor negatives = Inputs.require(state, NEGATIVES, ID, -1, space.dimension());
        if (negatives.shape()[0] == 0 || negatives.shape()[0] % groups != 0) {
            throw new IllegalArgumentException("tensor 'negatives' of neglabel is %s, expected rows for %d equal groups"
                    .formatted(negatives, groups));
        }
        return with(
                space,
                classes,
                new ClassEmbeddings(FeatureMatrix.of(negatives), List.of(), space.besideText()),
                List.of());
    }

    private FittedDetector with(
            FeatureSpace space, ClassEmbeddings classes, ClassEmbeddings negatives, List<String> notes) {
        return new Fitted(
                this,
                space,
                notes,
                () -> Map.of(
                        Language.CLASSES,
                        classes.rows().toTensor(),
                        NEGATIVES,
                        negatives.rows().toTensor()),
                samples -> Scores.of(shares(samples, classes, negatives)));
    }

    /** Indices of the kept words, ascending. */
    private int[] kept(NegativeWords negatives, ClassEmbeddings classes) {
        double[] similarity = similarity(negatives.words(), classes);
        int[] parts = negatives.parts();
        return Arrays.stream(parts)
                .distinct()
                .flatMap(part -> {
                    int[] words = IntStream.range(0, parts.length)
                            .filter(w -> parts[w] == part)
                            .toArray();
                    return Arrays.stream(words)
                            .boxed()
                            .sorted(Comparator.comparingDouble(w -> similarity[w]))
                            .limit((long) Math.floor(keep * words.length + ROUNDING))
                            .mapToInt(Integer::intValue);
                })
                .sorted()
                .toArray();
    }

    /** The quantile of each word's cosines with the classes. */
    private double[] similarity(ClassEmbeddings words, ClassEmbeddings classes) {
        int c = classes.classes();
        double[] similarity = new double[words.classes()];
        Parallel.blocks(similarity.length, Language.blockRows(classes), true, (from, to) -> {
            float[] rows = new float[(to - from) * words.dimension()];
            words.rows().copyRows(from, to, rows, 0);
            double[] cosines = classes.cosines(rows, to - from);
            for (int w = from; w < to; w++) {
                Arrays.sort(cosines, (w - from) * c, (w - from + 1) * c);
                double position = (c - 1) * quantile;
                int below = (w - from) * c + (int) position;
                double fraction = position - (int) position;
                similarity[w] = fraction == 0
                        ? cosines[below]
                        : cosines[below] + fraction * (cosines[below + 1] - cosines[below]);
            }
        });
        return similarity;
    }

    private static void permute(int[] words, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = words.length - 1; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int word = words[i];
            words[i] = words[j];
            words[j] = word;
        }
    }

    private double[] shares(FeatureSet samples, ClassEmbeddings classes, ClassEmbeddings negatives) {
        double[] shares = new double[samples.size()];
        int step = Math.min(Language.blockRows(classes), Language.blockRows(negatives));
        Parallel.blocks(shares.length, step, true, (from, to) -> {
            double[] id = Language.cosines(samples, from, to, classes);
            double[] other = Language.cosines(samples, from, to, negatives);
            for (int i = 0; i < to - from; i++) {
                shares[from + i] = share(row(id, i, classes.classes()), row(other, i, negatives.classes()));
            }
        });
        return shares;
    }

    private static double[] row(double[] rows, int i, int length) {
        return Arrays.copyOfRange(rows, i * length, (i + 1) * length);
    }

    private double share(double[] id, double[] negative) {
        int size = negative.length / groups;
        double max = Softmax.max(id);
        double mass = Softmax.scaledSum(id, temperature);
        double sum = 0;
        for (int g = 0; g < groups; g++) {
            double[] group = row(negative, g, size);
            double ratio =
                    Math.exp((Softmax.max(group) - max) / temperature) * (Softmax.scaledSum(group, temperature) / mass);
            sum += 1 / (1 + ratio);
        }
        return sum / groups;
    }
}
