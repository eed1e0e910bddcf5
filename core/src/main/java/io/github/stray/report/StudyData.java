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
import java.util.stream.Stream;

/**
 * The figures once more, as JSON for the script that lets a reader choose what to see. No character in it means anything
 * in markup. Figures are whole thousandths, as the tables show them: 1000 and 0 are exact, 999.5 is {@code >0.999} and 0.5
 * is {@code <0.001}. A cell without figures is {@code -1 - i}, i a place in the list of reasons.
 *
 * <pre>
 * {"extractors": [..], "detectors": [..], "reasons": [["n/a", ".."], ..],
 *  "views": [{"name", "mean", "auroc": [..], "fpr": [..], "low": [..], "high": [..], "marks": "b=*!."}, ..]}
 * </pre>
 *
 * The arrays of a view are extractor by extractor, then come the means over extractors, which the list of extractors ends
 * with; a view of several pairs has no ends of intervals. Marks: b best of the
 * extractor, = not significantly worse, * over a part of the pairs, ! the same because some failed.
 */
final class StudyData {
    /** Name of the row behind those of the extractors. */
    static final String OVERALL = "mean over extractors";

    private final StudyReport report;
    private final StudyCells cells;
    private final Map<String, Integer> reasons = new LinkedHashMap<>();

    StudyData(StudyReport report, StudyCells cells) {
        this.report = report;
        this.cells = cells;
    }

    String json(List<Group> views) {
        String all = views.stream().map(this::view).collect(Collectors.joining(",\n"));
        List<String> rows = Stream.concat(report.extractors().stream().map(Extractor::name), Stream.of(OVERALL))
                .toList();
        return "{\"extractors\":%s,\n\"detectors\":%s,\n\"reasons\":[%s],\n\"views\":[%s]}"
                .formatted(strings(rows), strings(report.detectors()), String.join(",", reasons.keySet()), all);
    }

    private String view(Group view) {
        var arrays = new Arrays();
        boolean single = view.pairs().size() == 1;
        for (Extractor extractor : report.extractors()) {
            OptionalDouble best = cells.best(extractor.name(), view.pairs());
            for (String detector : report.detectors()) {
                arrays.add(cells.mean(extractor.name(), detector, view.pairs()), best);
                if (single) {
                    Optional<Figures> one = cells.figures(
                            extractor.name(), detector, view.pairs().getFirst());
                    append(arrays.low, one.map(each -> thousandths(each.low())).orElse("0"));
                    append(
                            arrays.high,
                            one.map(each -> thousandths(each.high())).orElse("0"));
                }
            }
        }
        OptionalDouble best = cells.bestOverall(view.pairs());
        for (String detector : report.detectors()) {
            arrays.add(cells.overall(detector, view.pairs()), best);
        }
        return "{\"name\":%s,\"mean\":%s,%s}".formatted(string(view.name()), !single, arrays);
    }

    /** The arrays of one view. */
    private final class Arrays {
        private final StringBuilder auroc = new StringBuilder();
        private final StringBuilder fpr = new StringBuilder();
        private final StringBuilder low = new StringBuilder();
        private final StringBuilder high = new StringBuilder();
        private final StringBuilder marks = new StringBuilder();

        void add(Mean mean, OptionalDouble best) {
            if (mean.ran() == 0) {
                append(auroc, Integer.toString(-1 - reason(mean.missing())));
                append(fpr, "0");
                marks.append('.');
                return;
            }
            boolean isBest = mean.complete() && best.isPresent() && mean.auroc() == best.getAsDouble();
            append(auroc, thousandths(mean.auroc()));
            append(fpr, thousandths(mean.fpr95()));
            marks.append(
                    isBest ? 'b' : mean.failedInPart() ? '!' : !mean.complete() ? '*' : mean.amongBest() ? '=' : '.');
        }

        @Override
        public String toString() {
            return "\"auroc\":[%s],\"fpr\":[%s],\"low\":[%s],\"high\":[%s],\"marks\":\"%s\""
                    .formatted(auroc, fpr, low, high, marks);
        }
    }

    private static void append(StringBuilder list, String value) {
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
