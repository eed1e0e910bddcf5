// SPDX-License-Identifier: Apache-2.0
package io.github.stray.detect;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/** The detectors by id. */
public final class Detectors {
    private static final List<Method<?>> METHODS = List.of(
            Knn.METHOD,
            KMeans.METHOD,
            Gaussian.METHOD,
            Residual.METHOD,
            Mahalanobis.METHOD,
            Mahalanobis.NORMALIZED,
            RelativeMahalanobis.METHOD,
            RelativeMahalanobis.NORMALIZED,
            Msp.METHOD,
            MaxLogit.METHOD,
            Energy.METHOD,
            Entropy.METHOD,
            Gen.METHOD,
            Klm.METHOD,
            Vim.METHOD,
            React.METHOD,
            Ash.METHOD,
            She.METHOD,
            NnGuide.METHOD,
            Fdbd.METHOD,
            GradNorm.METHOD,
            Mcm.METHOD,
            MaxCos.METHOD,
            ZeroShotEnergy.METHOD,
            GlMcm.METHOD,
            NegLabel.METHOD,
            LinearProbing.METHOD,
            Plp.METHOD);

    private static final Map<String, Method<?>> BY_ID = new LinkedHashMap<>();
    private static final Map<Class<?>, Method<?>> BY_TYPE = new HashMap<>();

    static {
        for (Method<?> method : METHODS) {
            BY_ID.put(method.id(), method);
            BY_TYPE.putIfAbsent(method.type(), method);
        }
    }

    private Detectors() {}

    /** {@return all ids in the order of the documentation, aliases such as {@code mahalanobis++} included} */
    public static List<String> ids() {
        return List.copyOf(BY_ID.keySet());
    }

    /**
     * {@return what a detector is and which options it has}
     *
     * @param id method id
     * @throws IllegalArgumentException if the id is not known; the message names the nearest one
     */
    public static DetectorDescription describe(String id) {
        return method(id).description();
    }

    /**
     * {@return a detector}
     *
     * @param id method id
     * @param options option values by name; defaults for those left out
     * @throws IllegalArgumentException if the id, an option or a value is not known; the message names the nearest valid one
     */
    public static Detector of(String id, Map<String, String> options) {
        return method(id).of(options);
    }

    /**
     * {@return the detector of what is written after {@code fit -d}}
     *
     * @param text {@code id} or {@code id:name=value,name=value}, such as {@code knn:k=5,aggregate=kth}
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
     * {@return a detector's id and all its options as {@link #parse} reads them, such as {@code knn:k=1,aggregate=mean,..}}
     *
     * @param detector a detector
     */
    public static String format(Detector detector) {
        String options = detector.options().entrySet().stream()
                .map(option -> option.getKey() + "=" + option.getValue())
                .collect(Collectors.joining(","));
        return options.isEmpty() ? detector.id() : detector.id() + ":" + options;
    }

    private static Method<?> method(String id) {
        Method<?> method = BY_ID.get(id);
        if (method == null) {
            throw new IllegalArgumentException("no detector '%s'; %s".formatted(id, Suggestion.among(id, ids())));
        }
        return method;
    }

    /** The method of a listed detector, under its own id and not under an alias. */
    static Method<?> method(BuiltIn detector) {
        return Objects.requireNonNull(BY_TYPE.get(detector.getClass()), "a detector that is not listed");
    }
}
