// SPDX-License-Identifier: Apache-2.0
package io.github.stray.report;

import static io.github.stray.report.Reports.elements;
import static io.github.stray.report.Reports.parsed;
import static io.github.stray.report.Reports.saying;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.stray.score.IdOodScores;
import io.github.stray.score.Scores;
import java.io.IOException;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.NotBlank;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import org.w3c.dom.Document;

class HtmlReportProperties {
    @Property(tries = 150)
    void write_anyTextAndScores_isWellFormed(
            @ForAll @StringLength(max = 60) String text,
            @ForAll @Size(min = 1, max = 40) double[] id,
            @ForAll @Size(min = 1, max = 40) double[] ood,
            @ForAll double threshold) {
        String page = page(
                saying(text, Scores.of(id), Optional.of(Reports.calibration(threshold, 0.95, 20)), Scores.of(ood)));
        Document document = parsed(page);
        assertThat(elements(document, "script")).hasSize(1);
        assertThat(elements(document, "section")).hasSize(7);
        assertThat(page).doesNotContain("NaN");
    }

    @Property(tries = 60)
    void write_anyMarkup_addsNoElement(@ForAll @NotBlank @StringLength(max = 20) String name) {
        String page =
                page(saying("<" + name + "><!--<![CDATA[&amp;\"'>", Scores.of(1), Optional.empty(), Scores.of(0)));
        String plain = page(saying("plain", Scores.of(1), Optional.empty(), Scores.of(0)));
        assertThat(elements(parsed(page), "*")).hasSameSizeAs(elements(parsed(plain), "*"));
    }

    @Property(tries = 60)
    void thinned_anyScores_staysOnTheCurveAndKeepsItsArea(
            @ForAll @Size(min = 1, max = 400) @DoubleRange(min = -3, max = 4) double[] id,
            @ForAll @Size(min = 1, max = 400) @DoubleRange(min = -4, max = 3) double[] ood) {
        RocCurve full = RocCurve.of(new IdOodScores(Scores.of(id), Scores.of(ood)));
        RocCurve thin = full.thinned(200);
        assertThat(thin.points().size()).isLessThanOrEqualTo(Math.max(200, 2));
        assertThat(full.points()).containsAll(thin.points());
        assertThat(RocCurveTest.area(thin)).isCloseTo(RocCurveTest.area(full), within(0.02));
    }

    private static String page(Report report) {
        try {
            return HtmlReport.render(report, Thumbnails.NONE);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
