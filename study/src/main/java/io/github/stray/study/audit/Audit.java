// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.audit;

import io.github.stray.audit.LabelNoise;
import io.github.stray.audit.NearDuplicates;
import io.github.stray.audit.Saturation;
import io.github.stray.detect.CalibrationSplit;
import io.github.stray.detect.Detectors;
import io.github.stray.detect.FittedDetector;
import io.github.stray.detect.Training;
import io.github.stray.extract.DatasetSource;
import io.github.stray.extract.Extraction;
import io.github.stray.extract.ExtractionOptions;
import io.github.stray.extract.FailedSample;
import io.github.stray.feature.FeatureSet;
import io.github.stray.feature.FeatureSpace;
import io.github.stray.feature.Labels;
import io.github.stray.feature.Layer;
import io.github.stray.language.ClassEmbeddings;
import io.github.stray.remedy.Remedy;
import io.github.stray.score.IdOodScores;
import io.github.stray.score.Scores;
import io.github.stray.study.audit.AuditResult.Recognition;
import io.github.stray.study.audit.Finding.DoubtfulLabel;
import io.github.stray.study.audit.Finding.IdLike;
import io.github.stray.study.audit.Finding.Kind;
import io.github.stray.study.cache.FeatureCache;
import io.github.stray.study.features.ImageFeatures;
import io.github.stray.study.features.ProgressListener;
import io.github.stray.text.Templates;
import io.github.stray.text.TextEncoder;
import io.github.stray.vision.audit.ImageReading;
import io.github.stray.vision.audit.ImageReadings;
import io.github.stray.vision.dataset.ImageInput;
import io.github.stray.vision.dataset.Selection;
import io.github.stray.vision.model.ModelStore;
import io.github.stray.vision.model.StoredModel;
import io.github.stray.vision.onnx.InferenceOptions;
import io.github.stray.vision.onnx.OnnxExtractor;
import io.github.stray.vision.onnx.Provider;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SequencedMap;

/**
 * Is a benchmark of an ID and some OOD sets sound? Looks for copies of images within and between the sets, OOD images that
 * show ID classes, labels that are probably wrong and classes that both sides have, and measures what a better detector
 * could still win. Immutable.
 *
 * @param extractor the extractor to compare images with: a name or a folder
 * @param id input of the ID training images, as {@link ImageInput} reads it
 * @param idTest input of the ID test images; where there is none, a fifth of the training images takes their part, chosen by
 *     a hash of the sample id
 * @param ood inputs of the OOD sets, at least one
 * @param classNames names of the ID classes: then the extractor's text encoder says what an image shows, instead of a probe
 *     on the labels
 * @param oodClassNames names of the classes of the one OOD set
 * @param share of the ID test images that must be recognised as ID, strictly between 0 and 1
 * @param limit images of each set, chosen by the seed; all without it
 * @param seed of choice and folds
 * @param batch images per inference call, at most
 * @param threads that read and extract images; comparing takes all processors
 * @param provider what the network runs on
 * @param cache where features are kept, if anywhere, and read from a mapped file; without one they are held in memory
 */
public record Audit(
        String extractor,
        String id,
        Optional<String> idTest,
        List<String> ood,
        Optional<List<String>> classNames,
        Optional<List<String>> oodClassNames,
        double share,
        OptionalInt limit,
        long seed,
        int batch,
        int threads,
        Provider provider,
        Optional<FeatureCache> cache) {
    private static final double HELD_OUT = 0.2;

    /** Checks what can be checked without looking at images. */
    public Audit {
        ood = List.copyOf(ood);
        if (ood.isEmpty()) {
            throw new IllegalArgumentException("an audit needs at least one OOD set, got none");
        }
        if (!(share > 0 && share < 1)) {
            throw new IllegalArgumentException(
                    "the share of ID images to recognise must lie strictly between 0 and 1, was " + share);
        }
        if (oodClassNames.isPresent() && ood.size() > 1) {
            throw new IllegalArgumentException(
                    "names of OOD classes are those of one OOD set; %d were given".formatted(ood.size()));
        }
    }

    /**
     * {@return the usual audit: a share of 0.9, all images, seed 42, batches of 8, all processors, no cache}
     *
     * @param extractor name or folder of the extractor
     * @param id input of the ID training images
     * @param ood inputs of the OOD sets
     */
    public static Audit of(String extractor, String id, List<String> ood) {
        return new Audit(
                extractor,
                id,
                Optional.empty(),
                ood,
                Optional.empty(),
                Optional.empty(),
                0.9,
                OptionalInt.empty(),
                42,
                8,
                Runtime.getRuntime().availableProcessors(),
                Provider.CPU,
                Optional.empty());
    }

    /** {@return all inputs by key of the set: {@code id}, {@code id-test}, {@code ood}, {@code ood-2}, ..} */
    public SequencedMap<String, String> inputs() {
        var inputs = new LinkedHashMap<String, String>();
        inputs.put("id", id);
        idTest.ifPresent(input -> inputs.put("id-test", input));
        for (int i = 0; i < ood.size(); i++) {
            inputs.put(i == 0 ? "ood" : "ood-" + (i + 1), ood.get(i));
        }
        return inputs;
    }

    /**
     * {@return what was found in the sets; a detector that cannot be fitted is named there, and the rest is done.
     * Nothing is written}
     *
     * @param listener told how far it has come, and of samples that cannot be read
     * @throws IllegalArgumentException if there is no such extractor, an input cannot be understood, or a set is too large
     * @throws IOException if a set cannot be read, none of its images can, or the network cannot be run
     */
    public AuditResult run(ProgressListener listener) throws IOException {
        var failed = new LinkedHashMap<String, List<FailedSample>>();
        StoredModel model = ModelStore.ofEnvironment().find(extractor);
        List<AuditSet> sets = sets(model, failed, listener);
        AuditSet idSet = sets.getFirst();
        List<AuditSet> oodSets = sets.stream().filter(AuditSet::ood).toList();

        var copies = new Copies(sets);
        NearDuplicates.Candidates candidates = copies.candidates();
        listener.begin("comparing", "pairs", candidates.size());
        List<Finding.NearCopy> near = copies.near(candidates, listener::advance);

        FeatureSet training = idSet.features();
        FeatureSet test;
        if (idTest.isPresent()) {
            test = sets.get(1).features();
        } else {
            CalibrationSplit split = CalibrationSplit.of(training, HELD_OUT);
            training = split.fitting();
            test = split.calibration();
        }
        var shared = new ArrayList<SharedClasses>();
        Optional<ClassEmbeddings> names = shareClasses(model, idSet, oodSets, shared);
        Findings<IdLike> content = Findings.missing(
                Kind.ID_CONTENT,
                "no image of %s is left over for a test; give more".formatted(id),
                Remedy.OWN_TEST_IMAGES);
        Optional<Recognition> recognition = Optional.empty();
        var saturation = new LinkedHashMap<String, Saturation>();
        var failedDetectors = new LinkedHashMap<String, String>();
        if (test.size() > 0) {
            var judge = new ContentJudge(training, test, names.orElse(null), share);
            var found = new ArrayList<IdLike>();
            oodSets.forEach(set -> found.addAll(judge.findings(set)));
            content = Findings.of(Kind.ID_CONTENT, found);
            recognition = Optional.of(new Recognition(judge.name(), judge.recognised()));
            saturate(training, test, oodSets, saturation, failedDetectors);
        }
        return new AuditResult(
                this,
                sets,
                Findings.of(Kind.EXACT_DUPLICATES, copies.exact()),
                Findings.of(Kind.NEAR_DUPLICATES, near),
                candidates.size(),
                content,
                recognition,
                labelNoise(idSet, listener),
                shared,
                test.size(),
                saturation,
                failedDetectors,
                failed);
    }

    private List<AuditSet> sets(StoredModel model, Map<String, List<FailedSample>> failed, ProgressListener listener)
            throws IOException {
        var selection = new Selection(limit, OptionalInt.empty(), seed);
        var sources = new LinkedHashMap<String, DatasetSource>();
        for (Map.Entry<String, String> input : inputs().entrySet()) {
            sources.put(input.getKey(), ImageInput.of(input.getValue(), selection));
        }
        List<Layer> layers = classNames.isEmpty() ? List.of(Layer.FEATURES) : List.of(Layer.FEATURES, Layer.EMBEDDINGS);
        var sets = new ArrayList<AuditSet>();
        try (OnnxExtractor opened = model.open(InferenceOptions.on(provider))) {
            if (cache.isEmpty()) {
                for (FeatureSpace space : opened.spaces(layers).values()) {
                    sources.forEach((key, source) -> requireHeld(key, source.size(), space.dimension()));
                }
            }
            var options = new ExtractionOptions(layers, batch, threads);
            var features = new ImageFeatures(opened, model.card(), provider, options, cache);
            for (Map.Entry<String, String> input : inputs().entrySet()) {
                DatasetSource source = Objects.requireNonNull(sources.get(input.getKey()));
                sets.add(set(features, input.getKey(), input.getValue(), source, failed, listener));
            }
        }
        return sets;
    }

    /** Says before anything is read that the features of a set will not fit one array. */
    static void requireHeld(String key, long images, int dimension) {
        int most = (Integer.MAX_VALUE - 8) / dimension;
        if (images > most) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "the set %s has %,d images, and %,d numbers an image are kept of %,d images at most; audit a part, with a limit of %d",
                    key,
                    images,
                    dimension,
                    most,
                    most));
        }
    }

    private AuditSet set(
            ImageFeatures features,
            String key,
            String input,
            DatasetSource source,
            Map<String, List<FailedSample>> failed,
            ProgressListener listener)
            throws IOException {
        listener.begin("reading " + key, "images", source.size());
        ImageReadings readings = features.readings(input, source, listener);
        listener.begin("extracting " + key, "images", source.size());
        Extraction extraction = features.of(input, source, listener);
        FeatureSet rows = extraction.requireRows(input);
        failed.put(key, extraction.failed());
        var ordered = new ArrayList<ImageReading>(rows.size());
        for (String sample : rows.ids()) {
            ImageReading reading = readings.images().get(sample);
            if (reading == null) {
                throw new IOException("%s changed while it was read: the image %s could not be read at first"
                        .formatted(input, sample));
            }
            ordered.add(reading);
        }
        return new AuditSet(key, input, source, ordered, rows);
    }

    /** Adds the classes in common with each OOD set; gives the embedded ID class names where they are to judge images. */
    private Optional<ClassEmbeddings> shareClasses(
            StoredModel model, AuditSet idSet, List<AuditSet> oodSets, List<SharedClasses> shared) throws IOException {
        List<String> names = classNames.orElse(idSet.source().classNames());
        boolean speaks = classNames.isPresent() || model.card().text().isPresent();
        boolean wanted = classNames.isPresent()
                || oodSets.stream().anyMatch(set -> !oodNames(set).isEmpty());
        if (!speaks || !wanted || !meaningful(names)) {
            for (AuditSet each : oodSets) {
                shared.add(SharedClasses.of(idSet, each, names, oodNames(each), Optional.empty(), Optional.empty()));
            }
            return Optional.empty();
        }
        try (TextEncoder encoder = TextEncoder.open(model, Provider.CPU)) {
            ClassEmbeddings embedded = encoder.classes(names, Templates.PAPER);
            for (AuditSet each : oodSets) {
                List<String> theirs = oodNames(each);
                Optional<ClassEmbeddings> texts =
                        meaningful(theirs) ? Optional.of(encoder.classes(theirs, Templates.PAPER)) : Optional.empty();
                shared.add(SharedClasses.of(idSet, each, names, theirs, Optional.of(embedded), texts));
            }
            return classNames.isPresent() ? Optional.of(embedded) : Optional.empty();
        }
    }

    private List<String> oodNames(AuditSet set) {
        return oodClassNames.orElse(set.source().classNames());
    }

    /** Names that are no mere numbers. */
    private static boolean meaningful(List<String> names) {
        return names.stream().anyMatch(name -> name.chars().anyMatch(Character::isLetter));
    }

    /** What a few detectors leave to win on each pair. A detector that cannot be fitted is named, and the others go on. */
    private static void saturate(
            FeatureSet training,
            FeatureSet test,
            List<AuditSet> oodSets,
            Map<String, Saturation> saturation,
            Map<String, String> failed) {
        record Fitted(String name, FittedDetector detector, Scores idScores) {}
        var fitted = new ArrayList<Fitted>();
        boolean classes = training.labels().map(Labels::classCount).orElse(0) > 1;
        for (String name : classes ? List.of("knn", "mahalanobis") : List.of("knn")) {
            try {
                FittedDetector detector = Detectors.parse(name).fit(Training.of(training));
                fitted.add(new Fitted(name, detector, detector.score(test)));
            } catch (IllegalArgumentException e) {
                failed.put(name, String.valueOf(e.getMessage()));
            }
        }
        for (AuditSet set : fitted.isEmpty() ? List.<AuditSet>of() : oodSets) {
            var scores = new LinkedHashMap<String, IdOodScores>();
            for (Fitted each : fitted) {
                scores.put(each.name, new IdOodScores(each.idScores, each.detector.score(set.features())));
            }
            saturation.put(set.key(), Saturation.of(scores));
        }
    }

    private Findings<DoubtfulLabel> labelNoise(AuditSet idSet, ProgressListener listener) {
        Optional<String> obstacle = LabelNoise.obstacle(idSet.features());
        if (obstacle.isPresent()) {
            return Findings.missing(Kind.LABEL_NOISE, obstacle.get(), Remedy.NONE);
        }
        listener.begin("judging labels", "folds", LabelNoise.FOLDS);
        Labels labels = idSet.features().labels().orElseThrow();
        return Findings.of(
                Kind.LABEL_NOISE,
                LabelNoise.of(idSet.features(), seed, listener::advance).stream()
                        .map(suspect -> new DoubtfulLabel(
                                idSet.sample(suspect.row()),
                                labels.nameOf(suspect.suggested()),
                                suspect.own(),
                                suspect.other(),
                                suspect.votes()))
                        .toList());
    }
}
