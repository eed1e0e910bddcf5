// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.audit;

import io.github.stray.audit.ClassOverlap;
import io.github.stray.language.ClassEmbeddings;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Classes that the ID set and one OOD set have in common.
 *
 * @param ood key of the OOD set
 * @param named by name; empty where either side has no names
 * @param means by class means, labels named as their own sets name them; empty where either side has no labels
 * @param texts by embeddings of the names; empty where the extractor has no text encoder, or names say nothing
 */
public record SharedClasses(
        String ood,
        Optional<List<ClassOverlap.Named>> named,
        Optional<List<ClassOverlap.Near>> means,
        Optional<List<ClassOverlap.Near>> texts) {

    /** The names may come from elsewhere than the sets. */
    static SharedClasses of(
            AuditSet id,
            AuditSet ood,
            List<String> idNames,
            List<String> oodNames,
            Optional<ClassEmbeddings> idTexts,
            Optional<ClassEmbeddings> oodTexts) {
        boolean names = !idNames.isEmpty() && !oodNames.isEmpty();
        boolean labels =
                id.features().labels().isPresent() && ood.features().labels().isPresent();
        return new SharedClasses(
                ood.key(),
                names ? Optional.of(ClassOverlap.byName(idNames, oodNames)) : Optional.empty(),
                labels ? Optional.of(ClassOverlap.byMeans(id.features(), ood.features())) : Optional.empty(),
                idTexts.flatMap(its -> oodTexts.map(theirs -> ClassOverlap.byText(its, theirs))));
    }

    /**
     * {@return number of pairs to look at: names that are the same or part of one another, and classes as near as close ID
     * classes}
     */
    public long remarkable() {
        Stream<ClassOverlap.Named> byName = named.stream().flatMap(List::stream);
        Stream<ClassOverlap.Near> byMeans = means.stream().flatMap(List::stream);
        return byName.filter(pair -> pair.relation() != ClassOverlap.Relation.SHARED)
                        .count()
                + byMeans.filter(ClassOverlap.Near::near).count();
    }
}
