// SPDX-License-Identifier: Apache-2.0
package io.github.stray.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.stray.detect.Detection;
import io.github.stray.detect.Neighbour;
import io.github.stray.extract.FailedSample;
import io.github.stray.provenance.Provenance;
import io.github.stray.score.Scores;
import io.github.stray.threshold.Calibration;
import io.github.stray.threshold.Promise;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ScorePageTest {
    private static final Calibration CUT = Calibration.of(
            Scores.of(IntStream.range(0, 100).mapToDouble(i -> i / 100.0).toArray()), Promise.onAverage(0.9));

    private static Detection image(String id, double score, Optional<Calibration> cut) {
        return new Detection(
                id,
                score,
                cut.map(known -> known.verdict(score)),
                cut.stream().mapToDouble(known -> known.pValue(score)).findFirst(),
                OptionalInt.empty(),
                List.of(new Neighbour("near " + id, 0, 0.5)));
    }

    private static ScorePicks picks(Optional<Calibration> cut, int each, double... scores) {
        var picks =
                new ScorePicks(cut.stream().mapToDouble(Calibration::threshold).findFirst(), each);
        int number = 0;
        for (double score : scores) {
            picks.accept(List.of(image("i" + number++, score, cut)));
        }
        return picks;
    }

    private static List<String> ids(List<Detection> images) {
        return images.stream().map(Detection::id).toList();
    }

    private static String page(String text, Optional<Calibration> cut, ScorePicks picks, OptionalDouble fdr)
            throws IOException {
        var report = new ScoreReport(
                text,
                text,
                new Provenance(Map.of(text, text)),
                new DetectorSummary(text, Map.of(), text, text + " training", cut, List.of(text)),
                picks,
                fdr,
                List.of(new FailedSample(text, text)));
        return ScorePage.render(report, Thumbnails.NONE);
    }

    /** The threshold is 0.09; equal scores keep their order. */
    @Test
    void accept_samples_keepsThoseWorthLookingAt() {
        ScorePicks picks = picks(Optional.of(CUT), 2, 0.5, 0.02, 0.9, 0.08, 0.9, 0.01, 0.1, 0.9);
        assertThat(CUT.threshold()).isEqualTo(0.09);
        assertThat(ids(picks.rejected())).containsExactly("i5", "i1");
        assertThat(ids(picks.doubtful())).containsExactlyInAnyOrder("i3", "i6");
        assertThat(ids(picks.typical())).containsExactly("i2", "i4");
        assertThat(picks.size()).isEqualTo(8);
        assertThat(picks.out()).isEqualTo(3);
        assertThat(picks.scores()).containsExactly(0.5, 0.02, 0.9, 0.08, 0.9, 0.01, 0.1, 0.9);
    }

    @Test
    void accept_manySamples_equalsSortingThemAll() {
        double[] scores =
                DoubleStream.iterate(0.37, x -> 3.9 * x * (1 - x)).limit(5000).toArray();
        ScorePicks picks = picks(Optional.empty(), 20, scores);
        double[] sorted = DoubleStream.of(scores).sorted().toArray();
        assertThat(picks.rejected().stream().mapToDouble(Detection::score).toArray())
                .isEqualTo(DoubleStream.of(sorted).limit(20).toArray());
        var highest = new ArrayList<Double>();
        for (int i = 0; i < 20; i++) {
            highest.add(sorted[sorted.length - 1 - i]);
        }
        assertThat(picks.typical().stream().map(Detection::score)).isEqualTo(highest);
        assertThat(picks.doubtful()).isEmpty();
        assertThat(picks.scores()).isEqualTo(scores);
    }

    @Test
    void render_judged_saysWhatItFoundAndWhatTheThresholdKeeps() throws IOException {
        String page = page(
                "holiday", Optional.of(CUT), picks(Optional.of(CUT), 20, 0.5, 0.02, 0.9, 0.08), OptionalDouble.empty());
        Reports.parsed(page);
        assertThat(page)
                .contains("2 of 4\u00a0images do not look like what the detector was fitted on")
                .contains("Of your own images about 9.9\u00a0% would be called out too.")
                .contains("keeps 84.8\u00a0% to 94.5\u00a0% of new ID images (9 times in 10)")
                .contains("at most 1 in 25 of your own images score this low")
                .contains("typical: at least half of your own images score no higher")
                .contains("near i1", "Doubtful", "Rejected", "threshold 0.09000");
    }

    @Test
    void render_fdr_saysWhatOutMeans() throws IOException {
        String page = page("x", Optional.of(CUT), picks(Optional.of(CUT), 20, 0.5), OptionalDouble.of(0.2));
        assertThat(page).contains("Of those, at most 20\u00a0% are expected to be your own after all.");
    }

    @Test
    void render_uncalibrated_hasNoVerdicts() throws IOException {
        String page = page("x", Optional.empty(), picks(Optional.empty(), 20, 0.5, 0.25), OptionalDouble.empty());
        Reports.parsed(page);
        assertThat(page).contains("no calibration", "Strangest").doesNotContain("Doubtful", "of your own");
    }

    @Test
    void render_anyText_isEscaped() throws IOException {
        String hostile = "<script>&\"'\u0000\uD800]]>";
        String page = page(hostile, Optional.of(CUT), picks(Optional.of(CUT), 20, 0.5), OptionalDouble.empty());
        Reports.parsed(page);
        assertThat(page).doesNotContain("<script>&");
    }

    @Test
    void render_noSamples_isAPage() throws IOException {
        Reports.parsed(page("none", Optional.of(CUT), picks(Optional.of(CUT), 20), OptionalDouble.empty()));
    }
}
