// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.page;

import static io.github.stray.study.page.Studies.cell;
import static io.github.stray.study.page.Studies.measured;
import static io.github.stray.study.page.Studies.pair;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.stray.report.Html;
import io.github.stray.report.Page;
import io.github.stray.study.result.ExtractorResult;
import io.github.stray.study.result.HeadSource;
import io.github.stray.study.suite.OodGroup;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class HeadsTest {
    private static final List<String> DETECTORS = List.of("msp", "linear-probe:score=energy", "linear-probe:batch=7");

    private static Heads heads(HeadSource source) {
        var extractor =
                new ExtractorResult("net", "", "", 8, source, OptionalLong.empty(), OptionalDouble.empty(), Map.of());
        OodPair pair = pair("near", OodGroup.NEAR);
        var results = Studies.of(
                List.of(extractor),
                DETECTORS,
                List.of(
                        cell("net", "msp", pair, measured(0.7)),
                        cell("net", "linear-probe:score=energy", pair, measured(0.75)),
                        cell("net", "linear-probe:batch=7", pair, measured(0.8))));
        var html = new Html();
        return new Heads(new Cells(results), html, new Page(html));
    }

    @Test
    void all_probeWithOptions_standsBesideTheNetworksOwnHead() {
        assertThat(heads(HeadSource.OWN).all()).singleElement().satisfies(both -> {
            assertThat(both.head().auroc()).isEqualTo(0.7);
            assertThat(both.probe().auroc()).isEqualTo(0.8);
        });
    }

    @Test
    void all_headsThatAreProbesThemselves_areNotCompared() {
        assertThat(heads(HeadSource.PROBE).all()).isEmpty();
        assertThat(heads(HeadSource.NONE).all()).isEmpty();
    }
}
