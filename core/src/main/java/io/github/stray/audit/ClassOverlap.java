// SPDX-License-Identifier: Apache-2.0
package io.github.stray.audit;

import io.github.stray.feature.FeatureMatrix;
import io.github.stray.feature.FeatureSet;
import io.github.stray.feature.Labels;
import io.github.stray.language.ClassEmbeddings;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.IntFunction;

/**
 * Classes that both sides of a pair have, by their names and by what they look like.
 *
 * <h2>Definition</h2>
 *
 * Names are compared as sets of words: lower case, anything but letters and digits a space, a plural's last s taken off
 * ({@code buses} and {@code bus}, {@code cats} and {@code cat} are the same; {@code glass} and {@code bus} keep theirs).
 * Two names are {@code SAME} if their words are, {@code PART} if all words of one are among those of the other ({@code
 * truck}, {@code pickup truck}), {@code SHARED} if they have a word in common ({@code maple tree}, {@code oak tree}). Words
 * such as {@code of} and {@code the} do not count; names that are mere numbers say nothing and are left out.
 *
 * <p>By embedding: for each OOD class the ID class of the largest cosine between the two mean rows, after the mean of the
 * ID class means is taken off all, so that what all images have in common does not count. It is marked as near where the
 * cosine is at least that of the {@value #NEAR_RANK}th closest pair of two ID classes in 100: such classes are closer than
 * the ID classes are among themselves.
 */
public final class ClassOverlap {
    private static final int NEAR_RANK = 5;
    private static final Set<String> EMPTY_WORDS = Set.of("a", "an", "and", "for", "in", "of", "on", "the", "with");

    private ClassOverlap() {}

    /** How two names are related. */
    public enum Relation {
        /** The same words. */
        SAME,
        /** All words of the one are among those of the other. */
        PART,
        /** At least one word in common. */
        SHARED
    }

    /**
     * Two names that are related.
     *
     * @param id the ID class
     * @param ood the OOD class
     * @param relation how
     */
    public record Named(String id, String ood, Relation relation) {}

    /**
     * An OOD class and the ID class most like it.
     *
     * @param id name of the ID class, its number where it has none
     * @param ood name of the OOD class
     * @param cosine of their means, -1 to 1
     * @param near whether it is as large as that of close ID classes among themselves
     */
    public record Near(String id, String ood, double cosine, boolean near) {}

    /**
     * {@return pairs of related names, the closest relation first, then in the order of the lists}
     *
     * @param id ID class names
     * @param ood OOD class names
     */
    public static List<Named> byName(List<String> id, List<String> ood) {
        var pairs = new ArrayList<Named>();
        List<Set<String>> idWords = id.stream().map(ClassOverlap::words).toList();
        for (String name : ood) {
            Set<String> words = words(name);
            for (int i = 0; i < id.size(); i++) {
                Set<String> other = idWords.get(i);
                if (words.isEmpty() || other.isEmpty()) {
                    continue;
                }
                if (words.equals(other)) {
                    pairs.add(new Named(id.get(i), name, Relation.SAME));
                } else if (words.containsAll(other) || other.containsAll(words)) {
                    pairs.add(new Named(id.get(i), name, Relation.PART));
                } else if (words.stream().anyMatch(other::contains)) {
                    pairs.add(new Named(id.get(i), name, Relation.SHARED));
                }
            }
        }
        pairs.sort(Comparator.comparing(Named::relation));
        return List.copyOf(pairs);
    }

    /** The words of a name; none if it is a number. */
    static Set<String> words(String name) {
        var words = new LinkedHashSet<String>();
        for (String word : name.toLowerCase(Locale.ROOT).split("[^\\p{L}\\p{N}]+", -1)) {
            if (!word.isEmpty() && !EMPTY_WORDS.contains(word) && !word.chars().allMatch(Character::isDigit)) {
                words.add(singular(word));
            }
        }
        return words;
    }

    private static String singular(String word) {
        boolean house = word.endsWith("ouses") || word.endsWith("auses");
        if (word.length() > 4 && !house && word.matches(".*(ch|sh|x|ss|us)es")) {
            return word.substring(0, word.length() - 2);
        }
        boolean plural = word.length() > 3
                && word.endsWith("s")
                && !word.endsWith("ss")
                && !word.endsWith("us")
                && !word.endsWith("is");
        return plural ? word.substring(0, word.length() - 1) : word;
    }

    /**
     * The ID class most like each OOD class, by class means of features.
     *
     * @param id features with labels
     * @param ood features of the same space with labels
     * @return a pair for each OOD class with images, the largest cosine first
     * @throws IllegalArgumentException if either side has no labels or the dimensions differ
     */
    public static List<Near> byMeans(FeatureSet id, FeatureSet ood) {
        return nearest(means(id), means(ood), named(id), named(ood));
    }

    /**
     * The ID class most like each OOD class, by embeddings of their names.
     *
     * @param id text embeddings of the ID classes, with their names
     * @param ood text embeddings of the OOD classes, with their names
     * @return a pair for each OOD class, the largest cosine first
     */
    public static List<Near> byText(ClassEmbeddings id, ClassEmbeddings ood) {
        return nearest(units(id.rows()), units(ood.rows()), id.names()::get, ood.names()::get);
    }

    private static IntFunction<String> named(FeatureSet set) {
        return set.labels().orElseThrow()::nameOf;
    }

    private static double[][] units(FeatureMatrix rows) {
        double[][] units = new double[rows.rows()][];
        for (int i = 0; i < units.length; i++) {
            units[i] = unit(rows.row(i));
        }
        return units;
    }

    private static double[] unit(float[] row) {
        double squares = 0;
        for (float value : row) {
            squares += (double) value * value;
        }
        double norm = squares == 0 ? 1 : Math.sqrt(squares);
        double[] unit = new double[row.length];
        for (int j = 0; j < row.length; j++) {
            unit[j] = row[j] / norm;
        }
        return unit;
    }

    /** Means of unit rows; empty rows for classes without images. */
    private static double[][] means(FeatureSet set) {
        Labels labels = set.labels()
                .orElseThrow(() -> new IllegalArgumentException(
                        "class means need labels, '%s' has none".formatted(set.dataset())));
        double[][] sums = new double[labels.classCount()][];
        Arrays.fill(sums, new double[0]);
        for (int i = 0; i < set.size(); i++) {
            double[] unit = unit(set.features().row(i));
            int label = labels.get(i);
            if (sums[label].length == 0) {
                sums[label] = unit;
            } else {
                for (int j = 0; j < unit.length; j++) {
                    sums[label][j] += unit[j];
                }
            }
        }
        for (double[] sum : sums) {
            double squares = Arrays.stream(sum).map(value -> value * value).sum();
            for (int j = 0; squares > 0 && j < sum.length; j++) {
                sum[j] /= Math.sqrt(squares);
            }
        }
        return sums;
    }

    private static List<Near> nearest(
            double[][] id, double[][] ood, IntFunction<String> idNames, IntFunction<String> oodNames) {
        double[] centre = centre(id);
        double[] among = amongThemselves(id, centre);
        double cut = among.length == 0
                ? Double.POSITIVE_INFINITY
                : among[Math.max(0, among.length - 1 - NEAR_RANK * among.length / 100)];
        var nearest = new ArrayList<Near>();
        for (int k = 0; k < ood.length; k++) {
            int best = -1;
            double most = Double.NEGATIVE_INFINITY;
            for (int c = 0; c < id.length && ood[k].length > 0; c++) {
                double cosine = id[c].length == 0 ? Double.NEGATIVE_INFINITY : cosine(id[c], ood[k], centre);
                if (cosine > most) {
                    best = c;
                    most = cosine;
                }
            }
            if (best >= 0) {
                nearest.add(new Near(idNames.apply(best), oodNames.apply(k), most, most >= cut));
            }
        }
        nearest.sort(Comparator.comparingDouble(pair -> -pair.cosine));
        return List.copyOf(nearest);
    }

    /** Mean of the class means; 0 for a single class, which would otherwise lose its direction. */
    private static double[] centre(double[][] means) {
        List<double[]> known =
                Arrays.stream(means).filter(mean -> mean.length > 0).toList();
        double[] centre = new double[known.isEmpty() ? 0 : known.getFirst().length];
        if (known.size() > 1) {
            for (double[] mean : known) {
                for (int j = 0; j < centre.length; j++) {
                    centre[j] += mean[j] / known.size();
                }
            }
        }
        return centre;
    }

    /** Cosines of all pairs of classes, ascending. */
    private static double[] amongThemselves(double[][] means, double[] centre) {
        var cosines = new ArrayList<Double>();
        for (int a = 0; a < means.length; a++) {
            for (int b = 0; b < a; b++) {
                if (means[a].length > 0 && means[b].length > 0) {
                    cosines.add(cosine(means[a], means[b], centre));
                }
            }
        }
        return cosines.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    }

    private static double cosine(double[] some, double[] other, double[] centre) {
        if (some.length != other.length) {
            throw new IllegalArgumentException(
                    "classes of dimension %d and %d cannot be compared".formatted(some.length, other.length));
        }
        double dot = 0;
        double squares = 0;
        double otherSquares = 0;
        for (int j = 0; j < some.length; j++) {
            double a = some[j] - centre[j];
            double b = other[j] - centre[j];
            dot += a * b;
            squares += a * a;
            otherSquares += b * b;
        }
        double norms = Math.sqrt(squares * otherSquares);
        return norms == 0 ? 0 : dot / norms;
    }
}
