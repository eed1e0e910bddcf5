// SPDX-License-Identifier: Apache-2.0
package io.github.stray.report;

import io.github.stray.report.StudyCells.Group;
import io.github.stray.report.StudyCells.Mean;
import io.github.stray.report.StudyReport.Extractor;
import io.github.stray.report.StudyReport.Failed;
import io.github.stray.report.StudyReport.Figures;
import io.github.stray.report.StudyReport.NotApplicable;
import io.github.stray.report.StudyReport.Outcome;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/**
 * The figures once more, as JSON for the script that lets a reader choose what to see. No character in it means anything
 * in markup. Figures are whole thousandths, as the tables show them: 1000 and 0 are exact, 999.5 is {@code >0.999} and 0.5
 * is {@code <0.001}. A cell without figures is {@code -1 - i}, i a place in the list of reasons.
 *
 * <pre>
 * {"extractors": [..], "detectors": [..], "reasons": [["n/a", ".."], ..],
 *  "views": [{"name", "mean", "auroc": [..], "fpr": [..], "low": [..], "high": [..], "marks": "b=*."}, ..]}
 * </pre>
 *
 * The arrays of a view are extractor by extractor; a view of several pairs has no ends of intervals. Marks: b best of the
 * extractor, = not significantly worse, * over a part of the pairs.
 */
final class StudyData {
    private final StudyReport report;
    private final StudyCells cells;
    private final Map<String, Integer> reasons = new LinkedHashMap<>();

    StudyData(StudyReport report, StudyCells cells) {
        this.report = report;
        this.cells = cells;
    }

    String json(List<Group> views) {
        String all = views.stream().map(this::view).collect(Collectors.joining(",\n"));
        return "{\"extractors\":%s,\n\"detectors\":%s,\n\"reasons\":[%s],\n\"views\":[%s]}"
                .formatted(
                        strings(report.extractors().stream()
                                .map(Extractor::name)
                                .toList()),
                        strings(report.detectors()),
                        String.join(",", reasons.keySet()),
                        all);
    }

    private String view(Group view) {
        var auroc = new StringBuilder();
        var fpr = new StringBuilder();
        var low = new StringBuilder();
        var high = new StringBuilder();
        var marks = new StringBuilder();
        boolean single = view.pairs().size() == 1;
        for (Extractor extractor : report.extractors()) {
            OptionalDouble best = cells.best(extractor.name(), view.pairs());
            for (String detector : report.detectors()) {
                Mean mean = cells.mean(extractor.name(), detector, view.pairs());
                Optional<Figures> one = single
                        ? cells.figures(extractor.name(), detector, view.pairs().getFirst())
                        : Optional.empty();
                if (mean.ran() == 0) {
                    add(auroc, Integer.toString(-1 - reason(mean.missing())));
                    add(fpr, "0");
                    marks.append('.');
                } else {
                    boolean isBest = mean.complete() && best.isPresent() && mean.auroc() == best.getAsDouble();
                    add(auroc, thousandths(mean.auroc()));
                    add(fpr, thousandths(mean.fpr95()));
                    marks.append(isBest ? 'b' : !mean.complete() ? '*' : mean.amongBest() ? '=' : '.');
                }
                if (single) {
                    add(low, one.map(each -> thousandths(each.low())).orElse("0"));
                    add(high, one.map(each -> thousandths(each.high())).orElse("0"));
                }
            }
        }
        return "{\"name\":%s,\"mean\":%s,\"auroc\":[%s],\"fpr\":[%s],\"low\":[%s],\"high\":[%s],\"marks\":\"%s\"}"
                .formatted(string(view.name()), !single, auroc, fpr, low, high, marks);
    }

    private static void add(StringBuilder list, String value) {
        if (!list.isEmpty()) {
            list.append(',');
        }
        list.append(value);
    }

    private int reason(Optional<Outcome> missing) {
        String pair = missing.map(outcome -> switch (outcome) {
                    case NotApplicable absent -> pair("n/a", absent.reason());
                    case Failed failed -> pair("failed", failed.reason());
                    case Figures figures -> throw new IllegalStateException("not missing: " + figures);
                })
                .orElse(pair("\u2013", "not run"));
        return reasons.computeIfAbsent(pair, each -> reasons.size());
    }

    private static String pair(String word, String reason) {
        return "[" + string(word) + "," + string(reason) + "]";
    }

    static String thousandths(double fraction) {
        String text = Numbers.metric(fraction);
        if (text.startsWith(">")) {
            return "999.5";
        }
        if (text.startsWith("<")) {
            return "0.5";
        }
        return Long.toString(Math.round(1000 * Double.parseDouble(text)));
    }

    private static String strings(List<String> texts) {
        return texts.stream().map(StudyData::string).collect(Collectors.joining(",", "[", "]"));
    }

    /** Anything but letters, digits and a few signs is written by its number. */
    static String string(String text) {
        var escaped = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char character = text.charAt(i);
            boolean plain =
                    character < 128 && (Character.isLetterOrDigit(character) || " -_.,:;/+=()".indexOf(character) >= 0);
            escaped.append(plain ? String.valueOf(character) : "\\u%04x".formatted((int) character));
        }
        return escaped.append('"').toString();
    }
}
