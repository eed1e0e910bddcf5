// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.run;

import static io.github.stray.store.JsonRow.row;

import io.github.stray.detect.Detectors;
import io.github.stray.extract.FailedSample;
import io.github.stray.feature.FeatureSet;
import io.github.stray.feature.FeatureSpace;
import io.github.stray.feature.Layer;
import io.github.stray.provenance.Provenance;
import io.github.stray.store.StagedFolder;
import io.github.stray.study.cache.CacheFailedException;
import io.github.stray.study.cache.FeatureCache;
import io.github.stray.study.result.Cell;
import io.github.stray.study.result.Comparison;
import io.github.stray.study.result.Comparison.OneClass;
import io.github.stray.study.result.Comparison.Versus;
import io.github.stray.study.result.ExtractorResult;
import io.github.stray.study.result.FeatureMap;
import io.github.stray.study.result.HeadSource;
import io.github.stray.study.result.Outcome.Failed;
import io.github.stray.study.result.SetResult;
import io.github.stray.study.result.StudyResults;
import io.github.stray.study.result.UnitStore;
import io.github.stray.study.suite.Suite;
import io.github.stray.study.suite.SuiteExtractor;
import io.github.stray.study.suite.SuiteOod;
import io.github.stray.study.suite.SuitePair;
import io.github.stray.study.suite.SuiteSet;
import io.github.stray.vision.model.ModelStore;
import io.github.stray.vision.onnx.InferenceUnavailableException;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Runs a suite. Every image is decoded once for each extractor, features come from the cache where they are there, every
 * detector is fitted once for each extractor and ID set, and what is finished is kept in {@link StudyOptions#folder()}, so a
 * study that was interrupted goes on where it was. Failures are cells, not exceptions, unless nothing can be written.
 */
public final class StudyRunner {
    private static final int ROWS_OF_A_STEP = 20;
    private static final String UNNAMED = "features";

    private final Suite suite;
    private final StudyOptions options;
    private final ModelStore models;
    private final StudyListener listener;
    private final UnitStore store;
    private final ImageSets images;
    private final FeatureProvider features;
    private final List<Cell> cells = new ArrayList<>();
    private final List<ExtractorResult> extractors = new ArrayList<>();
    private final Map<String, SetResult> sets = new LinkedHashMap<>();
    private final Set<String> notes = new LinkedHashSet<>();

    private StudyRunner(
            Suite suite, StudyOptions options, ModelStore models, FeatureCache cache, StudyListener listener) {
        this.suite = suite;
        this.options = options;
        this.models = models;
        this.listener = listener;
        this.store = new UnitStore(options.folder());
        this.images = new ImageSets(suite.seed());
        this.features = new FeatureProvider(cache, images, options, suite.seed(), listener);
    }

    /**
     * {@return what a suite gave; {@link StudyResults#complete()} says whether everything went well}
     *
     * @param suite what to compare
     * @param options how
     * @param models where installed extractors lie
     * @param cache where features are kept
     * @param listener told how far it has come
     * @throws IOException if cache or folder cannot be written; what was finished before is kept
     * @throws InferenceUnavailableException if networks cannot be run here, or not on what the options name
     */
    public static StudyResults run(
            Suite suite, StudyOptions options, ModelStore models, FeatureCache cache, StudyListener listener)
            throws IOException {
        return new StudyRunner(suite, options, models, cache, listener).run();
    }

    private StudyResults run() throws IOException {
        Instant started = Instant.now();
        listener.plan(steps());
        if (suite.extractors().isEmpty()) {
            for (Map.Entry<String, List<SuitePair>> each : pairsByExtractor().entrySet()) {
                extractor(each.getKey(), each.getValue(), Optional.empty());
            }
        }
        // For networks that the suite describes: they are not the user's to keep, and too large for /tmp, which may be
        // memory.
        try (StagedFolder temporary = StagedFolder.in(options.folder(), "networks")) {
            for (SuiteExtractor entry : suite.extractors()) {
                network(entry, ModelStore.at(temporary.path()));
            }
        }
        List<Cell> ranked = new Ranking(store).of(sorted());
        var provenance = new LinkedHashMap<>(Provenance.now(options.inputs()).entries());
        provenance.remove("created");
        Processor.name().ifPresent(name -> provenance.put("processor", name));
        provenance.put("processors", Integer.toString(Runtime.getRuntime().availableProcessors()));
        provenance.put("provider", options.provider().id());
        var times = row(
                "started", started.truncatedTo(ChronoUnit.SECONDS).toString(),
                "finished", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        return new StudyResults(
                suite,
                options.limit(),
                extractors,
                suite.sets().keySet().stream()
                        .flatMap(name -> Optional.ofNullable(sets.get(name)).stream())
                        .toList(),
                ranked,
                maps(ranked),
                List.copyOf(notes),
                provenance,
                times);
    }

    /** Drawn from what was used before; a pair without numbers has none. */
    private List<FeatureMap> maps(List<Cell> ranked) throws IOException {
        var maps = new ArrayList<FeatureMap>();
        var drawing = new FeatureMaps(store, this::known);
        for (SuitePair pair : suite.pairs()) {
            List<Cell> own = ranked.stream()
                    .filter(cell -> cell.pair().equals(pair.name()))
                    .toList();
            try {
                maps.addAll(drawing.of(pair.train(), pair.test(), own));
            } catch (SetFailedException | IllegalArgumentException e) {
                notes.add("%s: features cannot be drawn: %s".formatted(pair.name(), e.getMessage()));
            }
        }
        return maps;
    }

    private FeatureSet known(String extractor, String set) throws SetFailedException {
        return suite.set(set).features().isPresent()
                ? features.ofFile(suite.set(set), most(set)).features()
                : features.known(suite.set(set), extractor).features();
    }

    private long steps() {
        List<String> images = suite.pairs().stream()
                .flatMap(StudyRunner::sets)
                .distinct()
                .filter(name -> suite.set(name).input().isPresent())
                .toList();
        images.parallelStream().forEach(this::size);
        long steps = images.stream().mapToLong(this::size).sum();
        for (SuitePair pair : suite.pairs()) {
            long rows = sets(pair).mapToLong(this::size).sum();
            steps += suite.detectors().size() * rows / ROWS_OF_A_STEP;
        }
        return steps * Math.max(1, suite.extractors().size());
    }

    private static Stream<String> sets(SuitePair pair) {
        return Stream.concat(
                Stream.of(pair.train(), pair.test()), pair.ood().stream().map(SuiteOod::set));
    }

    /** For the plan only: a set that cannot be opened is told of where it is needed. */
    private long size(String name) {
        SuiteSet set = suite.set(name);
        try {
            return set.input().isPresent()
                    ? images.open(set, FeatureProvider.limit(set, most(name)))
                            .source()
                            .size()
                    : features.ofFile(set, most(name)).size();
        } catch (SetFailedException toldLater) {
            return 0;
        }
    }

    /** Test sets are limited, a set that anything is fitted to never is. */
    private OptionalInt most(String name) {
        return suite.pairs().stream().anyMatch(pair -> pair.train().equals(name))
                ? OptionalInt.empty()
                : options.limit();
    }

    private void network(SuiteExtractor entry, ModelStore temporary) throws IOException {
        boolean patches = suite.detectors().stream()
                .anyMatch(text -> Detectors.parse(text).needs().layers().contains(Layer.PATCHES));
        StudyNetwork network;
        try {
            network = StudyNetwork.of(entry, models, temporary, options.provider(), patches);
        } catch (IOException | IllegalArgumentException e) {
            String reason = PairWork.reason(e);
            listener.message("stray: extractor %s: %s".formatted(entry.name(), reason));
            for (SuitePair pair : suite.pairs()) {
                fail(pair, entry.name(), pair.ood(), reason);
            }
            extractors.add(new ExtractorResult(
                    entry.name(), "", "", 0, HeadSource.NONE, OptionalLong.empty(), OptionalDouble.empty(), Map.of()));
            return;
        }
        try (network) {
            extractor(network.name(), suite.pairs(), Optional.of(network));
        }
    }

    /** Files of features name their extractor; a pair that cannot be read goes with the others. */
    private Map<String, List<SuitePair>> pairsByExtractor() {
        var names = new LinkedHashMap<SuitePair, String>();
        for (SuitePair pair : suite.pairs()) {
            extractorOf(pair).ifPresent(name -> names.put(pair, name));
        }
        String other = names.values().stream().findFirst().orElse(UNNAMED);
        return suite.pairs().stream()
                .collect(Collectors.groupingBy(
                        pair -> names.getOrDefault(pair, other), LinkedHashMap::new, Collectors.toList()));
    }

    private Optional<String> extractorOf(SuitePair pair) {
        try {
            SetFeatures train = features.ofFile(suite.set(pair.train()), most(pair.train()));
            return Optional.of(train.features().space().extractor().orElse(UNNAMED));
        } catch (SetFailedException toldLater) {
            return Optional.empty();
        }
    }

    private void extractor(String name, List<SuitePair> pairs, Optional<StudyNetwork> network) throws IOException {
        var accuracy = new LinkedHashMap<String, Double>();
        Optional<FeatureSpace> space = Optional.empty();
        HeadSource head = HeadSource.NONE;
        for (SuitePair pair : pairs) {
            try {
                SetFeatures train = features(pair.train(), network);
                space = Optional.of(train.features().space());
                SetFeatures test = features(pair.test(), network);
                PairInputs inputs = new PairInputs(suite, pair, name, network, train, test, oods(pair, name, network));
                PairWork work = new PairWork(inputs, store, listener);
                head = work.heads();
                detectors(inputs, work);
                accuracy(work, pair, name, accuracy);
            } catch (SetFailedException e) {
                listener.message("stray: %s".formatted(e.reason()));
                fail(pair, name, pair.ood(), e.reason());
            }
        }
        extractors.add(result(name, network, space, head, accuracy));
    }

    private ExtractorResult result(
            String name,
            Optional<StudyNetwork> network,
            Optional<FeatureSpace> space,
            HeadSource head,
            Map<String, Double> accuracy)
            throws IOException {
        return new ExtractorResult(
                name,
                network.map(each -> each.card().weightsSha256())
                        .or(() -> space.flatMap(FeatureSpace::weightsSha256))
                        .orElse(""),
                network.map(each -> each.card().preprocessing().describe()).orElse(""),
                space.map(FeatureSpace::dimension).orElse(0),
                head,
                network.isPresent() ? OptionalLong.of(network.get().bytes()) : OptionalLong.empty(),
                features.rate(name).map(OptionalDouble::of).orElse(OptionalDouble.empty()),
                accuracy);
    }

    private void accuracy(PairWork work, SuitePair pair, String extractor, Map<String, Double> accuracy)
            throws IOException {
        try {
            work.accuracy().ifPresent(value -> accuracy.put(pair.name(), value));
        } catch (IllegalArgumentException e) {
            notes.add("%s, %s: no k-NN accuracy: %s".formatted(extractor, pair.name(), e.getMessage()));
        }
    }

    private List<PairInputs.OodFeatures> oods(SuitePair pair, String extractor, Optional<StudyNetwork> network)
            throws CacheFailedException {
        var oods = new ArrayList<PairInputs.OodFeatures>();
        for (SuiteOod ood : pair.ood()) {
            try {
                oods.add(new PairInputs.OodFeatures(ood, features(ood.set(), network)));
            } catch (SetFailedException e) {
                listener.message("stray: %s".formatted(e.reason()));
                fail(pair, extractor, List.of(ood), e.reason());
            }
        }
        return oods;
    }

    private SetFeatures features(String name, Optional<StudyNetwork> network)
            throws SetFailedException, CacheFailedException {
        SuiteSet set = suite.set(name);
        SetFeatures found = network.isPresent()
                ? features.ofImages(set, network.get(), most(name))
                : features.ofFile(set, most(name));
        SetResult known = sets.get(name);
        var failed = new LinkedHashSet<FailedSample>(known == null ? List.of() : known.failed());
        failed.addAll(found.failed());
        String fingerprint = network.isPresent()
                ? images.open(set, FeatureProvider.limit(set, most(name))).fingerprint()
                : found.digest();
        sets.put(name, new SetResult(name, set.source(), fingerprint, found.size(), List.copyOf(failed)));
        return found;
    }

    private void detectors(PairInputs inputs, PairWork work) throws IOException {
        boolean nothing = inputs.oods().isEmpty() && !inputs.oneClass();
        for (String detector : suite.detectors()) {
            if (!nothing) {
                List<Cell> row = work.run(detector);
                cells.addAll(row);
                failures(row);
            }
            listener.advance(inputs.rows() / ROWS_OF_A_STEP);
        }
        notes.addAll(work.notes());
    }

    private void failures(List<Cell> row) {
        row.stream()
                .filter(cell -> cell.outcome() instanceof Failed)
                .findFirst()
                .ifPresent(cell -> listener.message("stray: failed: %s, %s, %s: %s"
                        .formatted(
                                cell.extractor(), cell.pair(), cell.detector(), ((Failed) cell.outcome()).reason())));
    }

    private void fail(SuitePair pair, String extractor, List<SuiteOod> oods, String reason) {
        var comparisons = new ArrayList<Comparison>();
        oods.forEach(ood -> comparisons.add(new Versus(ood.set(), ood.group())));
        if (pair.protocol() == SuitePair.Protocol.ONE_CLASS) {
            comparisons.add(new OneClass(Optional.empty()));
        }
        for (String detector : suite.detectors()) {
            for (Comparison comparison : comparisons) {
                cells.add(new Cell(extractor, pair.name(), comparison, detector, new Failed(reason)));
            }
        }
    }

    /** In the order of the suite: failed cells come late. */
    private List<Cell> sorted() {
        List<String> names =
                suite.extractors().stream().map(SuiteExtractor::name).toList();
        List<String> pairs = suite.pairs().stream().map(SuitePair::name).toList();
        Map<String, List<String>> oods = suite.pairs().stream()
                .collect(Collectors.toMap(
                        SuitePair::name,
                        pair -> pair.ood().stream().map(SuiteOod::set).toList()));
        return cells.stream()
                .sorted(Comparator.<Cell>comparingInt(cell -> names.indexOf(cell.extractor()))
                        .thenComparingInt(cell -> pairs.indexOf(cell.pair()))
                        .thenComparingInt(cell -> suite.detectors().indexOf(cell.detector()))
                        .thenComparingInt(cell -> Objects.requireNonNull(oods.get(cell.pair()))
                                .indexOf(cell.comparison().name())))
                .toList();
    }
}
