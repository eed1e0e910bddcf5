// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.suite;

import io.github.stray.metric.Convention;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a study compares. Immutable; the reader of suites makes sure that every name it uses exists.
 *
 * @param name short name, letters, digits and hyphens
 * @param title one line
 * @param sets sets by name, in the order of the suite
 * @param pairs ID sets with their OOD sets
 * @param extractors networks that turn images into features; none where all sets are features
 * @param detectors detectors with options, as in {@code fit -d}
 * @param convention which rule gives FPR and AUPR
 * @param templates what is said of a class name: a name of {@code stray text} or a file
 * @param negatives words that name no class; empty where there are none
 * @param seed of choices of samples and of the linear probe behind logits and heads; detectors have an option of their own
 * @param probeBatch rows of a step of that probe, at least 1
 * @param published figures from papers
 * @param sha256 digest of the suite's text
 */
public record Suite(
        String name,
        String title,
        Map<String, SuiteSet> sets,
        List<SuitePair> pairs,
        List<SuiteExtractor> extractors,
        List<String> detectors,
        Convention convention,
        String templates,
        Optional<Path> negatives,
        long seed,
        int probeBatch,
        List<PublishedFigure> published,
        String sha256) {
    /** Keeps the order. */
    public Suite {
        sets = Collections.unmodifiableMap(new LinkedHashMap<>(sets));
        pairs = List.copyOf(pairs);
        extractors = List.copyOf(extractors);
        detectors = List.copyOf(detectors);
        published = List.copyOf(published);
    }

    /**
     * {@return the set of a name}
     *
     * @param setName a name that this suite uses
     */
    public SuiteSet set(String setName) {
        return Objects.requireNonNull(sets.get(setName), setName);
    }

    Suite withExtractors(List<SuiteExtractor> replacement) {
        return with(pairs, replacement, detectors, seed, published);
    }

    Suite withDetectors(List<String> replacement) {
        return with(pairs, extractors, replacement, seed, published);
    }

    /**
     * {@return the same suite with another seed}
     *
     * @param replacement any number
     */
    public Suite withSeed(long replacement) {
        return with(pairs, extractors, detectors, replacement, published);
    }

    /** A published figure goes where its OOD set does, and one of a mean where any of the sets behind it does. */
    Suite withPairs(List<SuitePair> replacement) {
        Set<String> names = replacement.stream().map(SuitePair::name).collect(Collectors.toSet());
        List<PublishedFigure> kept = published.stream()
                .filter(figure -> names.contains(figure.pair()))
                .filter(figure -> averaged(replacement, figure).equals(averaged(pairs, figure)))
                .toList();
        return with(replacement, extractors, detectors, seed, kept);
    }

    private Suite with(
            List<SuitePair> otherPairs,
            List<SuiteExtractor> otherExtractors,
            List<String> otherDetectors,
            long otherSeed,
            List<PublishedFigure> otherPublished) {
        return new Suite(
                name,
                title,
                sets,
                otherPairs,
                otherExtractors,
                otherDetectors,
                convention,
                templates,
                negatives,
                otherSeed,
                probeBatch,
                otherPublished,
                sha256);
    }

    private static List<SuiteOod> averaged(List<SuitePair> pairs, PublishedFigure figure) {
        return pairs.stream()
                .filter(pair -> pair.name().equals(figure.pair()))
                .flatMap(pair -> pair.ood().stream())
                .filter(ood -> List.of(ood.set(), ood.group().id(), "all").contains(figure.ood()))
                .toList();
    }
}
