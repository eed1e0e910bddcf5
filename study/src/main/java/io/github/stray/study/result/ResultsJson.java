// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.result;

import io.github.stray.extract.FailedSample;
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
     * The document.
     *
     * @param results what a study found
     * @return keys and values, to be written as JSON
     */
    public static Map<String, Object> document(StudyResults results) {
        Suite suite = results.suite();
        var document = new LinkedHashMap<String, Object>();
        document.put("suite", suite.name());
        document.put("title", suite.title());
        document.put("suite_sha256", suite.sha256());
        document.put("convention", suite.convention().lowerCaseName());
        document.put("templates", suite.templates());
        document.put("seed", suite.seed());
        document.put("probe_batch", suite.probeBatch());
        results.limit().ifPresent(limit -> document.put("limit", limit));
        document.put(
                "extractors",
                results.extractors().stream().map(ResultsJson::extractor).toList());
        document.put("sets", results.sets().stream().map(ResultsJson::set).toList());
        document.put("cells", results.cells().stream().map(ResultsJson::cell).toList());
        document.put("means", results.means().stream().map(ResultsJson::mean).toList());
        document.put(
                "correlations",
                results.correlations().stream().map(ResultsJson::correlation).toList());
        document.put(
                "published",
                suite.published().stream().map(ResultsJson::published).toList());
        document.put("failed", failed(results));
        document.put("notes", results.notes());
        document.put("provenance", results.provenance());
        document.put("times", times(results));
        return document;
    }

    private static Map<String, Object> extractor(ExtractorResult extractor) {
        var row = new LinkedHashMap<String, Object>();
        row.put("name", extractor.name());
        row.put("weights_sha256", extractor.weights());
        row.put("preprocessing", extractor.preprocessing());
        row.put("dimension", extractor.dimension());
        row.put("head", extractor.head().text());
        extractor.bytes().ifPresent(bytes -> row.put("bytes", bytes));
        row.put("knn_accuracy", extractor.accuracy());
        return row;
    }

    private static Map<String, Object> set(SetResult set) {
        var row = new LinkedHashMap<String, Object>();
        row.put("name", set.name());
        row.put("source", set.source());
        row.put("fingerprint", set.fingerprint());
        row.put("n", set.samples());
        return row;
    }

    private static Map<String, Object> cell(Cell cell) {
        var row = new LinkedHashMap<String, Object>();
        row.put("extractor", cell.extractor());
        row.put("pair", cell.pair());
        row.put("ood", cell.comparison().name());
        row.put("group", cell.comparison().group().id());
        row.put("detector", cell.detector());
        row.put("status", cell.outcome().status());
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
        var row = new LinkedHashMap<String, Object>();
        row.put("extractor", mean.extractor());
        row.put("pair", mean.pair());
        row.put("detector", mean.detector());
        row.put("group", mean.group());
        row.put("sets", mean.sets());
        row.put("auroc", mean.auroc());
        row.put("fpr95", mean.fpr95());
        row.put("aupr_in", mean.auprIn());
        row.put("aupr_out", mean.auprOut());
        return row;
    }

    private static Map<String, Object> correlation(PairCorrelation entry) {
        var row = new LinkedHashMap<String, Object>();
        row.put("pair", entry.pair());
        row.put("ood", entry.comparison().name());
        row.put("detector", entry.detector());
        row.put("extractors", entry.correlation().size());
        row.put("pearson", entry.correlation().pearson());
        row.put("r_squared", entry.correlation().rSquared());
        return row;
    }

    private static Map<String, Object> published(PublishedFigure figure) {
        var row = new LinkedHashMap<String, Object>();
        row.put("pair", figure.pair());
        row.put("ood", figure.ood());
        row.put("detector", figure.detector());
        row.put("extractor", figure.extractor());
        row.put("auroc", figure.auroc());
        row.put("source", figure.source());
        return row;
    }

    private static List<Map<String, Object>> failed(StudyResults results) {
        var rows = new ArrayList<Map<String, Object>>();
        for (SetResult set : results.sets()) {
            for (FailedSample sample : set.failed()) {
                var row = new LinkedHashMap<String, Object>();
                row.put("set", set.name());
                row.put("id", sample.id());
                row.put("reason", sample.reason());
                rows.add(row);
            }
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
