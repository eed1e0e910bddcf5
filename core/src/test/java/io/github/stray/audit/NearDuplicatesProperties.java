// SPDX-License-Identifier: Apache-2.0
package io.github.stray.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.stray.audit.NearDuplicates.Candidates;
import io.github.stray.audit.NearDuplicates.Limits;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class NearDuplicatesProperties {
    private static final int COPIES = 6;

    /** Pictures, of which the first have a cropped copy, every other one mirrored. */
    private static List<ImageSignature> images(int seed, int count) {
        var images = new ArrayList<ImageSignature>();
        for (int i = 0; i < count; i++) {
            images.add(Pictures.of(Pictures.waves(1000L * seed + i), "picture " + i));
        }
        for (int i = 0; i < COPIES; i++) {
            var cropped = Pictures.cropped(Pictures.waves(1000L * seed + i), 0.01 * i, 0.02, 0.95);
            images.add(Pictures.of(i % 2 == 0 ? cropped : Pictures.mirrored(cropped), "copy " + i));
        }
        return images;
    }

    private static List<ImageSignature> shuffled(List<ImageSignature> images, long order) {
        var shuffled = new ArrayList<>(images);
        Collections.shuffle(shuffled, new Random(order));
        return shuffled;
    }

    private static Set<Set<String>> named(List<ImageSignature> images, Candidates candidates) {
        var named = new HashSet<Set<String>>();
        for (int i = 0; i < candidates.size(); i++) {
            named.add(Set.of(
                    images.get(candidates.first(i)).pixels(),
                    images.get(candidates.second(i)).pixels()));
        }
        return named;
    }

    @Property(tries = 20)
    void candidates_inAnyOrder_areTheSamePairs(
            @ForAll @IntRange(min = 1, max = 100_000) int seed,
            @ForAll @IntRange(min = 6, max = 60) int count,
            @ForAll long order) {
        List<ImageSignature> images = images(seed, count);
        List<ImageSignature> shuffled = shuffled(images, order);
        assertThat(named(shuffled, NearDuplicates.candidates(shuffled, List.of())))
                .isEqualTo(named(images, NearDuplicates.candidates(images, List.of())));
    }

    @Property(tries = 20)
    void among_copiesInAnyOrder_areFound(@ForAll @IntRange(min = 1, max = 100_000) int seed, @ForAll long order) {
        List<ImageSignature> images = shuffled(images(seed, 30), order);
        var found = new HashSet<Set<String>>();
        NearDuplicates.among(images, NearDuplicates.candidates(images, List.of()), Limits.USUAL, compared -> {})
                .forEach(pair -> found.add(Set.of(
                        images.get(pair.first()).pixels(),
                        images.get(pair.second()).pixels())));
        for (int i = 0; i < COPIES; i++) {
            assertThat(found).contains(Set.of("picture " + i, "copy " + i));
        }
    }

    @Property(tries = 20)
    void groups_inAnyOrder_holdTheSameImages(
            @ForAll @IntRange(min = 1, max = 40) int different,
            @ForAll @IntRange(min = 1, max = 40) int more,
            @ForAll long order) {
        var images = new ArrayList<ImageSignature>();
        for (int i = 0; i < different + more; i++) {
            images.add(Pictures.of((x, y) -> 0, "picture " + i % different));
        }
        List<ImageSignature> shuffled = shuffled(images, order);
        List<List<Integer>> groups = ExactDuplicates.groups(shuffled);
        assertThat(groups).hasSize(Math.min(different, more));
        int grouped = 0;
        for (List<Integer> group : groups) {
            grouped += group.size();
            assertThat(group).isSorted();
            assertThat(group.stream().map(row -> shuffled.get(row).pixels()).distinct())
                    .hasSize(1);
        }
        assertThat(grouped).isEqualTo(Math.min(different, more) + more);
    }
}
