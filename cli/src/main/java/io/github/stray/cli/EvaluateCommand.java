// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import static io.github.stray.cli.UsageException.require;

import io.github.stray.cli.EvaluationPageOptions.Side;
import io.github.stray.detect.Suggestion;
import io.github.stray.metric.Bootstrap;
import io.github.stray.metric.Convention;
import io.github.stray.metric.OodReport;
import io.github.stray.score.IdOodScores;
import io.github.stray.score.Scores;
import io.github.stray.store.ScoreFile;
import io.github.stray.store.ScoreFile.VerdictCounts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Score files to metrics. */
@Command(
        name = "evaluate",
        description = "Metrics from scores of ID and OOD samples: AUROC with its interval, FPR, AUPR.",
        footer = {
            "",
            "S is a score file: CSV or JSON lines with a column 'score', or .npy.",
            "FILE#SET takes the rows of one set of a file with a column 'set'.",
            "",
            "Examples:",
            "  stray evaluate --id test.csv --ood textures.csv --ood noise.csv",
            "  stray evaluate --id scores.csv#id --ood scores.csv#noise --json"
        })
final class EvaluateCommand extends StrayCommand {
    /** Which scores mean in-distribution. */
    enum Higher {
        ID,
        OOD
    }

    @Option(names = "--id", required = true, paramLabel = "S", description = "Scores of in-distribution samples.")
    private String id = "";

    @Option(names = "--ood", required = true, paramLabel = "S", description = "Scores of OOD samples; may be repeated.")
    private List<String> ood = List.of();

    @Option(
            names = "--convention",
            paramLabel = "C",
            defaultValue = "canonical",
            description = "Rule for FPR and AUPR: canonical, plp, openood, mcm, vim, ninco (default: canonical).")
    private String convention = "";

    @Option(
            names = "--tpr",
            paramLabel = "T",
            defaultValue = "0.95",
            description = "TPR of the FPR, and target beside which the realised TPR is printed (default: 0.95).")
    private double tpr;

    @Option(names = "--bootstrap", paramLabel = "N", description = "Add bootstrap intervals from N resamples.")
    private @Nullable Integer bootstrap;

    @Option(
            names = "--seed",
            paramLabel = "S",
            defaultValue = "42",
            description = "Seed of the bootstrap (default: 42).")
    private long seed;

    @Option(
            names = "--higher-is",
            paramLabel = "id|ood",
            defaultValue = "id",
            description = "What a higher score means; Stray's own files: id (default).")
    private Higher higherIs = Higher.ID;

    @Mixin
    private final EvaluationPageOptions page = new EvaluationPageOptions();

    @Option(names = "--force", description = "Replace a page that Stray did not write.")
    private boolean force;

    @Override
    public Integer call() throws IOException {
        Convention rule = rule();
        page.requireValid(
                force,
                Stream.concat(Stream.of(id), ood.stream())
                        .map(EvaluateCommand::path)
                        .toArray(Path[]::new));
        var read = new LinkedHashMap<Path, ScoreFile>();
        ScoreFile idFile = filled(id, read);
        noteSets(id, idFile, "ID");
        var names = new ArrayList<String>();
        var reports = new ArrayList<OodReport>();
        var files = new ArrayList<ScoreFile>();
        for (String source : ood) {
            ScoreFile oodFile = filled(source, read);
            noteSets(source, oodFile, "OOD");
            files.add(oodFile);
            var scores = new IdOodScores(oriented(idFile.scores()), oriented(oodFile.scores()));
            reports.add(
                    bootstrap == null
                            ? OodReport.of(scores, tpr, rule)
                            : OodReport.of(scores, tpr, rule, new Bootstrap(bootstrap, seed)));
            names.add(name(source));
        }
        List<String> sets = distinct(names);
        var table = new EvaluationTable(sets, reports);
        if (page.wanted()) {
            page.write(
                    side(name(id), idFile),
                    IntStream.range(0, sets.size())
                            .mapToObj(i -> side(sets.get(i), files.get(i)))
                            .toList(),
                    reports,
                    common);
        }
        Optional<Double> realised = idFile.verdicts().map(EvaluateCommand::realised);
        if (common.json) {
            Map<String, Object> document = table.document();
            realised.ifPresent(share -> document.put("realised_tpr", share));
            common.json(document);
            return ExitCode.DONE;
        }
        common.say("ID: %s, n = %d; convention: %s%n", name(id), idFile.scores().size(), rule.lowerCaseName());
        common.out().print(table.text());
        realised.ifPresent(share -> common.say(
                "%nrealised TPR %.4f, target %.4g: this share of the ID samples got the verdict 'in'", share, tpr));
        return ExitCode.DONE;
    }

    private Side side(String name, ScoreFile file) {
        return new Side(name, file, oriented(file.scores()));
    }

    private void noteSets(String source, ScoreFile file, String side) {
        if (file.sets().size() > 1) {
            common.remark(
                    "stray: note: all sets of %s count as %s: %s; %s#SET takes one",
                    source, side, String.join(", ", file.sets()), source);
        }
    }

    private Convention rule() {
        String name = convention.toLowerCase(Locale.ROOT);
        List<String> names =
                Stream.of(Convention.values()).map(Convention::lowerCaseName).toList();
        require(names.contains(name), "no convention '%s'; %s", convention, Suggestion.among(name, names));
        return Convention.ofName(name);
    }

    private Scores oriented(Scores scores) {
        return higherIs == Higher.ID ? scores : Scores.fromOutlierScores(scores.toArray());
    }

    private static double realised(VerdictCounts verdicts) {
        return (double) verdicts.in() / (verdicts.in() + verdicts.out());
    }

    private ScoreFile filled(String source, Map<Path, ScoreFile> read) throws IOException {
        ScoreFile scores = file(source, read);
        require(scores.scores().size() > 0, "%s holds no scores; metrics need at least one on each side", source);
        return scores;
    }

    private ScoreFile file(String source, Map<Path, ScoreFile> read) throws IOException {
        Path path = path(source);
        ScoreFile all = cached(path, read);
        return path.equals(Path.of(source)) ? all : all.set(source.substring(source.lastIndexOf('#') + 1));
    }

    /** The file of {@code FILE} or {@code FILE#SET}. */
    private static Path path(String source) {
        Path whole = Path.of(source);
        int hash = source.lastIndexOf('#');
        return hash < 0 || Files.exists(whole) ? whole : Path.of(source.substring(0, hash));
    }

    private ScoreFile cached(Path path, Map<Path, ScoreFile> read) throws IOException {
        ScoreFile known = read.get(path);
        if (known == null) {
            known = page.wanted() ? ScoreFile.readWithIds(path) : ScoreFile.read(path);
            read.put(path, known);
        }
        return known;
    }

    private static String name(String source) {
        int hash = source.lastIndexOf('#');
        if (hash >= 0 && !Files.exists(Path.of(source))) {
            return source.substring(hash + 1);
        }
        Path file = Path.of(source).getFileName();
        String name = file == null ? source : file.toString();
        int dot = name.lastIndexOf('.');
        return dot > 0 ? name.substring(0, dot) : name;
    }

    private List<String> distinct(List<String> names) {
        return names.stream().distinct().count() == names.size() ? names : ood;
    }
}
