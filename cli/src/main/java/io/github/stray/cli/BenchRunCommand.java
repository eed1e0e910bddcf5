// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import static io.github.stray.cli.UsageException.require;

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
import io.github.stray.study.run.StudyFolder;
import io.github.stray.study.run.StudyOptions;
import io.github.stray.study.run.StudyRunner;
import io.github.stray.study.suite.ShippedSuites;
import io.github.stray.study.suite.Suite;
import io.github.stray.study.suite.SuiteChoice;
import io.github.stray.study.suite.SuiteExtractor;
import io.github.stray.vision.model.ModelStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

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
final class BenchRunCommand extends StrayCommand {
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
            description = "These extractors instead of the suite's: names of the suite, of 'stray models', or folders.")
    private List<String> models = new ArrayList<>();

    @Option(
            names = "--detectors",
            paramLabel = "DETECTOR",
            description = "These detectors instead of the suite's, comma-separated, such as knn:k=5,aggregate=kth,mcm.")
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

    @Override
    public Integer call() throws IOException {
        require(limit == null || limit >= 1, "--limit must be at least 1, was %s", limit);
        require(batch >= 1, "--batch must be at least 1, was %d", batch);
        require(threads == null || threads >= 1, "--threads must be at least 1, was %s", threads);
        Suite whole = ShippedSuites.open(name);
        ModelStore store = ModelStore.ofEnvironment();
        Suite chosen = new SuiteChoice(only, models, SuiteChoice.split(detectors)).of(whole);
        Suite suite = seed == null ? chosen : chosen.withSeed(seed);
        requireModels(whole, suite, store);
        Path target = folder == null ? Path.of("stray-bench-" + suite.name()) : folder;
        require(!Files.exists(target) || Files.isDirectory(target), "-o %s is a file, expected a folder", target);
        Path cells = StudyFolder.claim(target, suite.name(), force);
        var options = new StudyOptions(
                cells,
                ImageOptions.optional(limit),
                batch,
                ImageOptions.threads(threads),
                network.provider,
                Map.of("command", common.commandLine()));
        StudyResults results;
        try (var progress = new TaskProgress(common, new FailureLog())) {
            var cache = new FeatureCache(store.cache().resolve("features"), progress::message);
            results = StudyRunner.run(suite, options, store, cache, progress);
        }
        ResultFiles.write(target, results);
        AtomicFile.write(target.resolve("report.html"), StudyPage.render(results, new UnitStore(cells)));
        report(target, results);
        return results.complete() ? ExitCode.DONE : ExitCode.FAILED;
    }

    /** A name that is neither the suite's nor installed is a slip of the user, not a failure of the study. */
    private void requireModels(Suite whole, Suite suite, ModelStore store) throws IOException {
        List<String> own = whole.extractors().stream().map(SuiteExtractor::name).toList();
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

    private void report(Path target, StudyResults results) {
        long failed = results.failedCells().size();
        if (failed > 0) {
            common.remark("stray: %s failed (named above)", Count.of(failed, "cell", "cells"));
        }
        if (common.json) {
            common.json(ResultsJson.document(results));
            return;
        }
        common.out().print(ResultsTable.text(results));
        long absent = results.cells().stream()
                .filter(cell -> cell.outcome() instanceof Outcome.NotApplicable)
                .count();
        common.say(
                "%n%s, %d not applicable, %d failed; intervals and reasons: %s%nreport: %s",
                Count.of(results.cells().size(), "cell", "cells"),
                absent,
                failed,
                target.resolve("results.md"),
                target.resolve("report.html"));
    }
}
