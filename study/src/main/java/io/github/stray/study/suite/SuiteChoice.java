// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.suite;

import io.github.stray.detect.Detectors;
import io.github.stray.detect.Suggestion;
import io.github.stray.remedy.RefusedException;
import io.github.stray.remedy.Remedy;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Which part of a suite to run.
 *
 * @param only pairs, OOD sets, or {@code pair/ood}; none for all
 * @param models extractors, of the suite or installed; none for the suite's
 * @param detectors detectors with options, {@code all} for every id; none for the suite's
 */
public record SuiteChoice(List<String> only, List<String> models, List<String> detectors) {
    /** Keeps the lists. */
    public SuiteChoice {
        only = List.copyOf(only);
        models = List.copyOf(models);
        detectors = List.copyOf(detectors);
    }

    /**
     * {@return the part of a suite}
     *
     * @param suite the whole
     * @throws IllegalArgumentException if a name is not known; the message names the nearest one
     */
    public Suite of(Suite suite) {
        Suite part = only.isEmpty() ? suite : suite.withPairs(pairs(suite));
        if (!models.isEmpty()) {
            part = part.withExtractors(extractors(suite));
        }
        if (!detectors.isEmpty()) {
            part = part.withDetectors(List.copyOf(chosenDetectors()));
        }
        return part;
    }

    /**
     * {@return the detectors of a comma-separated list, one text each. A comma also stands between the options of one
     * detector; what follows it there has an equals sign}
     *
     * @param given texts such as {@code knn:k=5,aggregate=kth,mcm}
     */
    public static List<String> split(List<String> given) {
        var all = new ArrayList<String>();
        for (String text : given) {
            for (String part : text.strip().split("\\s*,\\s*", -1)) {
                boolean option = part.contains("=") && !part.contains(":");
                if (option && !all.isEmpty()) {
                    all.add(all.removeLast() + "," + part);
                } else {
                    all.add(part);
                }
            }
        }
        return all;
    }

    private Set<String> chosenDetectors() {
        var chosen = new LinkedHashSet<String>();
        for (String detector : detectors) {
            if (detector.equals("all")) {
                chosen.addAll(Detectors.ids());
            } else {
                Detectors.parse(detector);
                chosen.add(detector);
            }
        }
        return chosen;
    }

    private List<SuitePair> pairs(Suite suite) {
        var known = new LinkedHashSet<String>();
        for (SuitePair pair : suite.pairs()) {
            known.add(pair.name());
            pair.ood().forEach(ood -> {
                known.add(ood.set());
                known.add(pair.name() + "/" + ood.set());
            });
        }
        for (String term : only) {
            if (!known.contains(term)) {
                throw new RefusedException(
                        "suite %s has no pair or OOD set '%s'; %s"
                                .formatted(suite.name(), term, Suggestion.among(term, known)),
                        Remedy.PAIRS_OF_SUITE);
            }
        }
        Set<String> wanted = Set.copyOf(only);
        var pairs = new ArrayList<SuitePair>();
        for (SuitePair pair : suite.pairs()) {
            List<SuiteOod> ood = pair.ood().stream()
                    .filter(set -> wanted.contains(pair.name())
                            || wanted.contains(set.set())
                            || wanted.contains(pair.name() + "/" + set.set()))
                    .toList();
            if (!ood.isEmpty() || (pair.ood().isEmpty() && wanted.contains(pair.name()))) {
                pairs.add(new SuitePair(pair.name(), pair.protocol(), pair.train(), pair.test(), ood));
            }
        }
        return pairs;
    }

    private List<SuiteExtractor> extractors(Suite suite) {
        if (suite.extractors().isEmpty()) {
            throw new RefusedException(
                    "suite %s is of features, and nothing is extracted".formatted(suite.name()), Remedy.NO_EXTRACTORS);
        }
        var chosen = new ArrayList<SuiteExtractor>();
        for (String name : new LinkedHashSet<>(models)) {
            chosen.add(suite.extractors().stream()
                    .filter(extractor -> extractor.name().equals(name))
                    .findFirst()
                    .orElse(SuiteExtractor.installed(name)));
        }
        return chosen;
    }
}
