// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import static io.github.stray.cli.UsageException.require;
import static io.github.stray.store.JsonRow.row;
import static io.github.stray.store.JsonRow.rows;

import io.github.stray.inspect.StrangerRule;
import io.github.stray.study.inspect.Inspect;
import io.github.stray.study.inspect.InspectFolder;
import io.github.stray.study.inspect.InspectResult;
import io.github.stray.study.inspect.PutAside;
import io.github.stray.text.TextLines;
import io.github.stray.vision.model.BestExtractor;
import io.github.stray.vision.model.ModelStore;
import io.github.stray.vision.model.StoredModel;
import java.io.IOException;
import java.nio.file.Path;
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
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Which images of one folder do not belong. */
@Command(
        name = "inspect",
        description = {
            "Which images of this folder do not belong? Finds strangers, copies, spoilt images and, where the folder has class folders, images in the wrong class. Needs no second folder and no labels.",
            "Leaves a page with the pictures to accept or reject in DIR/report.html, all figures in DIR/inspect.json and DIR/ranking.csv, and lists DIR/clean.tsv, DIR/strangers.tsv, DIR/copies.tsv that any command takes as INPUT. No image is changed unless --apply says so."
        },
        footer = {
            "",
            "Examples:",
            "  stray inspect photos",
            "  stray inspect photos -m net -o inspected",
            "  stray inspect photos --decisions decisions.tsv --apply move:aside",
            "  stray inspect --undo stray-inspect/applied.tsv"
        })
final class InspectCommand extends StrayCommand {
    private static final Set<String> BESIDE_UNDO = Set.of("--undo", "--json", "--quiet", "--debug");
    private static final Set<String> BESIDE_DECISIONS =
            Set.of("--decisions", "-o", "--apply", "--json", "--quiet", "--debug");

    @Mixin
    private ProviderOptions network = new ProviderOptions();

    @Parameters(index = "0", arity = "0..1", paramLabel = "INPUT", description = ImageOptions.INPUT_HELP)
    private @Nullable String input;

    @Option(
            names = "-m",
            paramLabel = "MODEL",
            description = "Extractor to compare images with (default: the best that is installed and fits a laptop).")
    private @Nullable String model;

    @Option(
            names = "--clump",
            paramLabel = "SHARE",
            defaultValue = "0.05",
            description =
                    "Share of the folder that one kind of stranger may make up, over 0 and at most 0.5 (default: 0.05).")
    private double clump;

    @Option(
            names = "--classes",
            paramLabel = "FILE",
            description = "Names to call groups of strangers by, one a line; takes an extractor with a text encoder.")
    private @Nullable Path names;

    @Option(names = "--limit", paramLabel = "N", description = "Take N images, chosen by the seed.")
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
            description = "Seed of every choice (default: 42).")
    private long seed;

    @Option(
            names = "--decisions",
            paramLabel = "FILE",
            description =
                    "Take the decisions that the page saved; they go before those in DIR/decisions.tsv, and are kept there. Without INPUT the lists in DIR are written anew, and nothing else is looked at.")
    private @Nullable Path decisions;

    @Option(
            names = "--apply",
            paramLabel = "HOW",
            description =
                    "Put the images aside that are taken out: move:DIR moves them, link:DIR makes links to them. DIR/applied.tsv of the output says how to undo it; nothing is deleted.")
    private @Nullable String apply;

    @Option(
            names = "--undo",
            paramLabel = "FILE",
            description = "Put back what the applied.tsv FILE says was put aside.")
    private @Nullable Path undo;

    @Option(
            names = "-o",
            paramLabel = "DIR",
            defaultValue = "stray-inspect",
            description = "Folder for everything that comes out (default: stray-inspect).")
    private Path folder = Path.of("");

    @Option(names = "--force", description = "Take a folder that holds anything else.")
    private boolean force;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws IOException {
        if (undo != null) {
            requireOnly(BESIDE_UNDO, "--undo");
            require(input == null, "--undo goes alone, without INPUT");
            return putBack(undo);
        }
        Optional<PutAside> aside = apply == null ? Optional.empty() : Optional.of(putAside(apply));
        var target = new InspectFolder(folder);
        if (input == null) {
            if (decisions == null) {
                throw new UsageException("say what to inspect: stray inspect INPUT");
            }
            requireOnly(BESIDE_DECISIONS, "--decisions without INPUT");
            return decide(target, decisions, aside);
        }
        return inspect(target, input, aside);
    }

    private int inspect(InspectFolder target, String images, Optional<PutAside> aside) throws IOException {
        int workers = ImageOptions.threads(threads);
        ImageOptions.requireValid(batch, workers);
        require(clump > 0 && clump <= 0.5, "--clump must be over 0 and at most 0.5, was %s", clump);
        target.require(images, Optional.ofNullable(decisions), force);
        ModelStore store = ModelStore.ofEnvironment();
        StoredModel chosen = model == null ? best(store) : store.find(model);
        var inspect = new Inspect(
                chosen,
                images,
                new StrangerRule(clump, seed),
                names == null ? Optional.empty() : Optional.of(TextLines.classNames(names)),
                ImageOptions.optional(limit),
                batch,
                workers,
                network.provider,
                Optional.of(CacheCommand.cache(common)));
        var failures = new FailureLog();
        InspectResult result;
        try (var progress = new TaskProgress(common, failures)) {
            result = inspect.run(progress);
        }
        InspectFolder.Left left = target.write(result, Optional.ofNullable(decisions), common.commandLine());
        if (common.json) {
            common.json(left.document());
        } else {
            new InspectSummary(common, folder).print(result, left, failures);
        }
        int moved = aside.isPresent() ? apply(target, aside.get()) : ExitCode.DONE;
        return moved == ExitCode.DONE ? failures.exitCode() : moved;
    }

    /** The first line says which extractor was taken, and what would be better. */
    private StoredModel best(ModelStore store) throws IOException {
        BestExtractor best = BestExtractor.of(store);
        String name = best.model().name();
        if (!common.quiet) {
            common.err()
                    .printf(
                            "extractor %s: %s%s%n",
                            name,
                            "the best that is installed and fits a laptop"
                                    + (best.model().builtIn() ? ", though its ranking is weak" : ""),
                            best.better()
                                    .map(entry -> "; '%s' fetches a better one".formatted(entry.howToGet()))
                                    .orElse(""));
        }
        return best.model();
    }

    private static PutAside putAside(String text) {
        try {
            return PutAside.of(text);
        } catch (IllegalArgumentException e) {
            throw new UsageException("--apply: " + e.getMessage());
        }
    }

    private void requireOnly(Set<String> allowed, String what) {
        for (OptionSpec option : spec.commandLine().getParseResult().matchedOptions()) {
            require(allowed.contains(option.longestName()), "%s does not go with %s", what, option.longestName());
        }
    }

    private int decide(InspectFolder target, Path file, Optional<PutAside> aside) throws IOException {
        List<InspectFolder.Written> lists = target.decide(file);
        common.print(
                Map.of("lists", rows(lists, list -> row("file", list.file(), "images", list.images()))),
                lists.stream()
                        .map(list -> Count.formatted("%s: %,d", folder.resolve(list.file()), list.images()))
                        .toList());
        return aside.isPresent() ? apply(target, aside.get()) : ExitCode.DONE;
    }

    private int apply(InspectFolder target, PutAside aside) throws IOException {
        PutAside.Done done = target.apply(aside);
        if (!common.json) {
            common.say(
                    "%s put aside in %s; 'stray inspect --undo %s' puts them back",
                    Count.of(done.images(), "image", "images"), aside.folder(), folder.resolve("applied.tsv"));
        }
        return ExitCode.DONE;
    }

    private int putBack(Path log) throws IOException {
        PutAside.Done done = PutAside.undo(log);
        done.left().forEach(line -> common.err().println("stray: not put back: " + line));
        common.print(
                Map.of("put_back", done.images(), "left", done.left()),
                List.of("%s put back".formatted(Count.of(done.images(), "image", "images"))));
        return done.left().isEmpty() ? ExitCode.DONE : ExitCode.FAILED;
    }
}
