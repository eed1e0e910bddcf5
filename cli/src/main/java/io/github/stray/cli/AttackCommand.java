// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import io.github.stray.detect.CalibrationSplit;
import io.github.stray.detect.Detector;
import io.github.stray.detect.Detectors;
import io.github.stray.detect.Needs;
import io.github.stray.detect.Training;
import io.github.stray.extract.DatasetSource;
import io.github.stray.extract.ExtractionOptions;
import io.github.stray.extract.FailedSample;
import io.github.stray.extract.ImageContent.Pixels;
import io.github.stray.feature.FeatureSet;
import io.github.stray.provenance.Provenance;
import io.github.stray.report.AttackReport;
import io.github.stray.store.HeadFile;
import io.github.stray.text.Templates;
import io.github.stray.text.TextEncoder;
import io.github.stray.vision.attack.AdversarialAttack;
import io.github.stray.vision.attack.AttackFigures;
import io.github.stray.vision.attack.AttackRecipe;
import io.github.stray.vision.attack.AttackRun;
import io.github.stray.vision.attack.AttackedDetector;
import io.github.stray.vision.attack.AttackedSets;
import io.github.stray.vision.attack.ImageGradient;
import io.github.stray.vision.dataset.ImageInput;
import io.github.stray.vision.dataset.Selection;
import io.github.stray.vision.model.ExtractorCard;
import io.github.stray.vision.model.ModelStore;
import io.github.stray.vision.model.StoredModel;
import io.github.stray.vision.onnx.InferenceOptions;
import io.github.stray.vision.onnx.OnnxExtractor;
import io.github.stray.vision.preprocess.PreparedSink;
import io.github.stray.vision.preprocess.Preprocessing;
import io.github.stray.vision.preprocess.PreprocessingStage;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.SequencedMap;
import java.util.concurrent.Callable;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Adversarial OOD images, and what they do to detectors. */
@Command(
        name = "attack",
        description = {
            "Push OOD images towards the features of ID images by the gradient of the very network that is deployed, and show what detectors then make of them.",
            "Leaves the attacked images in DIR/images, a line for each in DIR/attacked.jsonl, all figures in DIR/attack.json, and a page to look at in DIR/report.html. An attack that was interrupted goes on where it was when it is started again."
        },
        footer = {
            "",
            "Examples:",
            "  stray attack -m stray-mini --id photos --ood others --limit 200 -o attacked",
            "  stray attack -m net --id photos --ood others --method pgd --epsilon 8 -o ball"
        })
final class AttackCommand implements Callable<Integer> {
    @Mixin
    private CommonOptions common = new CommonOptions();

    @Mixin
    private ProviderOptions network = new ProviderOptions();

    @Option(names = "-m", required = true, paramLabel = "MODEL", description = "Extractor to attack, in float32.")
    private String model = "";

    @Option(
            names = "--id",
            required = true,
            paramLabel = "INPUT",
            description = "ID training images, the gallery that targets are drawn from: " + ImageOptions.INPUT_HELP)
    private String id = "";

    @Option(
            names = "--id-test",
            paramLabel = "INPUT",
            description = "ID test images (default: a fifth of --id, chosen by a hash of the sample id, held out).")
    private @Nullable String idTest;

    @Option(names = "--ood", required = true, paramLabel = "INPUT", description = "OOD images to attack.")
    private String ood = "";

    @Option(
            names = "--limit",
            paramLabel = "N",
            description =
                    "Attack N images, chosen by the seed, and test on N ID images, chosen by the seed of --id-test, else spread over the fifth that is held out; the gallery stays whole.")
    private @Nullable Integer limit;

    @Option(
            names = "--method",
            paramLabel = "adam|pgd",
            defaultValue = "adam",
            description =
                    "adam: the paper's, without a bound (default); pgd: steps along the sign, in the ball of --epsilon.")
    private AttackRecipe.Method method = AttackRecipe.Method.ADAM;

    @Option(names = "--steps", paramLabel = "N", description = "Steps (default: 250).")
    private @Nullable Integer steps;

    @Option(
            names = "--lr",
            paramLabel = "R",
            description =
                    "Adam's learning rate, or the size of a step of pgd, of a range of 1 (default: 0.001; for pgd 2.5 epsilon / steps).")
    private @Nullable Double learningRate;

    @Option(
            names = "--lambda",
            paramLabel = "L",
            description =
                    "Weight of roughness: 5000 gives smooth perturbations, 0 patchy ones (default: 5000; for pgd 0).")
    private @Nullable Double lambda;

    @Option(
            names = "--epsilon",
            paramLabel = "E",
            description = "For pgd: most that a value may change, in 1/255 (default: 8).")
    private @Nullable Double epsilon;

    @Option(
            names = "-d",
            paramLabel = "DETECTOR",
            description =
                    "Detector to test, may be given several times (default: knn; with two classes or more also mahalanobis and linear-probe; with --classes also mcm and plp; with --head also energy).")
    private List<String> detectorTexts = new ArrayList<>();

    @Option(
            names = "--classes",
            paramLabel = "FILE",
            description = "Class names, one a line, for detectors that read language.")
    private @Nullable Path classNames;

    @Option(
            names = "--head",
            paramLabel = "FILE",
            description =
                    "Linear head on the features, as 'stray probe' and 'stray models head' write it, for detectors that take one.")
    private @Nullable Path headFile;

    @Option(
            names = "--batch",
            paramLabel = "N",
            defaultValue = "16",
            description = "Images attacked at once; memory grows with it (default: 16).")
    private int batch;

    @Option(names = "--threads", paramLabel = "N", description = "Threads (default: as many as there are processors).")
    private @Nullable Integer threads;

    @Option(
            names = "--seed",
            paramLabel = "S",
            defaultValue = "42",
            description = "Seed of choice, targets and start (default: 42).")
    private long seed;

    @Option(names = "-o", required = true, paramLabel = "DIR", description = "Folder for everything that comes out.")
    private Path folder = Path.of("");

    @Option(names = "--force", description = "Take a folder that holds another attack or anything else.")
    private boolean force;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private final Console console;
    private final FailureLog failures = new FailureLog();

    AttackCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        AttackRecipe recipe = recipe();
        if (batch < 1 || threads() < 1) {
            throw new UsageException(
                    "--batch and --threads must be at least 1, were %d and %d".formatted(batch, threads()));
        }
        var chosen =
                new Selection(limit == null ? OptionalInt.empty() : OptionalInt.of(limit), OptionalInt.empty(), seed);
        DatasetSource gallerySource = ImageInput.of(id, Selection.ALL);
        DatasetSource oodSource = ImageInput.of(ood, chosen);
        StoredModel stored = ModelStore.ofEnvironment().find(model);
        Map<String, Detector> detectors = detectors(gallerySource.classNames().size());
        Training given = head(detectors.values());
        var target = new AttackFolder(folder, settings(recipe, stored.card(), gallerySource, oodSource));
        target.require(force);
        if (classNames != null) {
            try (TextEncoder encoder = TextEncoder.open(model)) {
                given = given.with(new TextInput(console, common.quiet).classes(encoder, classNames, Templates.PAPER));
            }
        }
        try (OnnxExtractor extractor = stored.open(InferenceOptions.on(network.provider));
                ImageGradient gradient = ImageGradient.open(
                        stored,
                        extractor.output(AttackRun.LAYER),
                        batch,
                        new InferenceOptions(threads(), network.provider))) {
            return run(recipe, target, extractor, gradient, detectors, given, gallerySource, oodSource, chosen);
        }
    }

    private int run(
            AttackRecipe recipe,
            AttackFolder target,
            OnnxExtractor extractor,
            ImageGradient gradient,
            Map<String, Detector> detectors,
            Training given,
            DatasetSource gallerySource,
            DatasetSource oodSource,
            Selection chosen)
            throws IOException {
        List<String> layers = layers(detectors.values());
        FeatureSet whole = features(extractor, gallerySource, layers);
        FeatureSet gallery;
        FeatureSet test;
        if (idTest == null) {
            CalibrationSplit split = CalibrationSplit.of(whole, 0.2);
            gallery = split.fitting();
            test = limited(split.calibration());
            if (test.size() == 0) {
                throw new UsageException(
                        "--id %s has %d images, too few to hold a fifth of them out for testing: give more, or ID test images with --id-test"
                                .formatted(id, whole.size()));
            }
        } else {
            gallery = whole;
            test = features(extractor, ImageInput.of(idTest, chosen), layers);
        }
        FeatureSet clean = features(extractor, oodSource, layers);
        int[] targets = recipe.targets(clean.size(), gallery.size());
        var fitted = new ArrayList<AttackedDetector>();
        for (Map.Entry<String, Detector> detector : detectors.entrySet()) {
            fitted.add(AttackedDetector.fit(detector.getKey(), detector.getValue(), given, gallery, targets));
        }
        target.begin();
        long start = System.nanoTime();
        var run = new AttackRun(
                folder,
                target.settings(),
                new AdversarialAttack(recipe, extractor.preprocessing(), gradient),
                extractor,
                layers,
                gallery,
                targets,
                batch);
        attack(recipe, run, extractor.preprocessing(), oodSource, clean.size());
        double seconds = (System.nanoTime() - start) / 1e9;
        AttackedSets sets = AttackedSets.of(run, extractor, layers);
        var results = new ArrayList<AttackFigures>();
        var rows = new AttackFigures.Ood(clean, sets.attacked(), sets.rounded());
        for (AttackedDetector detector : fitted) {
            results.addAll(detector.figures(test, rows));
        }
        int distinct = Math.toIntExact(Arrays.stream(targets).distinct().count());
        var table = new AttackTable(results, gallery.size(), distinct, test.size());
        var examples = new AttackExamples(run, extractor.preprocessing(), oodSource, gallerySource);
        var documents = new AttackDocuments(target, recipe, run, gallery, table);
        documents.writeImages();
        documents.writePage(new AttackReport(
                "%s, attacked".formatted(model),
                CommandLineText.of(spec),
                Provenance.now(Map.of()),
                setup(recipe, oodSource.name(), clean.size(), gallerySource.name(), gallery.size()),
                Objects.requireNonNull(run.means().get("cosine")),
                Objects.requireNonNull(run.means().get("max")),
                table.results(),
                table.spread(),
                examples.pick(rows, results.getFirst().scores(), gallery)));
        Map<String, Object> document =
                documents.writeResults(model, seconds, failures.document(), CommandLineText.of(spec));
        if (common.json) {
            console.json(document);
        } else {
            console.out().print(table.text(recipe, run.means(), clean.size()));
            console.out().printf("%nreport: %s%n", folder.resolve(AttackDocuments.PAGE));
        }
        return failures.exitCode();
    }

    private int threads() {
        return threads == null ? Runtime.getRuntime().availableProcessors() : threads;
    }

    private AttackRecipe recipe() {
        boolean ball = method == AttackRecipe.Method.PGD;
        if (!ball && epsilon != null) {
            throw new UsageException("--epsilon bounds --method pgd; adam knows no bound, leave it out");
        }
        if (epsilon != null && !(epsilon > 0 && epsilon <= 255)) {
            throw new UsageException("--epsilon counts levels of 255: it must lie above 0 and be at most 255, was %s"
                    .formatted(decimal(epsilon)));
        }
        int count = steps == null ? AttackRecipe.PAPER.steps() : steps;
        double bound = ball ? (epsilon == null ? 8 : epsilon) / 255 : 1;
        double usualRate = ball ? 2.5 * bound / Math.max(1, count) : AttackRecipe.PAPER.learningRate();
        double usualLambda = ball ? 0 : AttackRecipe.SMOOTH;
        return new AttackRecipe(
                method,
                count,
                learningRate == null ? usualRate : learningRate,
                lambda == null ? usualLambda : lambda,
                bound,
                seed);
    }

    private String settings(AttackRecipe recipe, ExtractorCard card, DatasetSource gallery, DatasetSource attacked) {
        return "%s layer=%s %s weights=%s %s id=%s id-test=%s ood=%s batch=%d"
                .formatted(
                        recipe,
                        AttackRun.LAYER,
                        card.layers().get(AttackRun.LAYER),
                        card.weightsSha256(),
                        card.preprocessing(),
                        gallery.fingerprint(),
                        idTest == null ? "split" : "given",
                        attacked.fingerprint(),
                        batch);
    }

    private Map<String, Detector> detectors(int classes) {
        var texts = new LinkedHashSet<>(detectorTexts);
        if (texts.isEmpty()) {
            texts.add("knn");
            if (classes > 1) {
                texts.addAll(List.of("mahalanobis", "linear-probe"));
            }
            if (classNames != null) {
                texts.addAll(List.of("mcm", "plp"));
            }
            if (headFile != null) {
                texts.add("energy");
            }
        }
        var detectors = new LinkedHashMap<String, Detector>();
        for (String text : texts) {
            Detector detector = Detectors.parse(text);
            if (detector.needs().labels() && classes == 0) {
                throw new UsageException(
                        "%s needs labels, and %s has none: give images in one folder a class".formatted(text, id));
            }
            if (detector.needs().classes() && classNames == null) {
                throw new UsageException("%s reads language: give class names with --classes FILE".formatted(text));
            }
            if (detector.needs().head() == Needs.Head.REQUIRED && headFile == null) {
                throw new UsageException(
                        "%s needs a linear head: make one with 'stray probe' or 'stray models head' and give it with --head FILE"
                                .formatted(text));
            }
            if (detector.needs().negatives() || detector.needs().layers().contains("patches")) {
                throw new UsageException(
                        "%s cannot be tested here: it needs negative words or patches".formatted(text));
            }
            detectors.put(text, detector);
        }
        return detectors;
    }

    private Training head(Collection<Detector> detectors) throws IOException {
        if (headFile == null) {
            return Training.NOTHING;
        }
        if (detectors.stream().noneMatch(detector -> detector.needs().takesHead())) {
            throw new UsageException("--head %s: none of the detectors takes a head; leave it out, or name one with -d"
                    .formatted(headFile));
        }
        return Training.NOTHING.with(HeadFile.read(headFile));
    }

    private List<String> layers(Collection<Detector> detectors) {
        var layers = new LinkedHashSet<>(List.of(AttackRun.LAYER));
        detectors.forEach(detector -> layers.addAll(detector.needs().trainingSampleLayers(headFile != null)));
        return List.copyOf(layers);
    }

    private FeatureSet features(OnnxExtractor extractor, DatasetSource source, List<String> layers) throws IOException {
        ExtractorLayers.of(extractor, layers);
        try (var progress = new Progress(console, common.quiet, "extracting", "images", source.size())) {
            return extractor
                    .extract(
                            source,
                            new ExtractionOptions(
                                    layers, ExtractionOptions.of(layers).batch(), threads()),
                            new ExtractionProgress(progress, failures))
                    .requireRows(source.name());
        }
    }

    private FeatureSet limited(FeatureSet test) {
        int most = limit == null ? test.size() : Math.min(limit, test.size());
        // The calibration share is in the order of the input; what is taken of it is spread over all classes.
        int[] rows = IntStream.range(0, most)
                .map(i -> (int) ((long) i * test.size() / most))
                .toArray();
        return test.select(rows);
    }

    private void attack(
            AttackRecipe recipe, AttackRun run, Preprocessing preprocessing, DatasetSource source, int images)
            throws IOException {
        long total = Math.ceilDiv(images, batch) * (long) recipe.steps();
        try (var progress = new Progress(console, common.quiet, "attacking", "steps", total)) {
            PreprocessingStage.resized(source, preprocessing, 1, new PreparedSink<byte[]>() {
                @Override
                public void accept(String sampleId, OptionalInt label, byte[] rgb) throws IOException {
                    var image = new Pixels(preprocessing.width(), preprocessing.height(), rgb);
                    followed(progress, recipe, run, step -> run.accept(sampleId, image, step));
                }

                @Override
                public void failed(FailedSample failed) {
                    // Named when its features were asked for.
                }
            });
            followed(progress, recipe, run, run::flush);
        }
        if (run.reused() > 0 && !common.quiet) {
            console.err()
                    .printf("note: %d images had been attacked before and were taken from %s%n", run.reused(), folder);
        }
    }

    /** What an attack does with an image, told after each step. */
    private interface Work {
        void with(IntConsumer steps) throws IOException;
    }

    private static void followed(Progress progress, AttackRecipe recipe, AttackRun run, Work work) throws IOException {
        int before = run.reused();
        work.with(step -> progress.advance(1));
        if (run.reused() > before) {
            progress.skip(recipe.steps());
        }
    }

    private SequencedMap<String, String> setup(
            AttackRecipe recipe, String attacked, int images, String gallery, int targets) {
        var setup = new LinkedHashMap<String, String>();
        setup.put("Network", "%s, layer %s".formatted(model, AttackRun.LAYER));
        setup.put("Attacked", "%s, %d images".formatted(attacked, images));
        setup.put("Targets from", "%s, %d images".formatted(gallery, targets));
        setup.put("Method", described(recipe));
        return setup;
    }

    private static String described(AttackRecipe recipe) {
        return recipe.method() == AttackRecipe.Method.PGD
                ? "%d steps of projected gradient descent, at most %s levels of 255"
                        .formatted(recipe.steps(), decimal(255 * recipe.epsilon()))
                : "%d steps of Adam at %s, lambda %s (%s)"
                        .formatted(
                                recipe.steps(),
                                decimal(recipe.learningRate()),
                                decimal(recipe.lambda()),
                                recipe.lambda() > 0 ? "smooth" : "patchy");
    }

    private static String decimal(double value) {
        if (!Double.isFinite(value)) {
            return Double.toString(value);
        }
        return new BigDecimal(value)
                .round(new MathContext(4))
                .stripTrailingZeros()
                .toPlainString();
    }
}
