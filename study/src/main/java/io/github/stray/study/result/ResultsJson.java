// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.result;

import static io.github.stray.store.JsonRow.row;
import static io.github.stray.store.JsonRow.rows;

import io.github.stray.study.result.Outcome.Measured;
import io.github.stray.study.suite.PublishedFigure;
import io.github.stray.study.suite.Suite;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code results.json}: everything. Only the object {@code times} differs between two runs of the same study. */
public final class ResultsJson {
    private ResultsJson() {}

    /**
     * {@return the document: keys and values, to be written as JSON}
     *
     * @param results what a study found
     */
    public static Map<String, Object> document(StudyResults results) {
        Suite suite = results.suite();
        var document = row(
                "suite", suite.name(),
                "title", suite.title(),
                "suite_sha256", suite.sha256(),
                "convention", suite.convention().lowerCaseName(),
                "templates", suite.templates(),
                "seed", suite.seed(),
                "probe_batch", suite.probeBatch());
        results.limit().ifPresent(limit -> document.put("limit", limit));
        document.put("extractors", rows(results.extractors(), ResultsJson::extractor));
        document.put("sets", rows(results.sets(), ResultsJson::set));
        document.put("cells", rows(results.cells(), ResultsJson::cell));
        document.put("means", rows(results.means(), ResultsJson::mean));
        document.put("correlations", rows(results.correlations(), ResultsJson::correlation));
        document.put("published", rows(suite.published(), ResultsJson::published));
        document.put("failed", failed(results));
        document.put("notes", results.notes());
        document.put("provenance", results.provenance());
        document.put("times", times(results));
        return document;
    }

    private static Map<String, Object> extractor(ExtractorResult extractor) {
        var row = row(
                "name", extractor.name(),
                "weights_sha256", extractor.weights(),
                "preprocessing", extractor.preprocessing(),
                "dimension", extractor.dimension(),
                "head", extractor.head().text());
        extractor.bytes().ifPresent(bytes -> row.put("bytes", bytes));
        row.put("knn_accuracy", extractor.accuracy());
        return row;
    }

    private static Map<String, Object> set(SetResult set) {
        return row(
                "name", set.name(),
                "source", set.source(),
                "fingerprint", set.fingerprint(),
                "n", set.samples());
    }

    private static Map<String, Object> cell(Cell cell) {
        var row = row(
                "extractor", cell.extractor(),
                "pair", cell.pair(),
                "ood", cell.comparison().name(),
                "group", cell.comparison().group().id(),
                "detector", cell.detector(),
                "status", cell.outcome().status());
        if (!(cell.outcome() instanceof Measured measured)) {
            row.put("reason", cell.outcome().reason());
            return row;
        }
        row.put("auroc", measured.auroc());
        row.put(
                "auroc_ci95",
                List.of(measured.interval().lower(), measured.interval().upper()));
        row.put("fpr95", measured.fpr95());
        row.put("aupr_in", measured.auprIn());
        row.put("aupr_out", measured.auprOut());
        row.put("n_id", measured.idSize());
        row.put("n_ood", measured.oodSize());
        rank(row, "best", "p_best", cell.overall());
        rank(row, "best_of_extractor", "p_best_of_extractor", cell.within());
        row.put("scores", cell.unit() + "#" + cell.place());
        return row;
    }

    private static void rank(Map<String, Object> row, String best, String p, Rank rank) {
        if (rank.best()) {
            row.put(best, true);
        }
        rank.p().ifPresent(value -> row.put(p, value));
    }

    private static Map<String, Object> mean(Mean mean) {
        return row(
                "extractor", mean.extractor(),
                "pair", mean.pair(),
                "detector", mean.detector(),
                "group", mean.group(),
                "sets", mean.sets(),
                "auroc", mean.auroc(),
                "fpr95", mean.fpr95(),
                "aupr_in", mean.auprIn(),
                "aupr_out", mean.auprOut());
    }

    private static Map<String, Object> correlation(PairCorrelation entry) {
        return row(
                "pair", entry.pair(),
                "ood", entry.comparison().name(),
                "detector", entry.detector(),
                "extractors", entry.correlation().size(),
                "pearson", entry.correlation().pearson(),
                "r_squared", entry.correlation().rSquared());
    }

    private static Map<String, Object> published(PublishedFigure figure) {
        return row(
                "pair", figure.pair(),
                "ood", figure.ood(),
                "detector", figure.detector(),
                "extractor", figure.extractor(),
                "auroc", figure.auroc(),
                "source", figure.source());
    }

    private static List<Map<String, Object>> failed(StudyResults results) {
        var rows = new ArrayList<Map<String, Object>>();
        for (SetResult set : results.sets()) {
            set.failed()
                    .forEach(sample -> rows.add(row(
                            "set",
                            set.name(),
                            "id",
                            sample.id(),
                            "reason",
                            sample.reason(),
                            "kind",
                            sample.kind().name())));
        }
        return rows;
    }

    private static Map<String, Object> times(StudyResults results) {
        var times = new LinkedHashMap<String, Object>(results.times());
        var rates = new LinkedHashMap<String, Double>();
        for (ExtractorResult extractor : results.extractors()) {
            extractor.imagesPerSecond().ifPresent(rate -> rates.put(extractor.name(), rate));
        }
        times.put("images_per_second", rates);
        return times;
    }
}
