// SPDX-License-Identifier: Apache-2.0
package io.github.stray.detect;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The detectors by id. */
public final class Detectors {
    private record Entry(DetectorDescription description, Function<Options, Detector> factory) {}

    private static final Map<String, Entry> BY_ID = new LinkedHashMap<>();

    static {
        register(Knn.DESCRIPTION, Knn::of);
        register(KMeans.DESCRIPTION, KMeans::of);
        register(Gaussian.DESCRIPTION, Gaussian::of);
        register(Residual.DESCRIPTION, Residual::of);
        register(Mahalanobis.DESCRIPTION, Mahalanobis::of);
        register(Mahalanobis.NORMALIZED_DESCRIPTION, Mahalanobis::normalized);
        register(RelativeMahalanobis.DESCRIPTION, RelativeMahalanobis::of);
        register(RelativeMahalanobis.NORMALIZED_DESCRIPTION, RelativeMahalanobis::normalized);
        register(Msp.DESCRIPTION, Msp::of);
        register(MaxLogit.DESCRIPTION, MaxLogit::of);
        register(Energy.DESCRIPTION, Energy::of);
        register(Entropy.DESCRIPTION, Entropy::of);
        register(Gen.DESCRIPTION, Gen::of);
        register(Klm.DESCRIPTION, Klm::of);
        register(Vim.DESCRIPTION, Vim::of);
        register(React.DESCRIPTION, React::of);
        register(Ash.DESCRIPTION, Ash::of);
        register(She.DESCRIPTION, She::of);
        register(NnGuide.DESCRIPTION, NnGuide::of);
        register(Fdbd.DESCRIPTION, Fdbd::of);
        register(GradNorm.DESCRIPTION, GradNorm::of);
        register(Mcm.DESCRIPTION, Mcm::of);
        register(MaxCos.DESCRIPTION, options -> new MaxCos());
        register(ZeroShotEnergy.DESCRIPTION, ZeroShotEnergy::of);
        register(GlMcm.DESCRIPTION, GlMcm::of);
        register(NegLabel.DESCRIPTION, NegLabel::of);
        register(LinearProbing.DESCRIPTION, LinearProbing::of);
        register(Plp.DESCRIPTION, Plp::of);
    }

    private Detectors() {}

    private static void register(DetectorDescription description, Function<Options, Detector> factory) {
        BY_ID.put(description.id(), new Entry(description, factory));
    }

    /**
     * All ids, aliases such as {@code mahalanobis++} included.
     *
     * @return ids in the order of the documentation
     */
    public static List<String> ids() {
        return List.copyOf(BY_ID.keySet());
    }

    /**
     * What a detector is and which options it has.
     *
     * @param id method id
     * @return the description
     * @throws IllegalArgumentException if the id is not known; the message names the nearest one
     */
    public static DetectorDescription describe(String id) {
        return entry(id).description();
    }

    /**
     * Makes a detector.
     *
     * @param id method id
     * @param options option values by name; defaults for those left out
     * @return the detector
     * @throws IllegalArgumentException if the id, an option or a value is not known; the message names the nearest valid one
     */
    public static Detector of(String id, Map<String, String> options) {
        Entry entry = entry(id);
        return entry.factory().apply(new Options(entry.description(), options));
    }

    /**
     * Makes a detector from what is written after {@code fit -d}.
     *
     * @param text {@code id} or {@code id:name=value,name=value}, such as {@code knn:k=5,aggregate=kth}
     * @return the detector
     * @throws IllegalArgumentException if the text has another form, names an option twice, or {@link #of} refuses it
     */
    public static Detector parse(String text) {
        int colon = text.indexOf(':');
        if (colon < 0) {
            return of(text, Map.of());
        }
        var options = new LinkedHashMap<String, String>();
        for (String assignment : text.substring(colon + 1).split(",", -1)) {
            int equals = assignment.indexOf('=');
            if (equals < 1 || equals == assignment.length() - 1) {
                throw new IllegalArgumentException(
                        "detector '%s': expected name=value after the colon, got '%s'; for example knn:k=5,aggregate=kth"
                                .formatted(text, assignment));
            }
            String name = assignment.substring(0, equals);
            if (options.put(name, assignment.substring(equals + 1)) != null) {
                throw new IllegalArgumentException("detector '%s' gives the option %s twice".formatted(text, name));
            }
        }
        return of(text.substring(0, colon), options);
    }

    /**
     * Writes a detector so that {@link #parse} reads it back.
     *
     * @param detector a detector
     * @return its id and all its options, such as {@code knn:k=1,aggregate=mean,..}
     */
    public static String format(Detector detector) {
        String options = detector.options().entrySet().stream()
                .map(option -> option.getKey() + "=" + option.getValue())
                .collect(Collectors.joining(","));
        return options.isEmpty() ? detector.id() : detector.id() + ":" + options;
    }

    private static Entry entry(String id) {
        Entry entry = BY_ID.get(id);
        if (entry == null) {
            throw new IllegalArgumentException("no detector '%s'; %s".formatted(id, Suggestion.among(id, ids())));
        }
        return entry;
    }
}
