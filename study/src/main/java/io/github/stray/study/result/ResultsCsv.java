// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.result;

import io.github.stray.study.result.Outcome.Measured;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;

/** {@code results.csv}: a row a cell, for spreadsheets and plots (RFC 4180, LF). */
final class ResultsCsv {
    private static final String HEADER =
            "extractor,pair,ood,group,detector,status,auroc,auroc_low,auroc_high,fpr95,aupr_in,aupr_out,n_id,n_ood,p_best,reason";

    private ResultsCsv() {}

    static String text(StudyResults results) {
        var text = new StringBuilder(HEADER).append('\n');
        for (Cell cell : results.cells()) {
            var fields = new ArrayList<>(List.of(
                    cell.extractor(),
                    cell.pair(),
                    cell.comparison().name(),
                    cell.comparison().group().id(),
                    cell.detector(),
                    cell.outcome().status()));
            fields.addAll(cell.measured()
                    .map(measured -> numbers(measured, cell.overall()))
                    .orElse(Collections.nCopies(9, "")));
            fields.add(cell.outcome().reason());
            text.append(fields.stream().map(ResultsCsv::quoted).collect(Collectors.joining(",")))
                    .append('\n');
        }
        return text.toString();
    }

    private static List<String> numbers(Measured measured, Rank rank) {
        return List.of(
                Double.toString(measured.auroc()),
                Double.toString(measured.interval().lower()),
                Double.toString(measured.interval().upper()),
                Double.toString(measured.fpr95()),
                Double.toString(measured.auprIn()),
                Double.toString(measured.auprOut()),
                Integer.toString(measured.idSize()),
                Integer.toString(measured.oodSize()),
                rank.p().isPresent() ? Double.toString(rank.p().getAsDouble()) : "");
    }

    private static String quoted(String field) {
        return field.matches("[^\",\r\n]*") ? field : '"' + field.replace("\"", "\"\"") + '"';
    }
}
