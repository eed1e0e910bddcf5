// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import com.grack.nanojson.JsonWriter;
import io.github.stray.detect.CalibrationSplit;
import io.github.stray.detect.Detector;
import io.github.stray.detect.Detectors;
import io.github.stray.detect.Needs;
import io.github.stray.detect.Training;
import io.github.stray.extract.DatasetSource;
import io.github.stray.extract.ExtractionOptions;
import io.github.stray.extract.FailedSample;
import io.github.stray.extract.FeatureCollector;
import io.github.stray.extract.ImageContent.Pixels;
import io.github.stray.feature.FeatureSet;
import io.github.stray.provenance.Provenance;
import io.github.stray.report.AttackHtml;
import io.github.stray.report.AttackReport;
import io.github.stray.store.AtomicFile;
import io.github.stray.store.HeadFile;
import io.github.stray.text.Templates;
import io.github.stray.text.TextEncoder;
import io.github.stray.vision.attack.AdversarialAttack;
import io.github.stray.vision.attack.AttackFigures;
import io.github.stray.vision.attack.AttackPart;
import io.github.stray.vision.attack.AttackRecipe;
import io.github.stray.vision.attack.AttackRun;
import io.github.stray.vision.attack.AttackedDetector;
import io.github.stray.vision.attack.AttackedSets;
import io.github.stray.vision.attack.ImageGradient;
import io.github.stray.vision.dataset.ImageInput;
import io.github.stray.vision.dataset.Selection;
import io.github.stray.vision.model.ModelStore;
import io.github.stray.vision.onnx.OnnxExtractor;
import io.github.stray.vision.preprocess.PreparedSink;
import io.github.stray.vision.preprocess.Preprocessing;
import io.github.stray.vision.preprocess.PreprocessingStage;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.math.BigDecimal;
import java.math.MathContext;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.SequencedMap;
import java.util.concurrent.Callable;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
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
            description = "Attack N images and test on N ID images, chosen by the seed; the gallery stays whole.")
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
        ModelStore store = ModelStore.ofEnvironment();
        Map<String, Detector> detectors = detectors(gallerySource.classNames().size());
        Training given = head(detectors.values());
        String settings = settings(recipe, store.show(model).card().weightsSha256(), gallerySource, oodSource);
        requireFolder(settings);
        try (OnnxExtractor extractor = store.open(model, 1, network.provider);
                ImageGradient gradient = store.gradient(model, AttackRun.LAYER, batch, threads(), network.provider)) {
            return run(recipe, settings, extractor, gradient, detectors, given, gallerySource, oodSource, chosen);
        }
    }

    private int run(
            AttackRecipe recipe,
            String settings,
            OnnxExtractor extractor,
            ImageGradient gradient,
            Map<String, Detector> detectors,
            Training withHead,
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
        } else {
            gallery = whole;
            test = features(extractor, ImageInput.of(idTest, chosen), layers);
        }
        FeatureSet clean = features(extractor, oodSource, layers);
        Training given = withHead;
        if (classNames != null) {
            try (TextEncoder encoder = TextEncoder.open(model)) {
                given = given.with(new TextInput(console, common.quiet).classes(encoder, classNames, Templates.PAPER));
            }
        }
        var fitted = new ArrayList<AttackedDetector>();
        for (Map.Entry<String, Detector> detector : detectors.entrySet()) {
            fitted.add(AttackedDetector.fit(detector.getKey(), detector.getValue(), given, gallery));
        }
        long start = System.nanoTime();
        AttackRun attacked = attack(recipe, settings, extractor, gradient, layers, gallery, oodSource);
        double seconds = (System.nanoTime() - start) / 1e9;
        if (attacked.parts().isEmpty()) {
            throw new IOException("no image of %s could be read".formatted(ood));
        }
        AttackedSets sets = AttackedSets.of(attacked, extractor, layers);
        var results = new ArrayList<AttackFigures>();
        var rows = new AttackFigures.Ood(clean, sets.attacked(), sets.rounded());
        for (AttackedDetector detector : fitted) {
            results.addAll(detector.figures(attacked.targets(), test, rows));
        }
        var table = new AttackTable(results, gallery.size(), attacked.targets().size(), test.size());
        var examples = new AttackExamples(attacked, extractor.preprocessing(), oodSource, gallerySource);
        writePage(new AttackReport(
                "%s, attacked".formatted(model),
                CommandLineText.of(spec),
                Provenance.now(Map.of()),
                setup(recipe, oodSource, gallerySource),
                Objects.requireNonNull(attacked.means().get("cosine")),
                Objects.requireNonNull(attacked.means().get("max")),
                table.results(),
                table.spread(),
                examples.pick(rows, results.getFirst().scores(), gallery)));
        write(recipe, attacked, gallery, table, seconds);
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

    private String settings(AttackRecipe recipe, String weights, DatasetSource gallery, DatasetSource attacked) {
        return "%s layer=%s weights=%s id=%s id-test=%s ood=%s batch=%d"
                .formatted(
                        recipe,
                        AttackRun.LAYER,
                        weights,
                        gallery.fingerprint(),
                        idTest == null ? "split" : "given",
                        attacked.fingerprint(),
                        batch);
    }

    /** The folder is new, empty, or holds this very attack. */
    private void requireFolder(String settings) throws IOException {
        Path file = folder.resolve("settings.txt");
        if (Files.isRegularFile(file) && !force) {
            if (!Files.readString(file).equals(settings + "\n")) {
                throw new UsageException(
                        "%s holds an attack with other settings or images; take another folder, or --force to replace it"
                                .formatted(folder));
            }
        } else if (Files.exists(folder) && !force) {
            if (!Files.isDirectory(folder)) {
                throw new UsageException("-o %s is a file, expected a folder".formatted(folder));
            }
            try (Stream<Path> entries = Files.list(folder)) {
                if (entries.findAny().isPresent()) {
                    throw new UsageException(
                            "%s is not empty and holds no attack; take another folder, or --force".formatted(folder));
                }
            }
        }
        Files.createDirectories(folder);
        text(file, settings + "\n");
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
        var collector = new FeatureCollector(ExtractorLayers.of(extractor, layers));
        try (var progress = new Progress(console, common.quiet, "extracting", "images", source.size())) {
            extractor.extract(
                    source,
                    new ExtractionOptions(layers, ExtractionOptions.of(layers).batch(), threads()),
                    new ProgressSink(collector, progress, failures));
        }
        if (collector.rows() == 0) {
            throw new IOException("no image of %s could be read".formatted(source.name()));
        }
        return collector.extraction(source.name(), source.classNames()).features();
    }

    private FeatureSet limited(FeatureSet test) {
        int most = limit == null ? test.size() : Math.min(limit, test.size());
        // The calibration share is in the order of the input; what is taken of it is spread over all classes.
        int[] rows = IntStream.range(0, most)
                .map(i -> (int) ((long) i * test.size() / most))
                .toArray();
        return test.select(rows);
    }

    private AttackRun attack(
            AttackRecipe recipe,
            String settings,
            OnnxExtractor extractor,
            ImageGradient gradient,
            List<String> layers,
            FeatureSet gallery,
            DatasetSource source)
            throws IOException {
        var method = new AdversarialAttack(recipe, extractor.preprocessing(), gradient);
        var run = new AttackRun(folder, settings, method, extractor, layers, gallery, seed, batch);
        long total = Math.ceilDiv(source.size(), batch) * (long) recipe.steps();
        try (var progress = new Progress(console, common.quiet, "attacking", "steps", total)) {
            IntConsumer step = done -> progress.advance(1);
            Preprocessing preprocessing = extractor.preprocessing();
            PreprocessingStage.resized(source, preprocessing, 1, new PreparedSink<byte[]>() {
                @Override
                public void accept(String sampleId, OptionalInt label, byte[] rgb) throws IOException {
                    run.accept(sampleId, new Pixels(preprocessing.width(), preprocessing.height(), rgb), step);
                }

                @Override
                public void failed(FailedSample failed) {
                    // Named when its features were asked for.
                }
            });
            run.flush(step);
        }
        if (run.reused() > 0 && !common.quiet) {
            console.err()
                    .printf("note: %d images had been attacked before and were taken from %s%n", run.reused(), folder);
        }
        return run;
    }

    private void write(AttackRecipe recipe, AttackRun run, FeatureSet gallery, AttackTable table, double seconds)
            throws IOException {
        var lines = new StringBuilder();
        int number = 0;
        for (AttackPart part : run.parts()) {
            for (int i = 0; i < part.ids().size(); i++) {
                var line = new LinkedHashMap<String, Object>();
                line.put("id", part.ids().get(i));
                line.put("image", folder.relativize(run.picture(number++)).toString());
                line.put("target", gallery.ids().get(part.targets()[i]));
                for (String figure : AttackPart.figureNames()) {
                    line.put(figure, Objects.requireNonNull(part.figures().get(figure))[i]);
                }
                lines.append(JsonWriter.string(line)).append('\n');
            }
        }
        text(folder.resolve("attacked.jsonl"), lines.toString());
        var document = new LinkedHashMap<String, Object>();
        document.put("extractor", model);
        document.put("layer", AttackRun.LAYER);
        document.put("method", recipe.method().name().toLowerCase(Locale.ROOT));
        document.put("steps", recipe.steps());
        document.put("learning_rate", recipe.learningRate());
        document.put("lambda", recipe.lambda());
        if (recipe.method() == AttackRecipe.Method.PGD) {
            document.put("epsilon", recipe.epsilon());
        }
        document.put("seed", seed);
        Map<String, Double> means = run.means();
        document.putAll(means);
        if (run.reused() == 0) {
            document.put("seconds_per_image", seconds / number);
        }
        document.putAll(table.document());
        document.put("images", folder.resolve("images").toString());
        document.put("report", folder.resolve("report.html").toString());
        document.put("failed", failures.document());
        document.put(
                "provenance",
                Provenance.now(Map.of("command", CommandLineText.of(spec))).entries());
        text(
                folder.resolve("attack.json"),
                JsonWriter.indent("  ").string().value(document).done() + "\n");
        if (common.json) {
            console.json(document);
        } else {
            console.out().print(table.text(recipe, means, number));
            console.out().printf("%nreport: %s%n", folder.resolve("report.html"));
        }
    }

    private SequencedMap<String, String> setup(AttackRecipe recipe, DatasetSource attacked, DatasetSource gallery) {
        var setup = new LinkedHashMap<String, String>();
        setup.put("Network", "%s, layer %s".formatted(model, AttackRun.LAYER));
        setup.put("Attacked", "%s, %d images".formatted(attacked.name(), attacked.size()));
        setup.put("Targets from", "%s, %d images".formatted(gallery.name(), gallery.size()));
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

    private void writePage(AttackReport report) throws IOException {
        try (AtomicFile target = AtomicFile.create(folder.resolve("report.html"))) {
            Writer writer = new OutputStreamWriter(target.stream(), StandardCharsets.UTF_8);
            AttackHtml.write(report, writer);
            writer.flush();
            target.commit();
        }
    }

    private static void text(Path file, String text) throws IOException {
        try (AtomicFile target = AtomicFile.create(file)) {
            target.append(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
            target.commit();
        }
    }
}
