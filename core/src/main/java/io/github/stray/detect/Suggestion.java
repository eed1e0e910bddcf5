// SPDX-License-Identifier: Apache-2.0
package io.github.stray.detect;

import java.util.Collection;

/** The valid word nearest to one that is not, by edit distance (Levenshtein, 1966). */
public final class Suggestion {
    private Suggestion() {}

    /**
     * {@return what to answer to a word that is not known, such as {@code did you mean 'knn'? Valid are: knn, mahalanobis};
     * without known words, that there are none}
     *
     * @param given the unknown word
     * @param valid the known ones
     */
    public static String among(String given, Collection<String> valid) {
        return valid.isEmpty()
                ? "there are none"
                : "did you mean '%s'? Valid are: %s".formatted(nearest(given, valid), String.join(", ", valid));
    }

    /**
     * {@return the nearest word, the first of several; empty without known words}
     *
     * @param given the unknown word
     * @param valid the known ones
     */
    public static String nearest(String given, Collection<String> valid) {
        String nearest = "";
        int best = Integer.MAX_VALUE;
        for (String candidate : valid) {
            int distance = distance(given, candidate);
            if (distance < best) {
                best = distance;
                nearest = candidate;
            }
        }
        return nearest;
    }

    static int distance(String a, String b) {
        int[] previous = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] current = new int[b.length() + 1];
            current[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int substituted = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                current[j] = Math.min(substituted, 1 + Math.min(previous[j], current[j - 1]));
            }
            previous = current;
        }
        return previous[b.length()];
    }
}
