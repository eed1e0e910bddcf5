// SPDX-License-Identifier: Apache-2.0
package io.github.stray.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.stray.audit.NearDuplicates.Limits;
import io.github.stray.audit.NearDuplicates.Pair;
import io.github.stray.feature.FeatureMatrix;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class NearDuplicatesTest {
    private static List<Pair> found(List<ImageSignature> images, List<FeatureMatrix> features) {
        return NearDuplicates.among(images, NearDuplicates.candidates(images, features), Limits.USUAL, compared -> {});
    }

    private static List<ImageSignature> withCopies(int count) {
        var images = new ArrayList<ImageSignature>();
        for (int i = 0; i < count; i++) {
            images.add(Pictures.of(100 + i));
        }
        for (int i = 0; i < count; i += 5) {
            var picture = Pictures.cropped(Pictures.waves(100 + i), 0.02 * (i % 3), 0.01 * (i % 4), 0.95);
            images.add(Pictures.of(i % 2 == 0 ? picture : Pictures.mirrored(picture), "copy of " + i));
        }
        return images;
    }

    @Test
    void among_candidates_findsWhatComparingAllPairsFinds() {
        List<ImageSignature> images = withCopies(60);
        var all = new HashSet<List<Integer>>();
        for (int i = 0; i < images.size(); i++) {
            for (int j = i + 1; j < images.size(); j++) {
                if (Limits.USUAL.admit(Likeness.of(images.get(i), images.get(j)))) {
                    all.add(List.of(i, j));
                }
            }
        }
        assertThat(all).hasSize(12);
        assertThat(found(images, List.of()).stream().map(pair -> List.of(pair.first(), pair.second())))
                .containsExactlyInAnyOrderElementsOf(all);
    }

    @Test
    void among_pairs_areInOrderOfDetailAndCountedOnce() {
        List<ImageSignature> images = withCopies(30);
        NearDuplicates.Candidates candidates = NearDuplicates.candidates(images, List.of());
        var compared = new AtomicInteger();
        List<Pair> pairs = NearDuplicates.among(images, candidates, Limits.USUAL, compared::addAndGet);
        assertThat(compared.get()).isEqualTo(candidates.size());
        assertThat(pairs).extracting(pair -> -pair.likeness().detail()).isSorted();
        assertThat(pairs).hasSize(6).allMatch(pair -> pair.first() < pair.second());
    }

    @Test
    void candidates_exactCopies_takePartOnce() {
        ImageSignature image = Pictures.of(1);
        List<ImageSignature> images = List.of(image, image, image, Pictures.of(2), image);
        assertThat(NearDuplicates.candidates(images, List.of()).size()).isEqualTo(1);
        assertThat(found(images, List.of())).isEmpty();
        assertThat(ExactDuplicates.groups(images)).singleElement().satisfies(group -> {
            assertThat(group).containsExactly(0, 1, 2, 4);
        });
    }

    @Test
    void candidates_ofFeatures_addPairsThatPicturesAloneDoNotName() {
        var images = new ArrayList<ImageSignature>();
        for (int i = 0; i < 40; i++) {
            images.add(Pictures.of(500 + i));
        }
        NearDuplicates.Candidates without = NearDuplicates.candidates(images, List.of());
        float[] rows = new float[2 * 40];
        for (int i = 0; i < 40; i++) {
            // Images i and 39 - i have the same direction, and no other two.
            double angle = Math.min(i, 39 - i) * 0.07;
            rows[2 * i] = (float) Math.cos(angle);
            rows[2 * i + 1] = (float) Math.sin(angle);
        }
        List<FeatureMatrix> two = List.of(
                FeatureMatrix.copyOf(java.util.Arrays.copyOf(rows, 30), 15, 2),
                FeatureMatrix.copyOf(new float[0], 0, 2),
                FeatureMatrix.copyOf(java.util.Arrays.copyOfRange(rows, 30, 80), 25, 2));
        NearDuplicates.Candidates with = NearDuplicates.candidates(images, two);
        assertThat(with.size()).isGreaterThan(without.size());
        var pairs = new HashSet<List<Integer>>();
        for (int i = 0; i < with.size(); i++) {
            pairs.add(List.of(with.first(i), with.second(i)));
        }
        for (int i = 0; i < 20; i++) {
            assertThat(pairs).contains(List.of(i, 39 - i));
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> NearDuplicates.candidates(images, two.subList(0, 1)))
                .withMessage("15 feature rows for 40 images");
    }

    @Test
    void candidates_mirrorImages_areNamedAmongManyPictures() {
        int count = 300;
        var images = new ArrayList<ImageSignature>();
        for (int i = 0; i < count; i++) {
            images.add(Pictures.of(2000 + i));
        }
        for (int i = 0; i < count; i++) {
            images.add(Pictures.of(Pictures.mirrored(Pictures.waves(2000 + i)), "mirror image of " + i));
        }
        NearDuplicates.Candidates candidates = NearDuplicates.candidates(images, List.of());
        var pairs = new HashSet<List<Integer>>();
        for (int i = 0; i < candidates.size(); i++) {
            pairs.add(List.of(candidates.first(i), candidates.second(i)));
        }
        for (int i = 0; i < count; i++) {
            assertThat(pairs).contains(List.of(i, count + i));
        }
    }

    @Test
    void candidates_noneOrOneImage_areNone() {
        assertThat(NearDuplicates.candidates(List.of(), List.of()).size()).isZero();
        assertThat(NearDuplicates.candidates(List.of(Pictures.of(1)), List.of()).size())
                .isZero();
    }

    @Test
    void exact_sameFile_isSaid() {
        ImageSignature one = Pictures.of(1);
        ImageSignature filed = new ImageSignature("p", "f", one.luma(), one.chroma());
        ImageSignature other = new ImageSignature("p", "g", one.luma(), one.chroma());
        assertThat(filed.sameFile(filed)).isTrue();
        assertThat(filed.sameFile(other)).isFalse();
        assertThat(one.sameFile(one)).isFalse();
        assertThat(ExactDuplicates.groups(List.of(filed, other))).hasSize(1);
        assertThat(ExactDuplicates.groups(List.of(one, filed))).isEmpty();
    }
}
