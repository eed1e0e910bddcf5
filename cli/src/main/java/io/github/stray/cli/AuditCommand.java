// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import io.github.stray.audit.IdContent;
import io.github.stray.audit.ImageSignature;
import io.github.stray.audit.LabelNoise;
import io.github.stray.audit.NearDuplicates;
import io.github.stray.audit.Saturation;
import io.github.stray.cli.AuditFinding.Kind;
import io.github.stray.detect.CalibrationSplit;
import io.github.stray.extract.DatasetSource;
import io.github.stray.extract.Extraction;
import io.github.stray.extract.ExtractionListener;
import io.github.stray.extract.ExtractionOptions;
import io.github.stray.extract.FailedSample;
import io.github.stray.extract.FeatureExtractor;
import io.github.stray.feature.FeatureSet;
import io.github.stray.feature.FeatureSpace;
import io.github.stray.language.ClassEmbeddings;
import io.github.stray.provenance.Provenance;
import io.github.stray.report.AuditReport;
import io.github.stray.report.AuditReport.Group;
import io.github.stray.report.AuditReport.Table;
import io.github.stray.report.AuditReport.Tile;
import io.github.stray.text.Templates;
import io.github.stray.text.TextEncoder;
import io.github.stray.text.TextLines;
import io.github.stray.vision.Extractors;
import io.github.stray.vision.audit.Signatures;
import io.github.stray.vision.dataset.ImageInput;
import io.github.stray.vision.dataset.Selection;
import io.github.stray.vision.model.ModelStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Whether a benchmark of an ID and some OOD sets is sound. */
@Command(
        name = "audit",
        description = {
            "Is this benchmark sound? Looks for copies of images within and between the sets, OOD images that show ID classes, labels that are probably wrong, classes that both sides have, and measures what a better detector could still win.",
            "Leaves all figures in DIR/audit.json, a page with the pictures to accept or reject in DIR/report.html, and cleaned lists DIR/clean-ood.tsv, DIR/clean-id.tsv that any command takes as INPUT."
        },
        footer = {
            "",
            "Examples:",
            "  stray audit --id photos --ood others -m stray-mini -o audited",
            "  stray audit --id train --id-test test --ood others -m net -o audited",
            "  stray audit --decisions decisions.tsv -o audited"
        })
final class AuditCommand implements Callable<Integer> {
    private static final double HELD_OUT = 0.2;
    private static final Set<String> BESIDE_DECISIONS = Set.of("--decisions", "-o", "--json", "--quiet", "--debug");

    @Mixin
    private CommonOptions common = new CommonOptions();

    @Mixin
    private ProviderOptions network = new ProviderOptions();

    @Option(names = "-m", paramLabel = "MODEL", description = "Extractor to compare images with.")
    private @Nullable String model;

    @Option(names = "--id", paramLabel = "INPUT", description = "ID training images: " + ImageOptions.INPUT_HELP)
    private @Nullable String id;

    @Option(
            names = "--id-test",
            paramLabel = "INPUT",
            description =
                    "ID test images (default: a fifth of --id, chosen by a hash of the sample id, takes their part).")
    private @Nullable String idTest;

    @Option(names = "--ood", paramLabel = "INPUT", description = "OOD images; may be given several times.")
    private List<String> ood = new ArrayList<>();

    @Option(
            names = "--classes",
            paramLabel = "FILE",
            description =
                    "Names of the ID classes, one a line: then the extractor's text encoder says what an image shows, instead of a linear probe on the labels.")
    private @Nullable Path classNames;

    @Option(
            names = "--ood-classes",
            paramLabel = "FILE",
            description =
                    "Names of the classes of the one OOD set, one a line, to be compared with those of the ID set.")
    private @Nullable Path oodClassNames;

    @Option(
            names = "--recognise",
            paramLabel = "R",
            defaultValue = "0.9",
            description =
                    "Share of the ID test images that must be recognised as ID; OOD images as typical as those are taken to show an ID class (default: 0.9).")
    private double share;

    @Option(names = "--limit", paramLabel = "N", description = "Take N images of each set, chosen by the seed.")
    private @Nullable Integer limit;

    @Option(
            names = "--batch",
            paramLabel = "N",
            defaultValue = "8",
            description = "Images per inference call, at most (default: 8).")
    private int batch;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description =
                    "Threads that read and extract images (default: as many as there are processors). Comparing takes all processors.")
    private @Nullable Integer threads;

    @Option(
            names = "--seed",
            paramLabel = "S",
            defaultValue = "42",
            description = "Seed of choice and folds (default: 42).")
    private long seed;

    @Option(
            names = "--decisions",
            paramLabel = "FILE",
            description =
                    "Write the lists of the audit in DIR anew as its page's decisions.tsv says; nothing else is looked at.")
    private @Nullable Path decisions;

    @Option(names = "-o", required = true, paramLabel = "DIR", description = "Folder for everything that comes out.")
    private Path folder = Path.of("");

    @Option(names = "--force", description = "Take a folder that holds anything else.")
    private boolean force;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private final Console console;
    private final Map<String, FailureLog> failures = new LinkedHashMap<>();

    AuditCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        if (decisions != null) {
            for (OptionSpec option : spec.commandLine().getParseResult().matchedOptions()) {
                if (!BESIDE_DECISIONS.contains(option.longestName())) {
                    throw new UsageException(
                            "--decisions goes with -o alone, not with %s: the audit in %s says what was looked at"
                                    .formatted(option.longestName(), folder));
                }
            }
            return new AuditDecisions(console, common.json).apply(folder, decisions);
        }
        if (model == null || id == null || ood.isEmpty()) {
            throw new UsageException("an audit needs --id INPUT, --ood INPUT and -m MODEL");
        }
        if (batch < 1 || threads() < 1) {
            throw new UsageException(
                    "--batch and --threads must be at least 1, were %d and %d".formatted(batch, threads()));
        }
        if (!(share > 0 && share < 1)) {
            throw new UsageException("--recognise must lie strictly between 0 and 1, was " + share);
        }
        if (oodClassNames != null && ood.size() > 1) {
            throw new UsageException(
                    "--ood-classes names the classes of one OOD set; %d were given".formatted(ood.size()));
        }
        var chosen =
                new Selection(limit == null ? OptionalInt.empty() : OptionalInt.of(limit), OptionalInt.empty(), seed);
        var inputs = new LinkedHashMap<String, String>();
        inputs.put("id", id);
        if (idTest != null) {
            inputs.put("id-test", idTest);
        }
        for (int i = 0; i < ood.size(); i++) {
            inputs.put(i == 0 ? "ood" : "ood-" + (i + 1), ood.get(i));
        }
        AuditOutput.require(folder, force);
        for (String input : inputs.values()) {
            AuditLists.requireNameable(input, folder);
        }
        var sources = new LinkedHashMap<String, DatasetSource>();
        for (Map.Entry<String, String> input : inputs.entrySet()) {
            sources.put(input.getKey(), ImageInput.of(input.getValue(), chosen));
        }
        Files.createDirectories(folder);
        return run(model, inputs, sources);
    }

    private int threads() {
        return threads == null ? Runtime.getRuntime().availableProcessors() : threads;
    }

    private int run(String extractorName, Map<String, String> inputs, Map<String, DatasetSource> sources)
            throws IOException {
        List<String> layers = classNames == null ? List.of("features") : List.of("features", "embeddings");
        var sets = new ArrayList<AuditSet>();
        try (FeatureExtractor extractor = Extractors.open(extractorName, network.provider)) {
            for (FeatureSpace space : ExtractorLayers.of(extractor, layers).values()) {
                for (Map.Entry<String, DatasetSource> source : sources.entrySet()) {
                    requireHeld(source.getKey(), source.getValue().size(), space.dimension());
                }
            }
            for (Map.Entry<String, String> input : inputs.entrySet()) {
                sets.add(read(
                        extractor,
                        layers,
                        input.getKey(),
                        input.getValue(),
                        Objects.requireNonNull(sources.get(input.getKey()))));
            }
        }
        var output = new AuditOutput(folder);
        AuditSet id = sets.getFirst();
        List<AuditSet> oodSets = sets.stream().filter(AuditSet::ood).toList();

        var duplicates = new AuditDuplicates(sets);
        output.put(Kind.EXACT, duplicates.exact());
        NearDuplicates.Candidates candidates = duplicates.candidates();
        try (var progress = new Progress(console, common.quiet, "comparing", "pairs", candidates.size())) {
            output.put(Kind.NEAR, duplicates.near(candidates, progress));
        }

        FeatureSet training = id.features();
        FeatureSet test;
        if (idTest == null) {
            CalibrationSplit split = CalibrationSplit.of(id.features(), HELD_OUT);
            training = split.fitting();
            test = split.calibration();
        } else {
            test = sets.get(1).features();
        }
        List<AuditOverlap> overlaps = new ArrayList<>();
        Optional<ClassEmbeddings> names = Optional.empty();
        boolean speaks =
                ModelStore.ofEnvironment().find(extractorName).card().text().isPresent();
        if (classNames != null || speaks) {
            names = overlaps(extractorName, speaks, id, oodSets, overlaps);
        } else {
            for (AuditSet each : oodSets) {
                overlaps.add(AuditOverlap.of(
                        id,
                        each,
                        new AuditOverlap.Encoded(id.source().classNames(), Optional.empty()),
                        new AuditOverlap.Encoded(oodNames(each), Optional.empty())));
            }
        }
        var content = new LinkedHashMap<String, Object>();
        Optional<AuditSaturation> saturation = Optional.empty();
        if (test.size() == 0) {
            output.missing(
                    Kind.CONTENT,
                    "no image of %s is left over for a test; give more, or --id-test".formatted(id.input()));
        } else {
            content(output, content, training, test, names.orElse(null), oodSets);
            var measured = new AuditSaturation(training, test);
            oodSets.forEach(measured::add);
            measured.failed()
                    .forEach((name, why) ->
                            console.err().printf(Locale.ROOT, "stray: detector %s failed: %s%n", name, why));
            saturation = Optional.of(measured);
        }
        Optional<String> obstacle = LabelNoise.obstacle(id.features());
        if (obstacle.isPresent()) {
            output.missing(Kind.LABEL, obstacle.get());
        } else {
            try (var progress = new Progress(console, common.quiet, "judging labels", "folds", LabelNoise.FOLDS)) {
                output.put(Kind.LABEL, AuditContent.noise(id, seed, progress));
            }
        }
        List<AuditOutput.Cleaned> clean = output.clean(sets);
        Map<String, Object> document =
                document(extractorName, sets, output, content, overlaps, saturation, clean, candidates.size());
        AuditOutput.text(folder.resolve(AuditOutput.DOCUMENT), AuditOutput.json(document));
        output.page(report(extractorName, sets, output, overlaps, saturation), sets);
        if (common.json) {
            console.json(document);
        } else {
            print(output, saturation, overlaps, clean);
        }
        boolean detectorFailed =
                saturation.map(measured -> !measured.failed().isEmpty()).orElse(false);
        boolean sampleFailed = failures.values().stream().anyMatch(log -> log.exitCode() != ExitCode.DONE);
        return detectorFailed || sampleFailed ? ExitCode.FAILED : ExitCode.DONE;
    }

    /** Says before anything is read that the features of a set will not fit one array. */
    static void requireHeld(String key, long images, int dimension) {
        int most = (Integer.MAX_VALUE - 8) / dimension;
        if (images > most) {
            throw new UsageException(String.format(
                    Locale.ROOT,
                    "the set %s has %,d images, and %,d numbers an image are kept of %,d images at most; audit a part with --limit %d",
                    key,
                    images,
                    dimension,
                    most,
                    most));
        }
    }

    private AuditSet read(
            FeatureExtractor extractor, List<String> layers, String key, String input, DatasetSource source)
            throws IOException {
        FailureLog log = failures.computeIfAbsent(key, set -> new FailureLog());
        Signatures signatures;
        var named = new HashSet<String>();
        try (var progress = new Progress(console, common.quiet, "reading " + key, "images", source.size())) {
            signatures = Signatures.of(source, threads(), progress::advance);
            for (FailedSample failed : signatures.failed()) {
                named.add(failed.id());
                log.add(failed, progress);
            }
        }
        ExtractorLayers.of(extractor, layers);
        Extraction extraction;
        try (var progress = new Progress(console, common.quiet, "extracting " + key, "images", source.size())) {
            var told = new ExtractionProgress(progress, log);
            extraction = extractor.extract(
                    source, new ExtractionOptions(layers, batch, threads()), new ExtractionListener() {
                        @Override
                        public void extracted(int samples) {
                            told.extracted(samples);
                        }

                        @Override
                        public void failed(FailedSample failed) {
                            if (named.contains(failed.id())) {
                                progress.advance(1);
                            } else {
                                told.failed(failed);
                            }
                        }
                    });
        }
        FeatureSet features = extraction.requireRows(input);
        var ordered = new ArrayList<ImageSignature>(features.size());
        for (String sample : features.ids()) {
            ImageSignature signature = signatures.images().get(sample);
            if (signature == null) {
                throw new IOException("%s changed while it was read: the image %s could not be read at first"
                        .formatted(input, sample));
            }
            ordered.add(signature);
        }
        return new AuditSet(key, input, source, ordered, features);
    }

    private List<String> oodNames(AuditSet set) throws IOException {
        return oodClassNames != null
                ? TextLines.classNames(oodClassNames)
                : set.source().classNames();
    }

    /** Class overlap with the help of the text encoder, and the ID class names where they are to judge images. */
    private Optional<ClassEmbeddings> overlaps(
            String extractorName, boolean speaks, AuditSet id, List<AuditSet> oodSets, List<AuditOverlap> overlaps)
            throws IOException {
        List<String> idNames = classNames != null
                ? TextLines.classNames(classNames)
                : id.source().classNames();
        boolean wanted = classNames != null
                || oodClassNames != null
                || oodSets.stream().anyMatch(set -> !set.source().classNames().isEmpty());
        if (!wanted || !meaningful(idNames)) {
            for (AuditSet each : oodSets) {
                overlaps.add(AuditOverlap.of(
                        id,
                        each,
                        new AuditOverlap.Encoded(idNames, Optional.empty()),
                        new AuditOverlap.Encoded(oodNames(each), Optional.empty())));
            }
            return Optional.empty();
        }
        try (TextEncoder encoder = TextEncoder.open(extractorName)) {
            ClassEmbeddings embedded = encoder.classes(idNames, Templates.PAPER);
            for (AuditSet each : oodSets) {
                List<String> theirs = oodNames(each);
                overlaps.add(AuditOverlap.of(
                        id,
                        each,
                        new AuditOverlap.Encoded(idNames, Optional.of(embedded.rows())),
                        new AuditOverlap.Encoded(
                                theirs,
                                meaningful(theirs)
                                        ? Optional.of(encoder.classes(theirs, Templates.PAPER)
                                                .rows())
                                        : Optional.empty())));
            }
            return classNames == null || !speaks ? Optional.empty() : Optional.of(embedded);
        }
    }

    /** Names that are no mere numbers. */
    private static boolean meaningful(List<String> names) {
        return names.stream().anyMatch(name -> name.chars().anyMatch(Character::isLetter));
    }

    private void content(
            AuditOutput output,
            Map<String, Object> document,
            FeatureSet training,
            FeatureSet test,
            @Nullable ClassEmbeddings names,
            List<AuditSet> oodSets) {
        var judged = new AuditContent(training, test, names);
        IdContent content = judged.content(share);
        var findings = new ArrayList<AuditFinding>();
        for (AuditSet set : oodSets) {
            IdContent.Result result = content.in(judged.samples(set));
            document.put("recognised", result.recognised());
            findings.addAll(judged.findings(set, result));
        }
        document.put("by", judged.judge());
        document.put("share", share);
        output.put(Kind.CONTENT, findings);
    }

    private Map<String, Object> document(
            String extractorName,
            List<AuditSet> sets,
            AuditOutput output,
            Map<String, Object> content,
            List<AuditOverlap> overlaps,
            Optional<AuditSaturation> saturation,
            List<AuditOutput.Cleaned> clean,
            int compared) {
        var document = new LinkedHashMap<String, Object>();
        document.put("format", "stray-audit-1");
        document.put("extractor", extractorName);
        document.put("layer", "features");
        document.put("seed", seed);
        if (limit != null) {
            document.put("limit", limit);
        }
        document.put("sets", sets.stream().map(AuditCommand::described).toList());
        for (Kind kind : Kind.values()) {
            Map<String, Object> part = output.document(kind);
            if (kind == Kind.NEAR) {
                part.put("compared", compared);
                NearDuplicates.Limits limits = NearDuplicates.Limits.USUAL;
                var least = new LinkedHashMap<String, Object>();
                least.put("similarity", limits.similarity());
                least.put("detail", limits.detail());
                least.put("colour", limits.colour());
                part.put("limits", least);
            } else if (kind == Kind.CONTENT) {
                part.putAll(content);
            }
            document.put(kind.key(), part);
        }
        var overlap = new LinkedHashMap<String, Object>();
        overlaps.forEach(each -> overlap.put(each.ood(), each.document()));
        document.put("class_overlap", overlap);
        document.put(
                "saturation",
                saturation.map(AuditSaturation::document).orElse(Map.of("n/a", "no ID image is left over for a test")));
        saturation
                .filter(measured -> !measured.failed().isEmpty())
                .ifPresent(measured -> document.put("failed_detectors", measured.failed()));
        document.put("clean", clean.stream().map(AuditOutput.Cleaned::document).toList());
        document.put("report", folder.resolve("report.html").toString());
        document.put("failed", failed());
        document.put("provenance", provenance().entries());
        return document;
    }

    private List<Map<String, Object>> failed() {
        var rows = new ArrayList<Map<String, Object>>();
        failures.forEach((set, log) -> log.document().forEach(sample -> {
            var row = new LinkedHashMap<String, Object>();
            row.put("set", set);
            row.putAll(sample);
            rows.add(row);
        }));
        return rows;
    }

    private Provenance provenance() {
        return Provenance.now(Map.of("command", CommandLineText.of(spec)));
    }

    private static Map<String, Object> described(AuditSet set) {
        var row = new LinkedHashMap<String, Object>();
        row.put("set", set.key());
        row.put("input", ImageInput.absolute(set.input()));
        row.put("name", set.source().name());
        row.put("n", set.size());
        row.put("classes", set.source().classNames().size());
        row.put("fingerprint", set.source().fingerprint());
        return row;
    }

    private AuditReport report(
            String extractorName,
            List<AuditSet> sets,
            AuditOutput output,
            List<AuditOverlap> overlaps,
            Optional<AuditSaturation> saturation) {
        var setup = new LinkedHashMap<String, String>();
        for (AuditSet set : sets) {
            setup.put(set.key(), "%s, %s".formatted(set.source().name(), Count.of(set.size(), "image", "images")));
        }
        setup.put("Extractor", extractorName);
        long exact = across(output, Kind.EXACT);
        long near = across(output, Kind.NEAR);
        long shown = output.of(Kind.CONTENT).size();
        var tiles = new ArrayList<>(List.of(
                new Tile(
                        "Exact copies",
                        Long.toString(output.of(Kind.EXACT).size()),
                        "%d between sets".formatted(exact)),
                new Tile("Near copies", Long.toString(output.of(Kind.NEAR).size()), "%d between sets".formatted(near)),
                new Tile(
                        "OOD images like ID",
                        output.whyMissing(Kind.CONTENT).isPresent() ? "n/a" : Long.toString(shown),
                        "to be looked at"),
                new Tile(
                        "Doubtful labels",
                        output.whyMissing(Kind.LABEL).isPresent()
                                ? "n/a"
                                : Long.toString(output.of(Kind.LABEL).size()),
                        "among the ID images")));
        saturation.stream()
                .flatMap(measured -> measured.pairs().values().stream())
                .findFirst()
                .ifPresent(pair -> tiles.add(new Tile(
                        "Best AUROC",
                        AuditDuplicates.decimal(pair.auroc()),
                        pair.saturated() ? "saturated" : "%.0f images left to win".formatted(pair.lost()))));
        String recognised = "%.0f %%".formatted(100 * share);
        List<Group> groups = List.of(
                output.group(
                        Kind.EXACT,
                        "Exact copies",
                        "Images whose pixels are those of another, whatever file they are in. Of two copies the one in the later set is proposed: OOD rather than ID test, ID test rather than ID."),
                output.group(
                        Kind.NEAR,
                        "Near copies",
                        "The same picture resized, compressed again, cropped by up to 16 % of a side, or mirrored. Picture and detail are correlations of brightness after the best crop. Copies within one set are listed, and kept unless you decide otherwise."),
                output.group(
                        Kind.CONTENT,
                        "OOD images that look like an ID class",
                        "A classifier and the nearest ID training images agree, and both as surely as for %s of the ID test images. Confidence: the share of ID test images that are less typical. Some of these only look like ID to this network: decide by the picture."
                                .formatted(recognised)),
                output.group(
                        Kind.LABEL,
                        "ID images whose label is doubtful",
                        "A probe trained on the other images says another class than the label with as much confidence as it has in images of that class, and most neighbours are of that class. They are kept unless you decide otherwise."));
        List<Table> tables = new ArrayList<>();
        saturation.ifPresent(measured -> tables.add(measured.table()));
        for (AuditOverlap overlap : overlaps) {
            tables.add(
                    overlap.table(
                            "Names are compared by their words. For each OOD class the ID class most like it, by the mean features of their images and by the meaning of their names where the extractor has a text encoder; the nearest three, and all that are as near as the closest 5 % of the pairs of ID classes are to one another."));
        }
        String lead = "%s and %s between the sets; %s like an ID class."
                .formatted(
                        Count.of(exact, "exact copy", "exact copies"),
                        Count.of(near, "near copy", "near copies"),
                        Count.of(shown, "OOD image looks", "OOD images look"));
        return new AuditReport(
                sets.stream()
                        .filter(AuditSet::ood)
                        .map(set -> set.source().name())
                        .collect(Collectors.joining(
                                ", ", sets.getFirst().source().name() + " against ", "")),
                lead,
                CommandLineText.of(spec),
                provenance(),
                setup,
                tiles,
                groups,
                tables,
                output.listed(sets));
    }

    private static long across(AuditOutput output, Kind kind) {
        return output.of(kind).stream()
                .filter(finding -> Boolean.TRUE.equals(finding.figures().get("across")))
                .count();
    }

    private void print(
            AuditOutput output,
            Optional<AuditSaturation> saturation,
            List<AuditOverlap> overlaps,
            List<AuditOutput.Cleaned> clean) {
        var out = console.out();
        out.printf(
                Locale.ROOT,
                "exact copies      %,d, %,d of them between sets%n",
                output.of(Kind.EXACT).size(),
                across(output, Kind.EXACT));
        out.printf(
                Locale.ROOT,
                "near copies       %,d, %,d of them between sets%n",
                output.of(Kind.NEAR).size(),
                across(output, Kind.NEAR));
        out.printf(
                Locale.ROOT,
                "OOD like ID       %s%n",
                output.whyMissing(Kind.CONTENT)
                        .map(why -> "n/a: " + why)
                        .orElseGet(() -> Count.of(output.of(Kind.CONTENT).size(), "image", "images")));
        out.printf(
                Locale.ROOT,
                "doubtful labels   %s%n",
                output.whyMissing(Kind.LABEL)
                        .map(why -> "n/a: " + why)
                        .orElseGet(() -> Count.of(output.of(Kind.LABEL).size(), "image", "images")));
        for (AuditOverlap overlap : overlaps) {
            out.printf(Locale.ROOT, "classes in common %s: %,d to look at%n", overlap.ood(), overlap.remarkable());
        }
        saturation.ifPresent(measured -> measured.pairs().forEach((set, pair) -> out.println(saturated(set, pair))));
        out.println();
        for (AuditOutput.Cleaned list : clean) {
            out.printf(
                    Locale.ROOT,
                    "%s: %,d kept, %,d taken out%n",
                    folder.resolve(list.file()),
                    list.kept(),
                    list.removed());
        }
        out.printf("report: %s%n", folder.resolve("report.html"));
    }

    private static String saturated(String set, Saturation pair) {
        return String.format(
                Locale.ROOT,
                "left to win       %s: AUROC %.4f (%.4f to %.4f) by %s, %.1f images lost, differences from %.4f show; %s",
                set,
                pair.auroc(),
                pair.interval().lower(),
                pair.interval().upper(),
                pair.detector(),
                pair.lost(),
                pair.resolvable(),
                pair.saturated() ? "saturated" : "not saturated");
    }
}
