// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.review;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * A finding as a page shows it: a picture, what it is to be compared with, and a box to tick.
 *
 * @param kind of finding, as decisions name it
 * @param subject the sample to decide about
 * @param about what else the decision hangs on, such as the id of the image it is a copy of; empty if on nothing
 * @param caption above the pictures beside
 * @param besides samples to compare it with, the most telling first; may be empty
 * @param facts what is known of it, by name
 * @param ticked whether the box is ticked at first
 */
public record Card(
        String kind,
        SetSample subject,
        String about,
        String caption,
        List<SetSample> besides,
        SequencedMap<String, String> facts,
        boolean ticked) {
    /** Copies lists and maps. */
    public Card {
        besides = List.copyOf(besides);
        facts = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(facts));
    }

    /**
     * {@return facts in their order}
     *
     * @param facts name and value by turns
     */
    public static SequencedMap<String, String> pairs(String... facts) {
        Map<String, String> map = new LinkedHashMap<>();
        for (int i = 0; i < facts.length; i += 2) {
            map.put(facts[i], facts[i + 1]);
        }
        return new LinkedHashMap<>(map);
    }
}
