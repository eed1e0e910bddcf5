// SPDX-License-Identifier: Apache-2.0
package io.github.stray.probe;

import io.github.stray.feature.FeatureSet;
import io.github.stray.feature.Labels;
import io.github.stray.language.ClassEmbeddings;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/**
 * The class whose text embedding has the largest cosine with an image embedding, for every sample: the zero-shot
 * prediction. A probe trained on them, {@code LinearProbe.PAPER.train(features.withLabels(pseudo.labels()))}, is the paper's
 * pseudo-label probing (PLP).
 *
 * <h2>Ties and degenerate input</h2>
 *
 * Of equal cosines the lower class wins. A zero row has cosine 0 with every class and so gets class 0; their number is
 * noted. Labels that the samples carry are never read for the prediction, only compared with it afterwards. Refused: NaN,
 * infinity, another feature space.
 *
 * <h2>Cost</h2>
 *
 * n * e * C multiply-adds in double, on all processors; the same on any number of them.
 *
 * <h2>Source</h2>
 *
 * Adaloglou et al., TMLR 2024 (arXiv 2303.05828).
 *
 * @param labels the pseudo-labels, with the names of the classes
 * @param histogram number of samples of each class
 * @param accuracy share of the samples whose own class is that of their pseudo-label, joined by name where all names are
 *     known; empty without labels, and where else the numbers of classes or the order of their names disagree
 * @param notes why the accuracy cannot be told, and what else a user should know
 */
public record PseudoLabels(Labels labels, List<Integer> histogram, OptionalDouble accuracy, List<String> notes) {
    private static final int BLOCK_VALUES = 1 << 18;

    /** Copies the lists. */
    public PseudoLabels {
        histogram = List.copyOf(histogram);
        notes = List.copyOf(notes);
    }

    /**
     * {@return one pseudo-label a sample}
     *
     * @param embeddings finite image embeddings {@code [n x e]}, of any length
     * @param classes class embeddings of the same space
     * @throws IllegalArgumentException if the spaces differ or an embedding is not finite
     */
    public static PseudoLabels of(FeatureSet embeddings, ClassEmbeddings classes) {
        embeddings.space().conflictWith(classes.space().besideText()).ifPresent(conflict -> {
            throw new IllegalArgumentException("samples '%s' live in %s, the class embeddings in %s: %s"
                    .formatted(embeddings.dataset(), embeddings.space(), classes.space(), conflict));
        });
        embeddings.requireFinite();
        int n = embeddings.size();
        int e = classes.dimension();
        int block = Math.max(1, BLOCK_VALUES / Math.max(e, classes.classes()));
        int[] predicted = new int[n];
        int zeros = IntStream.range(0, Math.ceilDiv(n, block))
                .parallel()
                .map(b -> predict(embeddings, classes, b * block, Math.min(n, (b + 1) * block), predicted))
                .sum();
        List<String> names = names(classes);
        var notes = new ArrayList<String>();
        if (zeros > 0) {
            notes.add("%d of %d embeddings are zero and got class '%s'".formatted(zeros, n, names.getFirst()));
        }
        Optional<Labels> known = comparable(embeddings, classes);
        if (known.isEmpty()) {
            embeddings
                    .labels()
                    .flatMap(own -> incomparable(own, classes))
                    .ifPresent(reason -> notes.add("no accuracy of the pseudo-labels: " + reason));
        }
        OptionalDouble accuracy = n > 0 && known.isPresent()
                ? OptionalDouble.of(agreement(predicted, known.get()))
                : OptionalDouble.empty();
        Integer[] histogram = new Integer[classes.classes()];
        Arrays.fill(histogram, 0);
        for (int label : predicted) {
            histogram[label]++;
        }
        return new PseudoLabels(Labels.of(predicted, names), List.of(histogram), accuracy, notes);
    }

    /** Without names the numbers are named, so that classes nobody was given still count. */
    private static List<String> names(ClassEmbeddings classes) {
        return classes.names().isEmpty()
                ? IntStream.range(0, classes.classes())
                        .mapToObj(Integer::toString)
                        .toList()
                : classes.names();
    }

    /**
     * The samples' own labels in the numbers and names of their pseudo-labels: by name where every class has the name of one,
     * else as they are, since texts and folders may name a class differently; empty if there are none, or the order differs.
     */
    static Optional<Labels> comparable(FeatureSet samples, ClassEmbeddings classes) {
        return samples.labels()
                .flatMap(own -> JoinedLabels.byName(classes.names(), own)
                        .or(() -> incomparable(own, classes).isPresent()
                                ? Optional.empty()
                                : Optional.of(Labels.of(own.toArray(), names(classes)))));
    }

    private static int predict(FeatureSet embeddings, ClassEmbeddings classes, int from, int to, int[] predicted) {
        int e = classes.dimension();
        int count = classes.classes();
        float[] rows = new float[(to - from) * e];
        embeddings.features().copyRows(from, to, rows, 0);
        double[] cosines = classes.cosines(rows, to - from);
        int zeros = 0;
        for (int i = 0; i < to - from; i++) {
            int best = 0;
            for (int c = 1; c < count; c++) {
                best = cosines[i * count + c] > cosines[i * count + best] ? c : best;
            }
            predicted[from + i] = best;
            boolean zero = true;
            for (int t = i * e; t < (i + 1) * e && zero; t++) {
                zero = rows[t] == 0;
            }
            zeros += zero ? 1 : 0;
        }
        return zeros;
    }

    private static Optional<String> incomparable(Labels own, ClassEmbeddings classes) {
        boolean named = !own.classNames().isEmpty();
        int count = classes.classes();
        if (named ? own.classCount() != count : own.classCount() > count) {
            return Optional.of("the samples have labels of %d classes, the class embeddings %d"
                    .formatted(own.classCount(), count));
        }
        for (int c = 0; named && c < classes.names().size(); c++) {
            if (!own.nameOf(c).equals(classes.names().get(c))
                    && own.classNames().contains(classes.names().get(c))) {
                return Optional.of("class %d is '%s' among the samples' labels and '%s' among the class embeddings"
                        .formatted(c, own.nameOf(c), classes.names().get(c)));
            }
        }
        return Optional.empty();
    }

    private static double agreement(int[] predicted, Labels own) {
        int right = 0;
        for (int i = 0; i < predicted.length; i++) {
            right += predicted[i] == own.get(i) ? 1 : 0;
        }
        return (double) right / predicted.length;
    }

    /** {@return the labels of classes that no sample got, ascending} */
    public List<Integer> unused() {
        return IntStream.range(0, histogram.size())
                .filter(c -> histogram.get(c) == 0)
                .boxed()
                .toList();
    }
}
