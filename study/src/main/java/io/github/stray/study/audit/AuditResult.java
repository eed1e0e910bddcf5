// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.audit;

import io.github.stray.audit.Saturation;
import io.github.stray.extract.FailedSample;
import io.github.stray.inspect.Shortcut;
import io.github.stray.study.audit.Finding.DoubtfulLabel;
import io.github.stray.study.audit.Finding.ExactCopy;
import io.github.stray.study.audit.Finding.IdLike;
import io.github.stray.study.audit.Finding.NearCopy;
import io.github.stray.study.review.IdList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * What an audit found. Immutable.
 *
 * @param audit what was asked
 * @param sets the ID set, the ID test set if one was given, the OOD sets
 * @param exactCopies images with the same pixels
 * @param nearCopies almost the same pictures, those between sets first
 * @param compared pairs of images that were compared for them
 * @param idContent OOD images that show an ID class; missing where no ID image is left over for a test
 * @param recognition how well that can be told; empty where it is missing
 * @param labelNoise ID images whose label is doubted; missing without labels of two classes
 * @param sharedClasses of the ID set and each OOD set
 * @param tested ID test images
 * @param saturation what is left to win, by key of the OOD set; empty without ID test images
 * @param failedDetectors why a detector could not be fitted, by the detector
 * @param failedSamples samples that could not be read, by key of the set
 */
public record AuditResult(
        Audit audit,
        List<AuditSet> sets,
        Findings<ExactCopy> exactCopies,
        Findings<NearCopy> nearCopies,
        int compared,
        Findings<IdLike> idContent,
        Optional<Recognition> recognition,
        Findings<DoubtfulLabel> labelNoise,
        List<SharedClasses> sharedClasses,
        int tested,
        SequencedMap<String, Saturation> saturation,
        SequencedMap<String, String> failedDetectors,
        SequencedMap<String, List<FailedSample>> failedSamples) {
    /** Copies lists and maps. */
    public AuditResult {
        sets = List.copyOf(sets);
        sharedClasses = List.copyOf(sharedClasses);
        saturation = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(saturation));
        failedDetectors = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(failedDetectors));
        failedSamples = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(failedSamples));
    }

    /**
     * How ID classes are recognised in images.
     *
     * @param by {@code classes} (their names), {@code probe} (trained on the labels) or {@code neighbours} (one class)
     * @param recognised share of the ID test images that are taken to show an ID class
     */
    public record Recognition(String by, double recognised) {}

    /**
     * A set without what the findings take out.
     *
     * @param set its key
     * @param file name of its list file
     * @param kept samples left
     * @param removed samples taken out
     */
    public record Cleaned(String set, String file, int kept, int removed) {}

    /** {@return all findings by kind, in the order of {@link Finding.Kind}} */
    public List<Findings<?>> findings() {
        return List.of(exactCopies, nearCopies, idContent, labelNoise);
    }

    /**
     * {@return how well plain properties of the images, such as their size, tell an OOD set from the ID set; the most telling
     * first}
     *
     * @param ood one of the OOD sets
     */
    public List<Shortcut> shortcuts(AuditSet ood) {
        return Shortcut.between(sets.getFirst().measures(), ood.measures());
    }

    /** {@return the sets as they are proposed, one for each} */
    public List<Cleaned> cleaned() {
        return sets.stream()
                .map(set -> {
                    IdList list = clean(set);
                    int kept = list.lines().size();
                    return new Cleaned(set.key(), list.file(), kept, set.size() - kept);
                })
                .toList();
    }

    IdList clean(AuditSet set) {
        return CleanLists.of(set, findings().stream().flatMap(kind -> kind.found().stream()));
    }
}
