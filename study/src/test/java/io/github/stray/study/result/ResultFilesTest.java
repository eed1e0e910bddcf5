// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.result;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.stray.metric.Convention;
import io.github.stray.metric.Interval;
import io.github.stray.study.result.Outcome.Failed;
import io.github.stray.study.result.Outcome.Measured;
import io.github.stray.study.result.Outcome.NotApplicable;
import io.github.stray.study.suite.OodGroup;
import io.github.stray.study.suite.PublishedFigure;
import io.github.stray.study.suite.Suite;
import io.github.stray.study.suite.SuiteOod;
import io.github.stray.study.suite.SuitePair;
import io.github.stray.study.suite.SuitePair.Protocol;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class ResultFilesTest {
    private static Measured measured(double auroc) {
        return new Measured(auroc, new Interval(auroc - 0.05, auroc + 0.05), 0.25, 0.75, 0.5, 40, 20);
    }

    private static Cell cell(String detector, String ood, Outcome outcome, Rank rank) {
        var comparison = new Comparison.Versus(ood, ood.equals("bats") ? OodGroup.NEAR : OodGroup.FAR);
        return new Cell("net|a", "birds", comparison, detector, outcome)
                .scoredIn("unit", 0)
                .ranked(rank, rank);
    }

    private static StudyResults results() {
        return results(
                List.of("knn", "mcm", "vim"),
                List.of(
                        cell("knn", "bats", measured(0.7), new Rank(false, OptionalDouble.of(0.25))),
                        cell("knn", "cars", measured(0.875), Rank.BEST),
                        cell("mcm", "bats", new NotApplicable("language: no text tower"), Rank.NONE),
                        cell("mcm", "cars", new NotApplicable("language: no text tower"), Rank.NONE),
                        cell("vim", "bats", measured(0.75), Rank.BEST),
                        cell("vim", "cars", new Failed("rank is 3, \"dimension\" 4"), Rank.NONE)));
    }

    private static StudyResults results(List<String> detectors, List<Cell> cells) {
        var pair = new SuitePair(
                "birds",
                Protocol.STANDARD,
                "train",
                "test",
                List.of(new SuiteOod("bats", OodGroup.NEAR), new SuiteOod("cars", OodGroup.FAR)));
        var suite = new Suite(
                "zoo",
                "A zoo",
                Map.of(),
                List.of(pair),
                List.of(),
                detectors,
                Convention.CANONICAL,
                "paper",
                Optional.empty(),
                42,
                256,
                List.of(new PublishedFigure("birds", "cars", "knn", "their net", 0.876, "A. Author, 2020")),
                "ab".repeat(32));
        return new StudyResults(
                suite,
                OptionalInt.of(40),
                List.of(new ExtractorResult(
                        "net|a",
                        "cd".repeat(32),
                        "resize 32",
                        8,
                        HeadSource.NONE,
                        OptionalLong.of(1000),
                        OptionalDouble.of(50),
                        Map.of("birds", 0.5))),
                List.of(),
                cells,
                List.of(),
                List.of(),
                Map.of(),
                Map.of());
    }

    @Test
    void csv_everyKindOfCell_isARow() {
        assertThat(ResultsCsv.text(results())).isEqualTo("""
                        extractor,pair,ood,group,detector,status,auroc,auroc_low,auroc_high,fpr95,aupr_in,aupr_out,n_id,n_ood,p_best,reason
                        net|a,birds,bats,near,knn,measured,0.7,0.6499999999999999,0.75,0.25,0.75,0.5,40,20,0.25,
                        net|a,birds,cars,far,knn,measured,0.875,0.825,0.925,0.25,0.75,0.5,40,20,,
                        net|a,birds,bats,near,mcm,n/a,,,,,,,,,,language: no text tower
                        net|a,birds,cars,far,mcm,n/a,,,,,,,,,,language: no text tower
                        net|a,birds,bats,near,vim,measured,0.75,0.7,0.8,0.25,0.75,0.5,40,20,,
                        net|a,birds,cars,far,vim,failed,,,,,,,,,,"rank is 3, ""dimension"" 4"
                        """);
    }

    @Test
    void markdown_tables_showBestIntervalsMeansAndPublishedFigures() {
        assertThat(ResultsMarkdown.text(results())).isEqualTo("""
                        # A zoo

                        Suite `zoo`, seed 42, convention canonical, test sets limited to 40 samples. AUROC, higher is better; in brackets the 95 % interval.
                        Bold: the best of a column. `~`: a paired test (DeLong, with Holm's correction for the number of detectors) does not find it worse than the best at p < 0.05.

                        ## birds

                        Mean AUROC over all OOD sets.

                        | detector | net\\|a |
                        |---|---|
                        | knn | **0.788** |
                        | mcm | n/a |
                        | vim | failed |

                        ### birds, net\\|a

                        | detector | bats (near) | cars (far) | mean near | mean far |
                        |---|---|---|---|---|
                        | knn | 0.700 [0.650, 0.750] ~ | **0.875** [0.825, 0.925] | 0.700 | **0.875** |
                        | mcm | n/a | n/a | n/a | n/a |
                        | vim | **0.750** [0.700, 0.800] | failed | **0.750** | failed |

                        ## ID accuracy

                        k-NN accuracy, k = 20, on the ID test set.

                        | extractor | birds |
                        |---|---|
                        | net\\|a | 0.500 |

                        ## Published figures

                        Printed by others on the same pair; their networks and images need not be those of this study.

                        | pair | detector | published | their network | source | ours |
                        |---|---|---|---|---|---|
                        | birds vs cars | knn | 0.876 | their net | A. Author, 2020 | net\\|a 0.875 |

                        ## Cells without a number

                        - n/a: language: no text tower (mcm on net\\|a)
                        - failed: rank is 3, "dimension" 4 (vim on net\\|a, birds vs cars)
                        """);
    }

    @Test
    void means_needEverySet() {
        assertThat(results().means())
                .extracting(mean -> mean.detector() + " " + mean.group())
                .containsExactly("knn near", "knn far", "knn all", "vim near");
        assertThat(results().complete()).isFalse();
    }

    @Test
    void terminalTable_showsMeansAndWords() {
        assertThat(ResultsTable.text(results())).isEqualTo("""
                        mean AUROC over the OOD sets
                        birds     net|a
                        knn       0.788
                        mcm         n/a
                        vim      failed
                        """);
    }
}
