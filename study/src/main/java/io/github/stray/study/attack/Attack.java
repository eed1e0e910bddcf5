// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.attack;

import io.github.stray.detect.CalibrationSplit;
import io.github.stray.detect.Detector;
import io.github.stray.detect.Detectors;
import io.github.stray.detect.Needs;
import io.github.stray.detect.Training;
import io.github.stray.extract.DatasetSource;
import io.github.stray.extract.Extraction;
import io.github.stray.extract.ExtractionOptions;
import io.github.stray.extract.FailedSample;
import io.github.stray.extract.ImageContent.Pixels;
import io.github.stray.feature.FeatureSet;
import io.github.stray.feature.Layer;
import io.github.stray.probe.LinearHead;
import io.github.stray.remedy.RefusedException;
import io.github.stray.remedy.Remedy;
import io.github.stray.study.attack.AttackResult.AttackedImage;
import io.github.stray.study.attack.AttackResult.Example;
import io.github.stray.study.cache.FeatureCache;
import io.github.stray.study.features.ImageFeatures;
import io.github.stray.study.features.ProgressListener;
import io.github.stray.text.Templates;
import io.github.stray.text.TextEncoder;
import io.github.stray.vision.attack.AdversarialAttack;
import io.github.stray.vision.attack.AttackRecipe;
import io.github.stray.vision.attack.ImageGradient;
import io.github.stray.vision.card.ExtractorCard;
import io.github.stray.vision.dataset.ImageInput;
import io.github.stray.vision.dataset.Selection;
import io.github.stray.vision.model.ModelStore;
import io.github.stray.vision.model.StoredModel;
import io.github.stray.vision.onnx.InferenceOptions;
import io.github.stray.vision.onnx.OnnxExtractor;
import io.github.stray.vision.onnx.Provider;
import io.github.stray.vision.preprocess.PreparedSink;
import io.github.stray.vision.preprocess.Preprocessing;
import io.github.stray.vision.preprocess.PreprocessingStage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/**
 * Pushes OOD images towards the features of ID images by the gradient of the very network that is deployed, and measures
 * what detectors then make of them. Immutable.
 *
 * @param extractor the extractor to attack, in float32: a name or a folder
 * @param id input of the ID training images, the gallery that targets are drawn from
 * @param idTest input of the ID test images; where there is none, a fifth of the training images is held out, chosen by a
 *     hash of the sample id
 * @param ood input of the images to attack
 * @param limit images to attack, and ID test images; the gallery stays whole. All without it
 * @param recipe how images are pushed; its seed also chooses them
 * @param detectors detectors to test, as {@link Detectors#parse} reads them; where there are none, knn and what else goes
 *     with the classes, class names and head that there are
 * @param classNames names of the ID classes, for detectors that read language
 * @param head a linear head on the features, for detectors that take one
 * @param batch images attacked at once; memory grows with it
 * @param threads threads in all
 * @param provider what the network runs on
 * @param cache where features of images are kept, if anywhere; those of attacked images are not
 */
public record Attack(
        String extractor,
        String id,
        Optional<String> idTest,
        String ood,
        OptionalInt limit,
        AttackRecipe recipe,
        List<String> detectors,
        Optional<List<String>> classNames,
        Optional<LinearHead> head,
        int batch,
        int threads,
        Provider provider,
        Optional<FeatureCache> cache) {
    private static final double HELD_OUT = 0.2;

    /** Checks the ranges. */
    public Attack {
        detectors = List.copyOf(detectors);
        if (batch < 1 || threads < 1) {
            throw new IllegalArgumentException(
                    "batch and threads must be at least 1, were %d and %d".formatted(batch, threads));
        }
    }

    /**
     * Attacks the images. Each finished batch is kept in the folder: an attack that was interrupted goes on where it was.
     *
     * @param folder for the images and what is known of them
     * @param replace whether the folder may hold another attack, which goes, or anything else, which stays
     * @param listener told how far it has come, and of samples that cannot be read
     * @return what came out
     * @throws RefusedException if something is lacking that the caller can give
     * @throws IllegalArgumentException if an input or a detector cannot be understood, or a detector cannot be fitted
     * @throws IOException if a set cannot be read, the network has no gradient, or a file cannot be written
     */
    public AttackResult run(Path folder, boolean replace, ProgressListener listener) throws IOException {
        var sources = new Sources(
                ImageInput.of(id, Selection.ALL),
                ImageInput.of(ood, new Selection(limit, OptionalInt.empty(), recipe.seed())));
        StoredModel model = ModelStore.ofEnvironment().find(extractor);
        Map<String, Detector> parsed = parsed(sources.gallery.classNames().size());
        var target = new AttackFolder(folder, settings(model.card(), sources));
        if (!replace) {
            target.require();
        }
        Training given = given(model, listener);
        try (OnnxExtractor opened = model.open(InferenceOptions.on(provider));
                ImageGradient gradient = ImageGradient.open(
                        model, opened.output(AttackRun.LAYER), batch, new InferenceOptions(threads, provider))) {
            return run(target, model.card(), opened, gradient, parsed, given, sources, listener);
        }
    }

    record Sources(DatasetSource gallery, DatasetSource ood) {}

    private AttackResult run(
            AttackFolder target,
            ExtractorCard card,
            OnnxExtractor opened,
            ImageGradient gradient,
            Map<String, Detector> parsed,
            Training given,
            Sources sources,
            ProgressListener listener)
            throws IOException {
        List<Layer> layers = layers(parsed);
        var options = new ExtractionOptions(layers, ExtractionOptions.of(layers).batch(), threads);
        var sets = new Sets(new ImageFeatures(opened, card, provider, options, cache), listener, new ArrayList<>());
        FeatureSet gallery = sets.read(id, sources.gallery);
        FeatureSet test;
        if (idTest.isPresent()) {
            var chosen = new Selection(limit, OptionalInt.empty(), recipe.seed());
            test = sets.read(idTest.get(), ImageInput.of(idTest.get(), chosen));
        } else {
            CalibrationSplit split = CalibrationSplit.of(gallery, HELD_OUT);
            test = limited(split.calibration());
            if (test.size() == 0) {
                throw new RefusedException(
                        "%s has %d images, too few to hold a fifth of them out for testing: give more, or ID test images"
                                .formatted(id, gallery.size()),
                        Remedy.TEST_IMAGES);
            }
            gallery = split.fitting();
        }
        FeatureSet clean = sets.read(ood, sources.ood);
        int[] targets = recipe.targets(clean.size(), gallery.size());
        var fitted = new ArrayList<AttackedDetector>();
        for (Map.Entry<String, Detector> detector : parsed.entrySet()) {
            fitted.add(AttackedDetector.fit(detector.getKey(), detector.getValue(), given, gallery, targets));
        }
        target.begin();
        long start = System.nanoTime();
        Preprocessing preprocessing = opened.preprocessing();
        var run = new AttackRun(
                target,
                new AdversarialAttack(recipe, preprocessing, gradient),
                opened,
                layers,
                gallery,
                targets,
                batch);
        push(run, preprocessing, sources.ood, clean.size(), listener);
        double seconds = (System.nanoTime() - start) / 1e9;
        AttackFigures.Ood rows = run.features(clean);
        var figures = new ArrayList<AttackFigures>();
        for (AttackedDetector detector : fitted) {
            figures.addAll(detector.figures(test, rows));
        }
        List<AttackedImage> images = run.finished();
        List<Example> examples = AttackExamples.pick(
                images, targets, rows, figures.getFirst().scores(), gallery, preprocessing, sources);
        return new AttackResult(
                this,
                target.path(),
                sources.ood.name(),
                sources.gallery.name(),
                gallery.size(),
                Math.toIntExact(Arrays.stream(targets).distinct().count()),
                test.size(),
                images,
                figures,
                examples,
                run.reused(),
                run.reused() == 0 ? OptionalDouble.of(seconds / images.size()) : OptionalDouble.empty(),
                sets.failed);
    }

    /** Everything that the attacked images depend on. */
    private String settings(ExtractorCard card, Sources sources) {
        return "%s layer=%s %s weights=%s %s id=%s id-test=%s ood=%s batch=%d"
                .formatted(
                        recipe,
                        AttackRun.LAYER,
                        card.layers().get(AttackRun.LAYER),
                        card.weightsSha256(),
                        card.preprocessing(),
                        sources.gallery.fingerprint(),
                        idTest.isPresent() ? "given" : "split",
                        sources.ood.fingerprint(),
                        batch);
    }

    private Map<String, Detector> parsed(int classes) {
        var texts = new LinkedHashSet<>(detectors);
        if (texts.isEmpty()) {
            texts.add("knn");
            if (classes > 1) {
                texts.addAll(List.of("mahalanobis", "linear-probe"));
            }
            if (classNames.isPresent()) {
                texts.addAll(List.of("mcm", "plp"));
            }
            if (head.isPresent()) {
                texts.add("energy");
            }
        }
        var parsed = new LinkedHashMap<String, Detector>();
        for (String text : texts) {
            Detector detector = Detectors.parse(text);
            Needs needs = detector.needs();
            if (needs.labels() && classes == 0) {
                throw new IllegalArgumentException(
                        "%s needs labels, and %s has none: give images in one folder a class".formatted(text, id));
            }
            if (needs.classes() && classNames.isEmpty()) {
                throw new RefusedException("%s reads language: give class names".formatted(text), Remedy.CLASS_NAMES);
            }
            if (needs.head() == Needs.Head.REQUIRED && head.isEmpty()) {
                throw new RefusedException("%s needs a linear head".formatted(text), Remedy.HEAD_OF_EXTRACTOR);
            }
            if (needs.negatives() || needs.layers().contains(Layer.PATCHES)) {
                throw new IllegalArgumentException(
                        "%s cannot be tested here: it needs negative words or patches".formatted(text));
            }
            parsed.put(text, detector);
        }
        if (head.isPresent()
                && parsed.values().stream()
                        .noneMatch(detector -> detector.needs().takesHead())) {
            throw new RefusedException(
                    "none of the detectors takes a head: leave it out, or name one that does",
                    Remedy.DETECTOR_WITH_HEAD);
        }
        return parsed;
    }

    private Training given(StoredModel model, ProgressListener listener) throws IOException {
        Training given = head.map(Training.NOTHING::with).orElse(Training.NOTHING);
        if (classNames.isEmpty()) {
            return given;
        }
        try (TextEncoder encoder = TextEncoder.open(model, Provider.CPU)) {
            int prompts = classNames.get().size() * Templates.PAPER.lines().size();
            listener.begin("encoding", "prompts", prompts);
            return given.with(encoder.classes(classNames.get(), Templates.PAPER, listener::advance));
        }
    }

    private List<Layer> layers(Map<String, Detector> parsed) {
        var layers = new LinkedHashSet<>(List.of(AttackRun.LAYER));
        parsed.values().forEach(detector -> layers.addAll(detector.needs().trainingSampleLayers(head.isPresent())));
        return List.copyOf(layers);
    }

    /** Reads sets, and remembers the samples that cannot be read. */
    private record Sets(ImageFeatures features, ProgressListener listener, List<FailedSample> failed) {
        FeatureSet read(String input, DatasetSource source) throws IOException {
            listener.begin("extracting", "images", source.size());
            Extraction extraction = features.of(input, source, listener);
            failed.addAll(extraction.failed());
            return extraction.requireRows(source.name());
        }
    }

    /** What is held out is in the order of the input; what is taken of it is spread over all classes. */
    private FeatureSet limited(FeatureSet test) {
        int most = Math.min(limit.orElse(test.size()), test.size());
        return test.select(IntStream.range(0, most)
                .map(i -> (int) ((long) i * test.size() / most))
                .toArray());
    }

    private void push(
            AttackRun run, Preprocessing preprocessing, DatasetSource source, int images, ProgressListener listener)
            throws IOException {
        listener.begin("attacking", "steps", Math.ceilDiv(images, batch) * (long) recipe.steps());
        PreprocessingStage.resized(source, preprocessing, 1, new PreparedSink<byte[]>() {
            @Override
            public void accept(String sampleId, OptionalInt label, byte[] rgb) throws IOException {
                var image = new Pixels(preprocessing.width(), preprocessing.height(), rgb);
                followed(run, listener, step -> run.accept(sampleId, image, step));
            }

            @Override
            public void failed(FailedSample failed) {
                // Named when its features were asked for.
            }
        });
        followed(run, listener, run::flush);
    }

    /** What an attack does with an image, told after each step. */
    private interface Work {
        void with(IntConsumer steps) throws IOException;
    }

    private void followed(AttackRun run, ProgressListener listener, Work work) throws IOException {
        int before = run.reused();
        work.with(step -> listener.advance(1));
        if (run.reused() > before) {
            listener.skip(recipe.steps());
        }
    }
}
