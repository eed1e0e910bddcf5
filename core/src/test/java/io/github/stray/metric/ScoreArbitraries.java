// SPDX-License-Identifier: Apache-2.0
package io.github.stray.metric;

import io.github.stray.score.IdOodScores;
import io.github.stray.score.Scores;
import java.util.Arrays;
import java.util.stream.DoubleStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.domains.DomainContextBase;

/** Both sides of 1 to 40 scores: many ties, both zeros, infinities, and any finite double. */
final class ScoreArbitraries extends DomainContextBase {
    @Provide
    Arbitrary<IdOodScores> scores() {
        Arbitrary<Double> tied = Arbitraries.of(
                -1e300, -2.0, -1.0, -0.0, 0.0, 1.0, 2.0, 3.0, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY);
        Arbitrary<Double> score = Arbitraries.frequencyOf(Tuple.of(3, tied), Tuple.of(1, Arbitraries.doubles()));
        Arbitrary<double[]> side = score.array(Double[].class)
                .ofMinSize(1)
                .ofMaxSize(40)
                .map(boxed -> Arrays.stream(boxed).mapToDouble(v -> v).toArray());
        return Combinators.combine(side, side).as((id, ood) -> new IdOodScores(Scores.of(id), Scores.of(ood)));
    }

    /** The same order in other numbers: an increasing map that cannot round two scores together. */
    static IdOodScores increasinglyMapped(IdOodScores scores) {
        double[] distinct = DoubleStream.concat(
                        Arrays.stream(scores.id().toArray()),
                        Arrays.stream(scores.ood().toArray()))
                .map(v -> v + 0.0)
                .distinct()
                .sorted()
                .toArray();
        return new IdOodScores(mapped(scores.id(), distinct), mapped(scores.ood(), distinct));
    }

    private static Scores mapped(Scores scores, double[] distinct) {
        return Scores.of(Arrays.stream(scores.toArray())
                .map(v -> Math.exp(Arrays.binarySearch(distinct, v + 0.0) / 7.0) - 3)
                .toArray());
    }

    static IdOodScores swapped(IdOodScores scores) {
        return new IdOodScores(scores.ood(), scores.id());
    }

    static IdOodScores swappedAndNegated(IdOodScores scores) {
        return new IdOodScores(
                Scores.fromOutlierScores(scores.ood().toArray()),
                Scores.fromOutlierScores(scores.id().toArray()));
    }
}
