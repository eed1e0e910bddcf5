// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import static io.github.stray.cli.Count.formatted;
import static io.github.stray.store.JsonRow.row;

import io.github.stray.metric.BootstrapIntervals;
import io.github.stray.metric.Interval;
import io.github.stray.metric.MacroMean;
import io.github.stray.metric.OodReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Metrics of one ID set against some OOD sets, as a table for people and as the contract's document.
 *
 * @param names OOD sets, in order
 * @param reports one a set
 */
record EvaluationTable(List<String> names, List<OodReport> reports) {

    Map<String, Object> document() {
        OodReport first = reports.getFirst();
        var document = row(
                "convention", first.convention().lowerCaseName(),
                "tpr", first.tpr(),
                "n_id", first.idSize());
        first.bootstrap()
                .ifPresent(intervals ->
                        document.put("bootstrap", row("resamples", intervals.resamples(), "seed", intervals.seed())));
        var results = new ArrayList<Map<String, Object>>();
        for (int i = 0; i < reports.size(); i++) {
            OodReport report = reports.get(i);
            var row = row("ood", names.get(i), "n_ood", report.oodSize(), "auroc", report.auroc());
            row.put("auroc_ci95", pair(report.aurocInterval()));
            row.put(fprKey(), report.fprAtTpr());
            row.put("aupr_in", report.auprIn());
            row.put("aupr_out", report.auprOut());
            report.bootstrap().ifPresent(intervals -> row.put("bootstrap_ci95", bootstrap(intervals)));
            results.add(row);
        }
        document.put("results", results);
        MacroMean mean = MacroMean.of(reports);
        document.put("mean", metrics(mean.auroc(), mean.fprAtTpr(), mean.auprIn(), mean.auprOut()));
        return document;
    }

    String text() {
        String heads = "%-" + width() + "s  %7s  %-17s  %7s  %7s  %8s  %9s%n";
        var text = new StringBuilder(
                formatted(heads, "OOD set", "AUROC", "95 % interval", fprHead(), "AUPR-In", "AUPR-Out", "n"));
        for (int i = 0; i < reports.size(); i++) {
            OodReport report = reports.get(i);
            text.append(figures(
                    names.get(i),
                    report.auroc(),
                    ends(report.aurocInterval()),
                    report.fprAtTpr(),
                    report.auprIn(),
                    report.auprOut()));
            text.append(formatted("  %9d%n", report.oodSize()));
        }
        if (reports.size() > 1) {
            MacroMean mean = MacroMean.of(reports);
            String name = "mean of %d sets".formatted(reports.size());
            text.append(figures(name, mean.auroc(), "", mean.fprAtTpr(), mean.auprIn(), mean.auprOut()));
            text.append(System.lineSeparator());
        }
        reports.getFirst().bootstrap().ifPresent(first -> appendBootstrap(text, first));
        return text.toString();
    }

    private String figures(String name, double auroc, String interval, double fpr, double auprIn, double auprOut) {
        String row = "%-" + width() + "s  %7.4f  %-17s  %7.4f  %7.4f  %8.4f";
        return formatted(row, name, auroc, interval, fpr, auprIn, auprOut);
    }

    private String fprHead() {
        return "FPR@" + percent(reports.getFirst().tpr());
    }

    private int width() {
        return Math.max(
                "mean of 10 sets".length(),
                names.stream().mapToInt(String::length).max().orElse(0));
    }

    private void appendBootstrap(StringBuilder text, BootstrapIntervals first) {
        String row = "%-" + width() + "s  %-17s  %-17s  %-17s  %s%n";
        text.append(
                formatted("%n95 %% intervals from %d bootstrap resamples, seed %d%n", first.resamples(), first.seed()));
        text.append(formatted(row, "OOD set", "AUROC", fprHead(), "AUPR-In", "AUPR-Out"));
        for (int i = 0; i < reports.size(); i++) {
            BootstrapIntervals intervals = reports.get(i).bootstrap().orElseThrow();
            String auroc = ends(intervals.auroc());
            String fpr = ends(intervals.fprAtTpr());
            text.append(formatted(row, names.get(i), auroc, fpr, ends(intervals.auprIn()), ends(intervals.auprOut())));
        }
    }

    private static String ends(Interval interval) {
        return formatted("%.4f to %.4f", interval.lower(), interval.upper());
    }

    private String fprKey() {
        return "fpr" + percent(reports.getFirst().tpr());
    }

    private static String percent(double tpr) {
        double percent = Math.round(tpr * 1e10) / 1e8;
        return percent == Math.rint(percent) ? Long.toString((long) percent) : Double.toString(percent);
    }

    private static List<Double> pair(Interval interval) {
        return List.of(interval.lower(), interval.upper());
    }

    private Map<String, Object> bootstrap(BootstrapIntervals intervals) {
        return metrics(
                pair(intervals.auroc()),
                pair(intervals.fprAtTpr()),
                pair(intervals.auprIn()),
                pair(intervals.auprOut()));
    }

    private Map<String, Object> metrics(Object auroc, Object fpr, Object auprIn, Object auprOut) {
        return row("auroc", auroc, fprKey(), fpr, "aupr_in", auprIn, "aupr_out", auprOut);
    }
}
