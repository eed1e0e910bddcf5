// SPDX-License-Identifier: Apache-2.0
package io.github.stray.detect;

import io.github.stray.feature.FeatureMatrix;
import io.github.stray.feature.FeatureSet;
import io.github.stray.internal.linalg.Simd;
import io.github.stray.provenance.Provenance;
import io.github.stray.remedy.RefusedException;
import io.github.stray.remedy.Remedy;
import io.github.stray.score.Scores;
import io.github.stray.threshold.Calibration;
import io.github.stray.threshold.Promise;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A fitted detector with what turns its scores into verdicts: what a {@code .stray} file holds. Immutable and safe for
 * concurrent use.
 *
 * @param fitted the scores
 * @param calibration threshold and p-values; absent if it was fitted without calibration
 * @param gallery training samples for the question "what is it like?"; absent if it was left out or there were none
 * @param heldOut the calibration samples themselves, kept where {@link GalleryUpdate} can score them again; else absent
 * @param provenance where it comes from
 */
public record CalibratedDetector(
        FittedDetector fitted,
        Optional<Calibration> calibration,
        Optional<Gallery> gallery,
        Optional<FeatureSet> heldOut,
        Provenance provenance) {
    private static final String SHARED_ROWS = "calibration_rows_in_training";

    /** Samples that are scored at once where they come as a stream. */
    static final int BLOCK = 1024;

    /** Share of the samples that {@link #fit(Detector, FeatureSet)} holds out. */
    public static final double DEFAULT_FRACTION = 0.2;

    /** Share of ID samples that {@link #fit(Detector, FeatureSet)} keeps. */
    public static final double DEFAULT_TPR = 0.95;

    /** What {@link #fit(Detector, FeatureSet)} promises. */
    public static final Promise DEFAULT_PROMISE = Promise.onAverage(DEFAULT_TPR);

    /**
     * A detector without its calibration samples.
     *
     * @param fitted the scores
     * @param calibration threshold and p-values; absent if it was fitted without calibration
     * @param gallery training samples; absent if it was left out or there were none
     * @param provenance where it comes from
     */
    public CalibratedDetector(
            FittedDetector fitted,
            Optional<Calibration> calibration,
            Optional<Gallery> gallery,
            Provenance provenance) {
        this(fitted, calibration, gallery, Optional.empty(), provenance);
    }

    /**
     * Fits and calibrates on samples alone, as {@link #fit(Detector, Training, Promise)} does, to keep 95 % of ID samples on
     * average.
     *
     * @param detector the method
     * @param samples finite features of ID samples
     * @return the detector with threshold and gallery
     * @throws IllegalArgumentException if the features do not suit the method
     */
    public static CalibratedDetector fit(Detector detector, FeatureSet samples) {
        return fit(detector, Training.of(samples), DEFAULT_PROMISE);
    }

    /**
     * Fits on 80 % of the samples and calibrates on the other 20 %; a method that fits nothing is calibrated on all of
     * them.
     *
     * @param detector the method
     * @param training what the method needs, with finite features of ID samples
     * @param promise what the threshold is to keep
     * @return the detector with threshold and gallery
     * @throws IllegalArgumentException if something is missing or does not suit the method, or the head was trained on a
     *     calibration sample
     */
    public static CalibratedDetector fit(Detector detector, Training training, Promise promise) {
        return detector.needs().fitted()
                ? fit(detector, training, DEFAULT_FRACTION, promise)
                : calibrated(
                        detector, training, samples(detector, training), promise, "all samples, nothing is fitted");
    }

    /**
     * Fits on a part of the samples and calibrates on the rest, chosen as {@link CalibrationSplit} says.
     *
     * @param detector the method
     * @param training what the method needs, with finite features of ID samples
     * @param fraction share held out for calibration, strictly between 0 and 1
     * @param promise what the threshold is to keep
     * @return the detector with threshold and gallery
     * @throws IllegalArgumentException if something is missing or does not suit the method, a share is out of range, or
     *     the head was trained on a calibration sample
     */
    public static CalibratedDetector fit(Detector detector, Training training, double fraction, Promise promise) {
        FeatureSet samples = samples(detector, training);
        CalibrationSplit split = detector.needs().classes()
                ? CalibrationSplit.withoutLabels(samples, fraction)
                : CalibrationSplit.of(samples, fraction);
        return calibrated(
                detector,
                training.with(split.fitting()),
                split.calibration(),
                promise,
                "a share of %s held out".formatted(fraction));
    }

    private static FeatureSet samples(Detector detector, Training training) {
        return training.samples()
                .orElseThrow(() -> new IllegalArgumentException(
                        "%s has no training samples to calibrate on; give some, or other samples to calibrate on, or no calibration"
                                .formatted(detector.id())));
    }

    /**
     * Fits on all training samples and calibrates on others.
     *
     * @param detector the method
     * @param training what the method needs; its samples may be absent if the method fits nothing
     * @param calibration finite features of ID samples that are not among the training samples
     * @param promise what the threshold is to keep
     * @return the detector with threshold and gallery
     * @throws IllegalArgumentException if something is missing or does not suit the method, if the head was trained on a
     *     calibration sample, or, for a method that is fitted, if more than half of the calibration rows are training
     *     rows; fewer, as duplicate images make, are left out of the calibration, and a note says how many
     */
    public static CalibratedDetector fit(
            Detector detector, Training training, FeatureSet calibration, Promise promise) {
        String source = calibration.dataset();
        if (!detector.needs().fitted() || training.samples().isEmpty()) {
            return calibrated(detector, training, calibration, promise, source);
        }
        FeatureSet samples = training.samples().get();
        FeatureSet others = unshared(calibration, samples.features(), samples.dataset());
        return calibrated(detector, training, others, promise, source).shared(calibration.size() - others.size());
    }

    /** Calibration rows that are not among the training rows. */
    private static FeatureSet unshared(FeatureSet calibration, FeatureMatrix training, String name) {
        int[] others = SharedRows.others(calibration.features(), training);
        int shared = calibration.size() - others.length;
        if (2L * shared > calibration.size()) {
            throw new IllegalArgumentException(
                    ("%d of the %d calibration rows of '%s' are among the training rows of '%s'; a threshold from samples"
                                    + " that were fitted on rejects too much: calibrate on others, or on a share held out")
                            .formatted(shared, calibration.size(), calibration.dataset(), name));
        }
        return shared == 0 ? calibration : calibration.select(others);
    }

    private CalibratedDetector shared(int rows) {
        return rows == 0 ? this : and(Map.of(SHARED_ROWS, Integer.toString(rows)));
    }

    /**
     * {@return the same detector with another promise, from the calibration scores it has}
     *
     * @param promise what the threshold is to keep
     * @throws IllegalArgumentException if it has no calibration scores, or too few for the promise's confidence
     */
    public CalibratedDetector calibrate(Promise promise) {
        Calibration known = calibration.orElseThrow(
                () -> new RefusedException("the detector has no calibration scores", Remedy.CALIBRATION_SAMPLES));
        return new CalibratedDetector(
                fitted,
                Optional.of(known.with(promise)),
                gallery,
                heldOut,
                next(Map.of("operation", "calibrate", "promise", promise.toString())));
    }

    /**
     * Calibrates a fitted detector on other samples. Which samples a head was trained on is not known any more.
     *
     * @param samples finite features of ID samples that are not among the training samples
     * @param promise what the threshold is to keep
     * @return the same detector with the threshold that {@link #fit(Detector, Training, FeatureSet, Promise)} gives
     * @throws IllegalArgumentException as there
     */
    public CalibratedDetector calibrate(FeatureSet samples, Promise promise) {
        boolean fits = fitted.detector().needs().fitted();
        FeatureSet others = fits && gallery.isPresent()
                ? unshared(samples, gallery.get().rows(), provenance.entries().getOrDefault("training", "training"))
                : samples;
        Calibration other = Calibration.of(fitted.score(others), promise);
        var said = new LinkedHashMap<String, String>();
        said.put("operation", "calibrate");
        said.put("promise", promise.toString());
        said.put("calibration", samples.dataset());
        said.put("calibration_rows", Integer.toString(others.size()));
        return new CalibratedDetector(fitted, Optional.of(other), gallery, kept(fitted, others), next(said))
                .shared(samples.size() - others.size());
    }

    /** What is known of this detector, made now into another. */
    Provenance next(Map<String, String> said) {
        var entries = new LinkedHashMap<>(provenance.entries());
        entries.remove(SHARED_ROWS);
        return new Provenance(entries).and(Provenance.now(said).entries());
    }

    /**
     * {@return the same detector, as the next step after the one of a file}
     *
     * @param parent the detector that this one was made of
     * @param sha256 digest of its file, 64 hexadecimal digits
     */
    public CalibratedDetector after(CalibratedDetector parent, String sha256) {
        return new CalibratedDetector(
                fitted, calibration, gallery, heldOut, provenance.after(parent.provenance, sha256));
    }

    /**
     * Fits on all samples, if there are any; verdicts and p-values stay empty.
     *
     * @param detector the method
     * @param training what the method needs
     * @return the detector, with its gallery if there are samples, without threshold
     * @throws IllegalArgumentException if something is missing or does not suit the method
     */
    public static CalibratedDetector fitUncalibrated(Detector detector, Training training) {
        FittedDetector fitted = detector.fit(training);
        return new CalibratedDetector(
                fitted, Optional.empty(), gallery(training), provenance(fitted, training, "none", 0));
    }

    private static Optional<Gallery> gallery(Training training) {
        return training.samples().map(samples -> new Gallery(samples.features(), samples.ids()));
    }

    /** Fits and calibrates on rows that are known to be others. */
    static CalibratedDetector calibrated(
            Detector detector, Training training, FeatureSet calibration, Promise promise, String source) {
        requireUnseen(detector, training, calibration);
        training.samples().ifPresent(samples -> Inputs.requireSameSpace(calibration, samples.space(), detector.id()));
        FittedDetector fitted = detector.fit(training);
        Scores scores = fitted.score(calibration);
        return new CalibratedDetector(
                fitted,
                Optional.of(Calibration.of(scores, promise)),
                gallery(training),
                kept(fitted, calibration),
                provenance(fitted, training, source, calibration.size()));
    }

    private static Optional<FeatureSet> kept(FittedDetector fitted, FeatureSet calibration) {
        return GalleryUpdate.obstacle(fitted).isPresent()
                ? Optional.empty()
                : Optional.of(new FeatureSet(
                        calibration.features(),
                        calibration.ids(),
                        Optional.empty(),
                        fitted.space(),
                        calibration.dataset()));
    }

    private static void requireUnseen(Detector detector, Training training, FeatureSet calibration) {
        if (!detector.needs().takesHead() || training.head().isEmpty()) {
            return;
        }
        int seen = training.head().get().seen().count(calibration);
        if (seen > 0) {
            throw new RefusedException(
                    ("the head was trained on %d of the %d calibration samples of '%s'; it is too sure of them, and a"
                                    + " threshold from them rejects too much")
                            .formatted(seen, calibration.size(), calibration.dataset()),
                    Remedy.UNSEEN_CALIBRATION);
        }
    }

    private static Provenance provenance(FittedDetector fitted, Training training, String calibration, int rows) {
        var inputs = new LinkedHashMap<String, String>();
        inputs.put("detector", Detectors.format(fitted.detector()));
        inputs.put("space", fitted.space().toString());
        inputs.put("training", training.samples().map(FeatureSet::dataset).orElse("none"));
        inputs.put(
                "training_rows",
                Integer.toString(training.samples().map(FeatureSet::size).orElse(0)));
        inputs.put("calibration", calibration);
        inputs.put("calibration_rows", Integer.toString(rows));
        inputs.put("simd", Simd.kernels().name());
        return Provenance.now(inputs);
    }

    /**
     * {@return the same detector without its gallery and its calibration samples: neighbours cannot be asked for, no samples
     * added, and a file of it is smaller unless the method itself keeps the training rows}
     */
    public CalibratedDetector withoutGallery() {
        return new CalibratedDetector(fitted, calibration, Optional.empty(), provenance);
    }

    /**
     * {@return the same detector with more entries in its provenance}
     *
     * @param entries what is known of its inputs
     */
    public CalibratedDetector and(Map<String, String> entries) {
        return new CalibratedDetector(fitted, calibration, gallery, heldOut, provenance.and(entries));
    }

    /** {@return what a user should know about the fit and the calibration, often nothing} */
    public List<String> notes() {
        var notes = new ArrayList<>(fitted.notes());
        calibration
                .filter(known -> known.rank() == 0)
                .ifPresent(known -> notes.add(
                        "%s too few for a TPR of %s, which takes at least %d: every sample will be judged in-distribution"
                                .formatted(
                                        known.size() == 1
                                                ? "1 calibration sample is"
                                                : known.size() + " calibration samples are",
                                        known.tpr(),
                                        Calibration.smallestSize(known.tpr()))));
        String shared = provenance.entries().get(SHARED_ROWS);
        if (shared != null) {
            notes.add("%s calibration rows are among the training rows too, as duplicate images are, and were left out"
                    .formatted(shared));
        }
        return List.copyOf(notes);
    }

    /**
     * Scores and judges samples.
     *
     * @param samples finite features of the space the detector was fitted in
     * @return one detection a sample, in order, without neighbours
     * @throws IllegalArgumentException if the samples come from another space or hold NaN or infinity
     */
    public List<Detection> detect(FeatureSet samples) {
        return detect(samples, 0);
    }

    /**
     * Scores and judges samples and names the training samples they are most like.
     *
     * @param samples finite features of the space the detector was fitted in
     * @param neighbours nearest training samples wanted for each, 0 to the size of the gallery
     * @return one detection a sample, in order
     * @throws IllegalArgumentException if the samples come from another space or hold NaN or infinity, or if more
     *     neighbours are wanted than there are
     */
    public List<Detection> detect(FeatureSet samples, int neighbours) {
        if (neighbours < 0) {
            throw new IllegalArgumentException("neighbours must be at least 0, was " + neighbours);
        }
        if (neighbours == 0) {
            return detections(samples, fitted.score(samples), Collections.nCopies(samples.size(), List.of()));
        }
        Gallery known = gallery.orElseThrow(() -> new IllegalArgumentException(
                "%d neighbours were asked for, but this detector has no gallery; fit it again with training samples"
                        .formatted(neighbours)));
        if (fitted instanceof FittedKnn knn && knn.isMadeOfNeighboursIn(known)) {
            // One search for both.
            Inputs.requireSamples(samples, knn.space(), knn.detector().id());
            var all = known.nearest(
                    samples.features(), Math.max(neighbours, knn.detector().k()));
            return detections(
                    samples,
                    knn.score(all),
                    all.stream().map(each -> each.subList(0, neighbours)).toList());
        }
        return detections(samples, fitted.score(samples), known.nearest(samples.features(), neighbours));
    }

    private List<Detection> detections(FeatureSet samples, Scores scores, List<List<Neighbour>> nearest) {
        return IntStream.range(0, scores.size())
                .mapToObj(i -> detection(samples, i, scores.get(i), nearest.get(i)))
                .toList();
    }

    private Detection detection(FeatureSet samples, int row, double score, List<Neighbour> nearest) {
        return new Detection(
                samples.ids().get(row),
                score,
                calibration.map(known -> known.verdict(score)),
                calibration.stream().mapToDouble(known -> known.pValue(score)).findFirst(),
                samples.labels().stream().mapToInt(labels -> labels.get(row)).findFirst(),
                nearest);
    }

    /**
     * Scores and judges samples a block of 1,024 at a time, for features that are mapped rather than in memory.
     *
     * @param samples finite features of the space the detector was fitted in
     * @param neighbours nearest training samples wanted for each, 0 to the size of the gallery
     * @param sink receives one detection a sample, in order
     * @throws IOException if the sink fails
     * @throws IllegalArgumentException as {@link #detect(FeatureSet, int)}
     */
    public void detect(FeatureSet samples, int neighbours, DetectionSink sink) throws IOException {
        for (int from = 0; from < samples.size(); from += BLOCK) {
            int to = Math.min(samples.size(), from + BLOCK);
            sink.accept(detect(samples.select(IntStream.range(from, to).toArray()), neighbours));
        }
    }
}
