// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import io.github.stray.detect.Suggestion;
import io.github.stray.store.AtomicFile;
import io.github.stray.study.cache.FeatureCache;
import io.github.stray.study.page.StudyPage;
import io.github.stray.study.result.Outcome;
import io.github.stray.study.result.ResultFiles;
import io.github.stray.study.result.ResultsJson;
import io.github.stray.study.result.ResultsTable;
import io.github.stray.study.result.StudyResults;
import io.github.stray.study.result.UnitStore;
import io.github.stray.study.run.StudyOptions;
import io.github.stray.study.run.StudyRunner;
import io.github.stray.study.suite.ShippedSuites;
import io.github.stray.study.suite.Suite;
import io.github.stray.study.suite.SuiteChoice;
import io.github.stray.study.suite.SuiteExtractor;
import io.github.stray.study.suite.SuitePair;
import io.github.stray.vision.model.ModelStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Studies: extractors x detectors x pairs of ID and OOD sets. */
@Command(
        name = "bench",
        description = "Studies: run one, list those that ship with Stray, show one.",
        subcommands = {BenchCommand.RunCommand.class, BenchCommand.ListCommand.class, BenchCommand.ShowCommand.class})
final class BenchCommand implements Callable<Integer> {
    @Mixin
    private CommonOptions common = new CommonOptions();

    private final Console console;

    BenchCommand(Console console) {
        this.console = console;
    }

    @Override
    public Integer call() throws IOException {
        return list(console, common);
    }

    private static int list(Console console, CommonOptions common) throws IOException {
        var rows = new ArrayList<Map<String, Object>>();
        for (String name : ShippedSuites.names()) {
            Suite suite = ShippedSuites.open(name);
            var row = new LinkedHashMap<String, Object>();
            row.put("name", name);
            row.put("title", suite.title());
            row.put("pairs", suite.pairs().stream().map(SuitePair::name).toList());
            row.put(
                    "extractors",
                    suite.extractors().stream().map(SuiteExtractor::name).toList());
            row.put("detectors", suite.detectors());
            rows.add(row);
        }
        if (common.json) {
            console.json(Map.of("suites", rows));
        } else {
            rows.forEach(row -> console.out().printf("%-18s %s%n", row.get("name"), row.get("title")));
        }
        return ExitCode.DONE;
    }

    /** What ships. */
    @Command(name = "list", description = "The suites that ship with Stray.")
    static final class ListCommand implements Callable<Integer> {
        @Mixin
        private CommonOptions common = new CommonOptions();

        private final Console console;

        ListCommand(Console console) {
            this.console = console;
        }

        @Override
        public Integer call() throws IOException {
            return list(console, common);
        }
    }

    /** One suite. */
    @Command(
            name = "show",
            description = "The text of a suite, to read or to start one's own from. A file is checked.",
            footer = {"", "Example:", "  stray bench show sample > mine.yaml"})
    static final class ShowCommand implements Callable<Integer> {
        @Mixin
        private CommonOptions common = new CommonOptions();

        @Parameters(paramLabel = "NAME|FILE.yaml", description = "A name of 'stray bench list', or a file.")
        private String name = "";

        private final Console console;

        ShowCommand(Console console) {
            this.console = console;
        }

        @Override
        public Integer call() throws IOException {
            Suite suite = ShippedSuites.open(name);
            String text = ShippedSuites.text(name);
            if (common.json) {
                console.json(Map.of("name", suite.name(), "title", suite.title(), "yaml", text));
            } else {
                console.out().print(text);
            }
            return ExitCode.DONE;
        }
    }

    /** Runs a suite. */
    @Command(
            name = "run",
            description = {
                "Run a suite: every extractor and detector on every pair of ID and OOD sets.",
                "Leaves report.html, results.json, results.csv and results.md in DIR. A study that was interrupted goes on where it was when it is started again; features are kept for other studies (see: stray cache)."
            },
            footer = {
                "",
                "Examples:",
                "  stray bench run sample -o study",
                "  stray bench run sample --models stray-mini --detectors knn,mcm --limit 500",
                "  stray bench run mine.yaml --only cifar10/svhn -o study"
            })
    static final class RunCommand implements Callable<Integer> {
        private static final String MARK = "study.txt";

        @Mixin
        private CommonOptions common = new CommonOptions();

        @Mixin
        private ProviderOptions network = new ProviderOptions();

        @Parameters(paramLabel = "NAME|FILE.yaml", description = "A name of 'stray bench list', or a file.")
        private String name = "";

        @Option(
                names = "--only",
                paramLabel = "NAME",
                split = ",",
                description = "Only these pairs, OOD sets or PAIR/OOD, comma-separated.")
        private List<String> only = new ArrayList<>();

        @Option(
                names = "--models",
                paramLabel = "NAME",
                split = ",",
                description =
                        "These extractors instead of the suite's: names of the suite, of 'stray models', or folders.")
        private List<String> models = new ArrayList<>();

        @Option(
                names = "--detectors",
                paramLabel = "DETECTOR",
                description =
                        "These detectors instead of the suite's, comma-separated, such as knn:k=5,aggregate=kth,mcm.")
        private List<String> detectors = new ArrayList<>();

        @Option(
                names = "--limit",
                paramLabel = "N",
                description = "At most N samples of each test set, chosen by the suite's seed; galleries stay whole.")
        private @Nullable Integer limit;

        @Option(
                names = "--seed",
                paramLabel = "N",
                description = "Seed of the choice of samples and of the linear probe (default: the suite's).")
        private @Nullable Long seed;

        @Option(
                names = "--batch",
                paramLabel = "N",
                defaultValue = "8",
                description = "Images per inference call, at most (default: 8).")
        private int batch;

        @Option(names = "--threads", paramLabel = "N", description = "Threads (default: one for each processor).")
        private @Nullable Integer threads;

        @Option(
                names = "-o",
                paramLabel = "DIR",
                description = "Folder for everything that comes out (default: stray-bench-NAME).")
        private @Nullable Path folder;

        @Option(names = "--force", description = "Take a folder that holds another study or anything else.")
        private boolean force;

        @Spec
        private CommandSpec spec = CommandSpec.create();

        private final Console console;

        RunCommand(Console console) {
            this.console = console;
        }

        @Override
        public Integer call() throws IOException {
            if (limit != null && limit < 1) {
                throw new UsageException("--limit must be at least 1, was " + limit);
            }
            if (batch < 1) {
                throw new UsageException("--batch must be at least 1, was " + batch);
            }
            if (threads != null && threads < 1) {
                throw new UsageException("--threads must be at least 1, was " + threads);
            }
            Suite whole = ShippedSuites.open(name);
            ModelStore store = ModelStore.ofEnvironment();
            Suite chosen = new SuiteChoice(only, models, split(detectors)).of(whole);
            Suite suite = seed == null ? chosen : chosen.withSeed(seed);
            requireModels(whole, suite, store);
            Path target = folder == null ? Path.of("stray-bench-" + suite.name()) : folder;
            Path cells = requireFolder(target, suite);
            var options = new StudyOptions(
                    cells,
                    limit == null ? OptionalInt.empty() : OptionalInt.of(limit),
                    batch,
                    threads == null ? Runtime.getRuntime().availableProcessors() : threads,
                    network.provider,
                    Map.of("command", CommandLineText.of(spec)));
            StudyResults results;
            try (var progress = new StudyProgress(console, common.quiet)) {
                var cache = new FeatureCache(store.cache().resolve("features"), progress::message);
                results = StudyRunner.run(suite, options, store, cache, progress);
            }
            ResultFiles.write(target, results);
            StudyPage.write(target.resolve("report.html"), results, new UnitStore(cells));
            report(target, results);
            return results.complete() ? ExitCode.DONE : ExitCode.FAILED;
        }

        /** A comma also stands between the options of one detector; what follows it there has an equals sign. */
        static List<String> split(List<String> given) {
            var all = new ArrayList<String>();
            for (String text : given) {
                for (String part : text.strip().split("\\s*,\\s*", -1)) {
                    boolean option = part.contains("=") && !part.contains(":");
                    if (option && !all.isEmpty()) {
                        all.add(all.removeLast() + "," + part);
                    } else {
                        all.add(part);
                    }
                }
            }
            return all;
        }

        /** A name that is neither the suite's nor installed is a slip of the user, not a failure of the study. */
        private void requireModels(Suite whole, Suite suite, ModelStore store) throws IOException {
            List<String> own =
                    whole.extractors().stream().map(SuiteExtractor::name).toList();
            for (String model : models) {
                if (!own.contains(model)) {
                    try {
                        store.find(model);
                    } catch (IllegalArgumentException e) {
                        throw new UsageException("--models %s is not in suite %s (%s), and %s"
                                .formatted(model, suite.name(), Suggestion.among(model, own), e.getMessage()));
                    }
                }
            }
        }

        /** The folder is new, empty, or holds a study of this suite. */
        private Path requireFolder(Path target, Suite suite) throws IOException {
            Path mark = target.resolve(MARK);
            String line = "stray study %s%n".formatted(suite.name());
            if (Files.exists(target) && !Files.isDirectory(target)) {
                throw new UsageException("-o %s is a file, expected a folder".formatted(target));
            }
            if (Files.isRegularFile(mark) && !force) {
                if (!Files.readString(mark).equals(line)) {
                    throw new UsageException(
                            "%s holds the study of another suite; take another folder, or --force".formatted(target));
                }
            } else if (Files.exists(target) && !force) {
                try (Stream<Path> entries = Files.list(target)) {
                    if (entries.findAny().isPresent()) {
                        throw new UsageException("%s is not empty and holds no study; take another folder, or --force"
                                .formatted(target));
                    }
                }
            }
            Path cells = Files.createDirectories(target.resolve("cells"));
            try (AtomicFile file = AtomicFile.create(mark)) {
                file.append(ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8)));
                file.commit();
            }
            return cells;
        }

        private void report(Path target, StudyResults results) {
            long failed = results.failedCells().size();
            if (failed > 0 && !common.quiet) {
                console.err().printf("stray: %s failed (named above)%n", Count.of(failed, "cell", "cells"));
            }
            if (common.json) {
                console.json(ResultsJson.document(results));
                return;
            }
            console.out().print(ResultsTable.text(results));
            long absent = results.cells().stream()
                    .filter(cell -> cell.outcome() instanceof Outcome.NotApplicable)
                    .count();
            console.out()
                    .printf(
                            "%n%s, %d not applicable, %d failed; intervals and reasons: %s%nreport: %s%n",
                            Count.of(results.cells().size(), "cell", "cells"),
                            absent,
                            failed,
                            target.resolve("results.md"),
                            target.resolve("report.html"));
        }
    }
}
