// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.run;

import io.github.stray.accuracy.KnnAccuracy;
import io.github.stray.detect.Detector;
import io.github.stray.detect.Detectors;
import io.github.stray.detect.FittedDetector;
import io.github.stray.detect.Training;
import io.github.stray.feature.FeatureSet;
import io.github.stray.feature.Labels;
import io.github.stray.feature.Layer;
import io.github.stray.metric.FprAtTpr;
import io.github.stray.metric.OodReport;
import io.github.stray.score.IdOodScores;
import io.github.stray.score.Scores;
import io.github.stray.store.BadFileException;
import io.github.stray.study.result.Cell;
import io.github.stray.study.result.Comparison;
import io.github.stray.study.result.Comparison.OneClass;
import io.github.stray.study.result.Comparison.Versus;
import io.github.stray.study.result.HeadSource;
import io.github.stray.study.result.Outcome;
import io.github.stray.study.result.Outcome.Failed;
import io.github.stray.study.result.Outcome.Measured;
import io.github.stray.study.result.Outcome.NotApplicable;
import io.github.stray.study.result.UnitStore;
import io.github.stray.study.result.UnitStore.Scored;
import io.github.stray.study.result.UnitStore.Unit;
import io.github.stray.vision.onnx.InferenceUnavailableException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/** The detectors of one extractor on one pair: each is fitted once and scored on every OOD set, unless that was done before. */
record PairWork(PairInputs inputs, SideInputs side, UnitStore store, StudyListener listener, Set<String> notes) {
    /** The notes are what detectors say when they are fitted. */
    PairWork(PairInputs inputs, UnitStore store, StudyListener listener) {
        this(inputs, new SideInputs(inputs), store, listener, new LinkedHashSet<>());
    }

    /** Where logits and heads come from. */
    HeadSource heads() {
        return side.heads();
    }

    /** One cell an OOD set; fails only where finished work cannot be read or written. */
    List<Cell> run(String text) throws IOException {
        Detector detector = Detectors.parse(text);
        Optional<String> missing;
        String name;
        try {
            missing = side.missing(detector);
            name = missing.isPresent() ? "" : name(detector);
        } catch (IOException | RuntimeException e) {
            return everywhere(text, new Failed(reason(e)));
        }
        if (missing.isPresent()) {
            return everywhere(text, new NotApplicable(missing.get()));
        }
        Optional<Unit> done = find(name);
        if (done.isEmpty()) {
            try {
                done = Optional.of(compute(detector));
            } catch (InferenceUnavailableException e) {
                throw e;
            } catch (IOException | RuntimeException e) {
                return everywhere(text, new Failed(reason(e)));
            }
            store.write(name, done.get());
        }
        for (String note : done.get().notes()) {
            notes.add(
                    "%s, %s, %s: %s".formatted(inputs.extractor(), inputs.pair().name(), text, note));
        }
        return measured(text, name, done.get());
    }

    private Optional<Unit> find(String name) throws IOException {
        try {
            return store.find(name);
        } catch (BadFileException | NumberFormatException damaged) {
            listener.message("note: finished work is damaged and is done again: %s".formatted(damaged.getMessage()));
            store.forget(name);
            return Optional.empty();
        }
    }

    static String reason(Exception e) {
        String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        return message.replaceAll("\\s+", " ");
    }

    private String name(Detector detector) throws IOException {
        var name = new UnitName()
                .and(Detectors.format(detector))
                .and(inputs.pair().protocol().toString())
                .and(inputs.suite().convention().toString())
                .and(Long.toString(inputs.suite().seed()))
                .and(inputs.train().digest())
                .and(inputs.test().digest());
        inputs.oods().forEach(ood -> name.and(ood.features().digest()));
        side.describe(detector, name);
        return name.digest();
    }

    private List<Cell> everywhere(String detector, Outcome outcome) {
        return comparisons().stream()
                .map(comparison -> cell(comparison, detector, outcome))
                .toList();
    }

    private List<Cell> measured(String detector, String unit, Unit done) {
        List<Comparison> comparisons = comparisons();
        return IntStream.range(0, comparisons.size())
                .mapToObj(k -> cell(
                                comparisons.get(k),
                                detector,
                                done.scored().get(k).measured())
                        .scoredIn(unit, k))
                .toList();
    }

    private List<Comparison> comparisons() {
        if (!inputs.oneClass()) {
            return inputs.oods().stream()
                    .<Comparison>map(
                            ood -> new Versus(ood.ood().set(), ood.ood().group()))
                    .toList();
        }
        Optional<Labels> known = inputs.train().features().labels();
        if (known.isEmpty()) {
            return List.of(new OneClass(Optional.empty()));
        }
        boolean named = !known.get().classNames().isEmpty();
        return IntStream.range(0, known.get().classCount())
                .<Comparison>mapToObj(
                        c -> new OneClass(Optional.of(named ? known.get().nameOf(c) : "class " + c)))
                .toList();
    }

    private Cell cell(Comparison comparison, String detector, Outcome outcome) {
        return new Cell(inputs.extractor(), inputs.pair().name(), comparison, detector, outcome);
    }

    private Unit compute(Detector detector) throws IOException {
        long start = System.nanoTime();
        Training given = side.training(detector);
        boolean head = given.head().isPresent();
        List<Layer> trainingLayers = detector.needs().trainingSampleLayers(head);
        List<Layer> layers = detector.needs().sampleLayers(head);
        FeatureSet train = inputs.train().layers(trainingLayers);
        FeatureSet test = inputs.test().layers(layers);
        var notes = new LinkedHashSet<String>();
        List<Scored> scored = inputs.oneClass()
                ? oneClass(detector, given, train, test, notes)
                : standard(detector, given, train, test, layers, notes);
        return new Unit(scored, List.copyOf(notes), (System.nanoTime() - start) / 1e9);
    }

    private List<Scored> standard(
            Detector detector,
            Training given,
            FeatureSet train,
            FeatureSet test,
            List<Layer> layers,
            Set<String> notes) {
        FittedDetector fitted = detector.fit(given.with(train));
        notes.addAll(fitted.notes());
        Scores id = fitted.score(test);
        var scored = new ArrayList<Scored>();
        for (PairInputs.OodFeatures ood : inputs.oods()) {
            scored.add(scored(new IdOodScores(id, fitted.score(ood.features().layers(layers)))));
        }
        return scored;
    }

    private List<Scored> oneClass(
            Detector detector, Training given, FeatureSet train, FeatureSet test, Set<String> notes) {
        Labels trained = labels(train);
        Labels tested = labels(test);
        requireSameClasses(trained, tested);
        var scored = new ArrayList<Scored>();
        for (int c = 0; c < trained.classCount(); c++) {
            int one = c;
            FittedDetector fitted = detector.fit(given.with(
                    train.select(rows(trained, label -> label == one)).withoutLabels()));
            notes.addAll(fitted.notes());
            scored.add(scored(new IdOodScores(
                    fitted.score(test.select(rows(tested, label -> label == one))),
                    fitted.score(test.select(rows(tested, label -> label != one))))));
        }
        return scored;
    }

    private static Labels labels(FeatureSet set) {
        return set.labels()
                .orElseThrow(() -> new IllegalArgumentException(
                        "the one-class protocol needs labels, '%s' has none".formatted(set.dataset())));
    }

    private static void requireSameClasses(Labels trained, Labels tested) {
        int named = Math.min(trained.classNames().size(), tested.classNames().size());
        for (int c = 0; c < named; c++) {
            if (!trained.nameOf(c).equals(tested.nameOf(c))) {
                throw new IllegalArgumentException(
                        "the one-class protocol needs the same classes on both sides: class %d is '%s' in the training set and '%s' in the test set"
                                .formatted(c, trained.nameOf(c), tested.nameOf(c)));
            }
        }
    }

    private static int[] rows(Labels labels, IntPredicate wanted) {
        return IntStream.range(0, labels.size())
                .filter(i -> wanted.test(labels.get(i)))
                .toArray();
    }

    private Scored scored(IdOodScores scores) {
        OodReport report =
                OodReport.of(scores, FprAtTpr.DEFAULT_TPR, inputs.suite().convention());
        return new Scored(Measured.of(report), scores);
    }

    /** k-NN accuracy on the ID test set, where it has labels and the gallery is large enough. */
    Optional<Double> accuracy() throws IOException {
        FeatureSet train = inputs.train().features();
        FeatureSet test = inputs.test().features();
        if (inputs.oneClass()
                || train.labels().isEmpty()
                || test.labels().isEmpty()
                || train.size() < KnnAccuracy.DEFAULT.k()) {
            return Optional.empty();
        }
        String name = new UnitName()
                .and("accuracy")
                .and(inputs.train().digest())
                .and(inputs.test().digest())
                .digest();
        Optional<Double> known = store.number(name);
        if (known.isEmpty()) {
            known = Optional.of(KnnAccuracy.DEFAULT.of(train, test));
            store.writeNumber(name, known.get());
        }
        return known;
    }
}
