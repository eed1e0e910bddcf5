// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.audit;

import io.github.stray.audit.ExactDuplicates;
import io.github.stray.audit.ImageSignature;
import io.github.stray.audit.NearDuplicates;
import io.github.stray.feature.FeatureMatrix;
import io.github.stray.study.audit.Finding.ExactCopy;
import io.github.stray.study.audit.Finding.NearCopy;
import io.github.stray.study.review.SetSample;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * Copies within and between the sets of an audit, in the order ID, ID test, OOD: of two copies the one in the later set is
 * the one to take out.
 */
final class Copies {
    private final List<AuditSet> sets;
    private final List<ImageSignature> signatures = new ArrayList<>();
    private final List<Image> images = new ArrayList<>();

    private record Image(AuditSet set, int row) {
        SetSample sample() {
            return set.sample(row);
        }

        double cosine(Image other) {
            return set.features().features().cosine(row, other.set.features().features(), other.row);
        }
    }

    Copies(List<AuditSet> sets) {
        this.sets = sets;
        for (AuditSet set : sets) {
            set.readings().forEach(reading -> signatures.add(reading.signature()));
            for (int row = 0; row < set.size(); row++) {
                images.add(new Image(set, row));
            }
        }
    }

    List<ExactCopy> exact() {
        var copies = new ArrayList<ExactCopy>();
        for (List<Integer> group : ExactDuplicates.groups(signatures)) {
            int first = group.getFirst();
            for (int other : group.subList(1, group.size())) {
                copies.add(new ExactCopy(
                        images.get(other).sample(),
                        images.get(first).sample(),
                        signatures.get(first).sameFile(signatures.get(other))));
            }
        }
        return copies;
    }

    NearDuplicates.Candidates candidates() {
        List<FeatureMatrix> features =
                sets.stream().map(set -> set.features().features()).toList();
        return NearDuplicates.candidates(signatures, features);
    }

    /** Those between sets first. */
    List<NearCopy> near(NearDuplicates.Candidates candidates, IntConsumer compared) {
        return NearDuplicates.among(signatures, candidates, NearDuplicates.Limits.USUAL, compared).stream()
                .map(pair -> {
                    Image first = images.get(pair.first());
                    Image second = images.get(pair.second());
                    return new NearCopy(second.sample(), first.sample(), pair.likeness(), first.cosine(second));
                })
                .sorted(Comparator.comparing(copy -> !copy.across()))
                .toList();
    }
}
