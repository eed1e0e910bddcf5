// SPDX-License-Identifier: Apache-2.0
package io.github.stray.inspect;

import java.util.Arrays;
import java.util.BitSet;

/**
 * A larger group that stands apart: 12 % of a set, say, that are of another kind than the rest. Too many to be called
 * strangers, and too alike.
 */
public final class GroupApart {
    private static final double CLUMP = 0.15;

    private GroupApart() {}

    /**
     * {@return the images that are called strangers with a clump of 0.15 and not as they were ranked, strangest first; none
     * if they are fewer than the neighbours that the rule's first stage takes, the rule has such a clump itself, or there
     * are classes}
     *
     * @param set the images
     * @param rule that ranked them
     * @param ranking as it did
     */
    public static int[] of(OneSet set, StrangerRule rule, StrangerRanking ranking) {
        if (set.classes().isPresent() || rule.clump() >= CLUMP) {
            return new int[0];
        }
        StrangerRanking wide = new StrangerRule(CLUMP, rule.seed()).rank(set);
        BitSet already = ranking.called();
        int[] more =
                Arrays.stream(wide.strangers()).filter(row -> !already.get(row)).toArray();
        return more.length < rule.neighbours(ranking.vouchers()) ? new int[0] : more;
    }
}
