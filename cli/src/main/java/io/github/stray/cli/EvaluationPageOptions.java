// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import static io.github.stray.cli.UsageException.require;

import io.github.stray.detect.Detection;
import io.github.stray.feature.FeatureSet;
import io.github.stray.metric.OodReport;
import io.github.stray.provenance.Provenance;
import io.github.stray.report.Evaluation;
import io.github.stray.report.Evaluation.Judged;
import io.github.stray.report.EvaluationPage;
import io.github.stray.report.ExampleGroup;
import io.github.stray.report.OodResult;
import io.github.stray.report.ScorePicks;
import io.github.stray.score.Scores;
import io.github.stray.store.AtomicFile;
import io.github.stray.store.ScoreFile;
import io.github.stray.study.pictures.SmallPictures;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The page on compared scores. */
final class EvaluationPageOptions {
    private static final int EACH = 20;
    private static final int BLOCK = 1024;

    @Option(
            names = "--report",
            paramLabel = "PAGE.html",
            description = "Also write a page: metrics, histograms, ROC curves and the most confused images.")
    private @Nullable Path page;

    @Option(
            names = "--pictures",
            paramLabel = "FOLDER",
            description = "Where the page finds the images by their ids; may be repeated (default: ids are shown).")
    private List<String> pictures = List.of();

    void requireValid(boolean force, Path[] inputs) throws IOException {
        require(pictures.isEmpty() || page != null, "--pictures are those of --report PAGE.html");
        if (page != null) {
            Outputs.requireSuffix("--report", page, ".html");
            Outputs.require(page, force, inputs);
        }
    }

    /** Whether ids of samples are needed. */
    boolean wanted() {
        return page != null;
    }

    /** A set of scores: {@code scores} are those of the file, higher for ID. */
    record Side(String name, ScoreFile file, Scores scores) {
        private Optional<Judged> judged() {
            return file.verdicts().map(counts -> new Judged(counts.in(), counts.in() + counts.out()));
        }

        private ScorePicks picks() {
            List<String> ids = file.ids().orElseGet(() -> FeatureSet.rowNumbers(scores.size()));
            var picks = new ScorePicks(OptionalDouble.empty(), EACH);
            for (int from = 0; from < scores.size(); from += BLOCK) {
                picks.accept(IntStream.range(from, Math.min(scores.size(), from + BLOCK))
                        .mapToObj(i -> new Detection(
                                ids.get(i),
                                scores.get(i),
                                Optional.empty(),
                                OptionalDouble.empty(),
                                OptionalInt.empty(),
                                List.of()))
                        .toList());
            }
            return picks;
        }
    }

    /** Writes the page, if there is to be one. */
    void write(Side id, List<Side> ood, List<OodReport> reports, CommonOptions common) throws IOException {
        if (page == null) {
            return;
        }
        // An OOD set of the same name is another set all the same.
        String idName = ood.stream().anyMatch(side -> side.name().equals(id.name())) ? id.name() + " (ID)" : id.name();
        var judged = new HashMap<String, Judged>();
        id.judged().ifPresent(counts -> judged.put(idName, counts));
        var results = new ArrayList<OodResult>();
        var picks = new LinkedHashMap<String, ScorePicks>();
        for (int i = 0; i < ood.size(); i++) {
            Side side = ood.get(i);
            side.judged().ifPresent(counts -> judged.put(side.name(), counts));
            results.add(new OodResult(side.name(), Optional.empty(), reports.get(i), side.scores()));
            picks.put(side.name(), side.picks());
        }
        List<ExampleGroup> examples = ExampleGroup.confused(idName, id.picks(), picks, EACH);
        SmallPictures found = pictures(examples);
        common.notes(found.notes());
        var evaluation = new Evaluation(
                common.commandLine(),
                Provenance.now(Map.of("id", id.file().path().toString())),
                idName,
                id.scores(),
                results,
                judged,
                examples);
        AtomicFile.write(page, EvaluationPage.render(evaluation, found));
    }

    private SmallPictures pictures(List<ExampleGroup> examples) {
        var wanted = new HashMap<String, Set<String>>();
        var inputs = new HashMap<String, List<String>>();
        for (ExampleGroup group : examples) {
            group.examples().forEach(example -> {
                wanted.computeIfAbsent(example.set(), name -> new HashSet<>())
                        .add(example.detection().id());
                inputs.put(example.set(), pictures);
            });
        }
        return SmallPictures.read(wanted, inputs);
    }
}
