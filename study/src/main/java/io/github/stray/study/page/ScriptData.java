// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.page;

import io.github.stray.report.Numbers;
import io.github.stray.study.page.Cells.Group;
import io.github.stray.study.page.Cells.Mean;
import io.github.stray.study.result.ExtractorResult;
import io.github.stray.study.result.Outcome;
import io.github.stray.study.result.Outcome.Measured;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
record ScriptData(Cells cells, Map<String, Integer> reasons) {
    ScriptData(Cells cells) {
        this(cells, new LinkedHashMap<>());
    }

    String json(List<Group> views) {
        String all = views.stream().map(this::view).collect(Collectors.joining(",\n"));
        List<String> rows = Stream.concat(
                        cells.extractors().stream().map(ExtractorResult::name), Stream.of(Cells.OVERALL))
                .toList();
        return "{\"extractors\":%s,\n\"detectors\":%s,\n\"reasons\":[%s],\n\"views\":[%s]}"
                .formatted(strings(rows), strings(cells.detectors()), String.join(",", reasons.keySet()), all);
    }

    private String view(Group view) {
        boolean single = view.pairs().size() == 1;
        var arrays = new Arrays();
        for (ExtractorResult extractor : cells.extractors()) {
            arrays.add(cells.row(extractor.name(), view.pairs()));
            for (String detector : single ? cells.detectors() : List.<String>of()) {
                arrays.addInterval(
                        cells.measured(extractor.name(), detector, view.pairs().getFirst()));
            }
        }
        arrays.add(cells.overall(view.pairs()));
        return "{\"name\":%s,\"mean\":%s,%s}".formatted(string(view.name()), !single, arrays);
    }

    /** The arrays of one view. */
    private final class Arrays {
        private final List<String> auroc = new ArrayList<>();
        private final List<String> fpr = new ArrayList<>();
        private final List<String> low = new ArrayList<>();
        private final List<String> high = new ArrayList<>();
        private final StringBuilder marks = new StringBuilder();

        void add(List<Mean> row) {
            Optional<Mean> best = Cells.best(row);
            for (Mean mean : row) {
                boolean ran = mean.ran() > 0;
                auroc.add(ran ? thousandths(mean.auroc()) : Integer.toString(-1 - reason(mean.missing())));
                fpr.add(ran ? thousandths(mean.fpr95()) : "0");
                marks.append(mark(mean, best));
            }
        }

        private static char mark(Mean mean, Optional<Mean> best) {
            if (mean.ran() == 0) {
                return '.';
            }
            if (mean.isBest(best)) {
                return 'b';
            }
            return mean.failedInPart() ? '!' : !mean.complete() ? '*' : mean.amongBest() ? '=' : '.';
        }

        void addInterval(Optional<Measured> cell) {
            low.add(cell.map(each -> thousandths(each.interval().lower())).orElse("0"));
            high.add(cell.map(each -> thousandths(each.interval().upper())).orElse("0"));
        }

        @Override
        public String toString() {
            return "\"auroc\":[%s],\"fpr\":[%s],\"low\":[%s],\"high\":[%s],\"marks\":\"%s\""
                    .formatted(
                            String.join(",", auroc),
                            String.join(",", fpr),
                            String.join(",", low),
                            String.join(",", high),
                            marks);
        }
    }

    private int reason(Optional<Outcome> missing) {
        String word = string(missing.map(Outcome::status).orElse("\u2013"));
        String reason = string(missing.map(Outcome::reason).orElse("not run"));
        return reasons.computeIfAbsent("[" + word + "," + reason + "]", each -> reasons.size());
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
        return texts.stream().map(ScriptData::string).collect(Collectors.joining(",", "[", "]"));
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
