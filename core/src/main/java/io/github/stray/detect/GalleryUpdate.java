// SPDX-License-Identifier: Apache-2.0
package io.github.stray.detect;

import io.github.stray.feature.FeatureMatrix;
import io.github.stray.feature.FeatureSet;
import io.github.stray.threshold.Promise;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Training samples added to a fitted detector and taken out of it. Immutable.
 *
 * <h2>Exact</h2>
 *
 * The detector is fitted anew to the rows of its gallery that stay, in their order, and the added ones behind them, with the
 * head that it has. So the result equals, bit for bit, what fitting anew on these rows gives. That is possible where all that a
 * method is fitted to lies in the file: rows of one layer and perhaps a head, not labels or class names.
 *
 * <h2>Calibration</h2>
 *
 * Held-out samples that stay are scored again, and the promise is kept as it was. A detector that does not hold them loses its
 * threshold, unless other samples are given.
 *
 * @param added finite features of ID samples, in the detector's space
 * @param removed ids of samples to take out of gallery and held-out samples; all samples of that id
 */
public record GalleryUpdate(Optional<FeatureSet> added, Set<String> removed) {
    private static final int NAMED = 5;

    /** Keeps the ids. */
    public GalleryUpdate {
        removed = Set.copyOf(removed);
    }

    /**
     * {@return why a detector can be given no samples, in words that follow its id; empty if it can}
     *
     * @param detector a fitted detector
     */
    public static Optional<String> obstacle(FittedDetector detector) {
        Needs needs = detector.detector().needs();
        if (!needs.fitted()) {
            return Optional.of("is fitted to no samples");
        }
        if (needs.labels()) {
            return Optional.of("is fitted to labels, which its file does not hold");
        }
        if (needs.classes() || needs.negatives()) {
            return Optional.of("is fitted to class names, which its file does not hold");
        }
        return needs.layers().size() + needs.trainingLayers().size() == 1
                ? Optional.empty()
                : Optional.of("is fitted to several layers, of which its file holds one");
    }

    /**
     * Updates a detector and calibrates it on the samples it holds out.
     *
     * @param detector what {@link #obstacle} finds nothing against, with its gallery
     * @return the new detector; without threshold if the old one has none, or does not hold its calibration samples
     * @throws IllegalArgumentException if the detector cannot be updated, an added sample is in its gallery or held out, by id
     *     or as a held-out row, or an id to be removed is unknown
     */
    public CalibratedDetector of(CalibratedDetector detector) {
        Training training = training(detector);
        Optional<Promise> promise = detector.calibration().map(known -> known.promise());
        if (promise.isEmpty() || detector.heldOut().isEmpty()) {
            return said(CalibratedDetector.fitUncalibrated(detector.fitted().detector(), training), detector);
        }
        FeatureSet held = without(detector.heldOut().get());
        return said(
                CalibratedDetector.calibrated(
                        detector.fitted().detector(), training, held, promise.get(), held.dataset()),
                detector);
    }

    /**
     * Updates a detector and calibrates it on other samples.
     *
     * @param detector what {@link #obstacle} finds nothing against, with its gallery
     * @param calibration finite features of ID samples that are not among the training samples
     * @param promise what the threshold is to keep
     * @return the new detector
     * @throws IllegalArgumentException as {@link #of(CalibratedDetector)}, or as {@link CalibratedDetector#fit(Detector,
     *     Training, FeatureSet, Promise)}
     */
    public CalibratedDetector of(CalibratedDetector detector, FeatureSet calibration, Promise promise) {
        return said(
                CalibratedDetector.fit(detector.fitted().detector(), training(detector), calibration, promise),
                detector);
    }

    private CalibratedDetector said(CalibratedDetector updated, CalibratedDetector before) {
        var said = new LinkedHashMap<>(updated.provenance().entries());
        said.put("operation", "update");
        said.put("training", before.provenance().entries().getOrDefault("training", "gallery"));
        said.put("added_rows", Integer.toString(added.map(FeatureSet::size).orElse(0)));
        said.put("removed_ids", Integer.toString(removed.size()));
        return new CalibratedDetector(
                updated.fitted(), updated.calibration(), updated.gallery(), updated.heldOut(), before.next(said));
    }

    private Training training(CalibratedDetector detector) {
        FittedDetector fitted = detector.fitted();
        String id = fitted.detector().id();
        obstacle(fitted).ifPresent(reason -> {
            throw new IllegalArgumentException(
                    "%s cannot be given more or fewer samples: it %s; fit it anew".formatted(id, reason));
        });
        Gallery gallery = detector.gallery()
                .orElseThrow(() -> new IllegalArgumentException(
                        "this %s holds no gallery, so its samples have no ids; fit it anew, with its gallery"
                                .formatted(id)));
        requireKnown(gallery, detector.heldOut());
        added.ifPresent(rows -> {
            Inputs.requireSameSpace(rows, fitted.space(), "the detector " + id);
            requireNew(rows, gallery, detector.heldOut());
        });
        FeatureSet stay =
                without(new FeatureSet(gallery.rows(), gallery.ids(), Optional.empty(), fitted.space(), "gallery"));
        FeatureSet all = added.isEmpty() ? stay : FeatureSet.concat(stay, plain(added.get(), fitted));
        Training training = Training.of(all);
        return Headed.headIfAny(fitted.space(), fitted.state())
                .map(training::with)
                .orElse(training);
    }

    private static FeatureSet plain(FeatureSet rows, FittedDetector fitted) {
        return new FeatureSet(rows.features(), rows.ids(), Optional.empty(), fitted.space(), rows.dataset());
    }

    private FeatureSet without(FeatureSet rows) {
        List<String> ids = rows.ids();
        int[] stay = IntStream.range(0, rows.size())
                .filter(row -> !removed.contains(ids.get(row)))
                .toArray();
        return stay.length == rows.size() ? rows : rows.select(stay);
    }

    private void requireKnown(Gallery gallery, Optional<FeatureSet> heldOut) {
        Set<String> unknown = new HashSet<>(removed);
        gallery.ids().forEach(unknown::remove);
        heldOut.ifPresent(rows -> rows.ids().forEach(unknown::remove));
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException("%s to be removed %s neither in the gallery nor held out: %s"
                    .formatted(
                            count(unknown.size(), "sample"),
                            unknown.size() == 1 ? "is" : "are",
                            named(unknown.stream().sorted().toList())));
        }
    }

    private void requireNew(FeatureSet rows, Gallery gallery, Optional<FeatureSet> heldOut) {
        Predicate<String> stays = id -> !removed.contains(id);
        Set<String> inGallery = gallery.ids().stream().filter(stays).collect(Collectors.toSet());
        Set<String> held = heldOut.map(FeatureSet::ids).stream()
                .flatMap(List::stream)
                .filter(stays)
                .collect(Collectors.toSet());
        var seen = new HashSet<String>();
        refuse(rows.ids().stream().filter(inGallery::contains).toList(), "in the gallery already");
        refuse(rows.ids().stream().filter(held::contains).toList(), "held out for the calibration");
        refuse(rows.ids().stream().filter(id -> !seen.add(id)).toList(), "among the added ones twice");
        heldOut.ifPresent(known -> requireOthers(rows, without(known)));
    }

    /** Copies of a held-out row under other ids: a threshold from samples that are fitted on rejects too much. */
    private static void requireOthers(FeatureSet rows, FeatureSet held) {
        long[] hashes = held.features().rowHashes();
        Map<Long, List<Integer>> known = new HashMap<>();
        for (int i = 0; i < hashes.length; i++) {
            known.computeIfAbsent(hashes[i], hash -> new ArrayList<>()).add(i);
        }
        long[] added = rows.features().rowHashes();
        var copies = new ArrayList<String>();
        for (int i = 0; i < added.length; i++) {
            float[] row = rows.features().row(i);
            FeatureMatrix others = held.features();
            Optional<Integer> same = known.getOrDefault(added[i], List.of()).stream()
                    .filter(other -> Arrays.equals(row, others.row(other)))
                    .findFirst();
            int at = i;
            same.ifPresent(other -> copies.add("%s (the features of %s)"
                    .formatted(rows.ids().get(at), held.ids().get(other))));
        }
        refuse(copies, "copies of samples held out for the calibration");
    }

    private static void refuse(List<String> ids, String what) {
        if (!ids.isEmpty()) {
            throw new IllegalArgumentException("%s to be added %s %s: %s; leave %s out"
                    .formatted(
                            count(ids.size(), "sample"),
                            ids.size() == 1 ? "is" : "are",
                            what,
                            named(ids),
                            ids.size() == 1 ? "it" : "them"));
        }
    }

    private static String count(int samples, String noun) {
        return samples + " " + noun + (samples == 1 ? "" : "s");
    }

    private static String named(List<String> ids) {
        String names = ids.stream().limit(NAMED).collect(Collectors.joining("', '", "'", "'"));
        return ids.size() > NAMED ? names + " and %d more".formatted(ids.size() - NAMED) : names;
    }

    /**
     * {@return the first number of those that rows without ids get, after a detector's own: one above the largest number among
     * the ids of its gallery and held-out samples}
     *
     * @param detector the detector they are added to
     */
    public static long nextNumber(CalibratedDetector detector) {
        return Stream.concat(
                                detector.gallery().stream().flatMap(gallery -> gallery.ids().stream()),
                                detector.heldOut().stream().flatMap(rows -> rows.ids().stream()))
                        .filter(id -> id.matches("0|[1-9][0-9]{0,17}"))
                        .mapToLong(Long::parseLong)
                        .max()
                        .orElse(-1)
                + 1;
    }
}
