// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import static io.github.stray.cli.Count.formatted;
import static io.github.stray.cli.UsageException.require;
import static io.github.stray.store.JsonRow.row;

import io.github.stray.study.audit.Audit;
import io.github.stray.study.audit.AuditFolder;
import io.github.stray.study.audit.AuditResult;
import io.github.stray.text.TextLines;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
final class AuditCommand extends StrayCommand {
    private static final Set<String> BESIDE_DECISIONS = Set.of("--decisions", "-o", "--json", "--quiet", "--debug");

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

    @Override
    public Integer call() throws IOException {
        var target = new AuditFolder(folder);
        if (decisions != null) {
            requireAlone();
            return decide(target, decisions);
        }
        Audit audit = audit();
        target.require(audit.inputs().values(), force);
        var failures = new FailureLog();
        AuditResult result;
        try (var progress = new TaskProgress(common, failures)) {
            result = audit.run(progress);
        }
        result.failedDetectors()
                .forEach((name, why) -> common.err().printf("stray: detector %s failed: %s%n", name, why));
        Map<String, Object> document = target.write(result, common.commandLine(), Remedies::of);
        if (common.json) {
            common.json(document);
        } else {
            new AuditSummary(common, folder).print(result);
        }
        return result.failedDetectors().isEmpty() ? failures.exitCode() : ExitCode.FAILED;
    }

    private Audit audit() throws IOException {
        if (model == null || id == null || ood.isEmpty()) {
            throw new UsageException("an audit needs --id INPUT, --ood INPUT and -m MODEL");
        }
        int workers = ImageOptions.threads(threads);
        ImageOptions.requireValid(batch, workers);
        require(share > 0 && share < 1, "--recognise must lie strictly between 0 and 1, was %s", share);
        require(
                oodClassNames == null || ood.size() <= 1,
                "--ood-classes names the classes of one OOD set; %d were given",
                ood.size());
        return new Audit(
                model,
                id,
                Optional.ofNullable(idTest),
                ood,
                names(classNames),
                names(oodClassNames),
                share,
                ImageOptions.optional(limit),
                seed,
                batch,
                workers,
                network.provider,
                Optional.of(CacheCommand.cache(common)));
    }

    private static Optional<List<String>> names(@Nullable Path file) throws IOException {
        return file == null ? Optional.empty() : Optional.of(TextLines.classNames(file));
    }

    private void requireAlone() {
        for (OptionSpec option : spec.commandLine().getParseResult().matchedOptions()) {
            require(
                    BESIDE_DECISIONS.contains(option.longestName()),
                    "--decisions goes with -o alone, not with %s: the audit in %s says what was looked at",
                    option.longestName(),
                    folder);
        }
    }

    private int decide(AuditFolder target, Path file) throws IOException {

        var rows = new ArrayList<Map<String, Object>>();
        var lines = new ArrayList<String>();
        for (AuditResult.Cleaned list : target.decide(file)) {
            rows.add(row("set", list.set(), "file", list.file(), "kept", list.kept()));
            lines.add(formatted("%s: %,d kept", folder.resolve(list.file()), list.kept()));
        }
        common.print(Map.of("clean", rows), lines);
        return ExitCode.DONE;
    }
}
