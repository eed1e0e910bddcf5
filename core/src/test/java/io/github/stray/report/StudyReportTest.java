// SPDX-License-Identifier: Apache-2.0
package io.github.stray.report;

import static io.github.stray.report.Studies.cell;
import static io.github.stray.report.Studies.extractor;
import static io.github.stray.report.Studies.figures;
import static io.github.stray.report.Studies.pair;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.stray.report.OodResult.Shift;
import io.github.stray.report.StudyReport.Curve;
import io.github.stray.report.StudyReport.Extractor;
import io.github.stray.report.StudyReport.Figures;
import io.github.stray.report.StudyReport.Pair;
import io.github.stray.score.Scores;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class StudyReportTest {
    private static final Pair PAIR = pair("ood", Shift.NEAR);

    @Test
    void report_cellOfUnknownParts_isRefusedByName() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Studies.of(
                        List.of(extractor("a")),
                        List.of("knn"),
                        List.of(PAIR),
                        List.of(cell("b", "knn", PAIR, figures(1)))))
                .withMessageContaining("no extractor 'b'");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Studies.of(
                        List.of(extractor("a")),
                        List.of("knn"),
                        List.of(PAIR),
                        List.of(cell("a", "gen", PAIR, figures(1)))))
                .withMessageContaining("no detector 'gen'");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Studies.of(
                        List.of(extractor("a")),
                        List.of("knn"),
                        List.of(),
                        List.of(cell("a", "knn", PAIR, figures(1)))))
                .withMessageContaining("no pair 'id vs ood'");
    }

    @Test
    void report_repetition_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        Studies.of(List.of(extractor("a"), extractor("a")), List.of("knn"), List.of(PAIR), List.of()))
                .withMessageContaining("'a' twice");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Studies.of(
                        List.of(extractor("a")),
                        List.of("knn"),
                        List.of(PAIR),
                        List.of(cell("a", "knn", PAIR, figures(1)), cell("a", "knn", PAIR, figures(0)))))
                .withMessageContaining("a, knn, id vs ood");
    }

    @Test
    void figures_outsideZeroToOne_areRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Figures(1.2, 0, 1, 0, 0, 0, false, Optional.empty()))
                .withMessageContaining("AUROC must lie in 0 to 1, was 1.2");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Figures(1, 0, 1, Double.NaN, 0, 0, false, Optional.empty()))
                .withMessageContaining("FPR@95");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Extractor("a", OptionalLong.empty(), OptionalDouble.of(0), Map.of()))
                .withMessageContaining("'a'");
    }

    @Test
    void curve_withoutFigures_isRefused() {
        StudyReport whole = Studies.saying("net");
        var curve = new Curve("net2", "net2", whole.pairs().getFirst(), Scores.of(1), Scores.of(0));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new StudyReport(
                        whole.title(),
                        whole.suite(),
                        whole.command(),
                        whole.provenance(),
                        whole.setup(),
                        whole.notes(),
                        whole.files(),
                        whole.extractors(),
                        whole.detectors(),
                        whole.reference(),
                        whole.pairs(),
                        whole.cells(),
                        whole.correlations(),
                        List.of(curve),
                        whole.maps(),
                        whole.heads(),
                        whole.failed()))
                .withMessageContaining("net2, net2, net vs net but no figures");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Curve("a", "knn", PAIR, Scores.of(), Scores.of(0)))
                .withMessageContaining("has 0 and 1");
    }
}
