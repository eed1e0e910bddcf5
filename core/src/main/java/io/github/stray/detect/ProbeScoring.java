// SPDX-License-Identifier: Apache-2.0
package io.github.stray.detect;

import io.github.stray.feature.FeatureSet;
import io.github.stray.feature.FeatureSpace;
import io.github.stray.probe.LinearHead;
import io.github.stray.probe.LinearProbe;
import io.github.stray.probe.LinearProbe.Solver;
import io.github.stray.probe.TrainedProbe;
import io.github.stray.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * How a linear probe is trained and what of its logits is the score: the options of {@link LinearProbing} and {@link Plp}.
 *
 * @param score which score of logits
 * @param temperature T of {@code msp} and {@code energy}, above 0; 1 for the others, whose definitions have none
 * @param solver {@code adam}, the paper's recipe, or {@code lbfgs}, which finds the one minimum of the regularised loss
 * @param epochs passes of Adam over the rows, at least 1
 * @param batch rows of a step of Adam, at least 1
 * @param seed of Adam's start and order
 */
public record ProbeScoring(Score score, double temperature, Solver solver, int epochs, int batch, int seed) {
    /** A score of logits. */
    public enum Score {
        /** {@link Msp}. */
        MSP,
        /** {@link Energy}. */
        ENERGY,
        /** {@link MaxLogit}. */
        MAXLOGIT,
        /** {@link Entropy}. */
        ENTROPY,
        /** {@link Gen}, with its defaults. */
        GEN
    }

    private static final LinearProbe PAPER = LinearProbe.PAPER;

    private static final Option<ProbeScoring, Score> SCORE =
            Option.choice("score", Score.MSP, "score of the probe's logits", ProbeScoring::score);
    private static final Option<ProbeScoring, Double> TEMPERATURE =
            Softmax.temperature("logits are divided by it; for msp and energy", ProbeScoring::temperature);
    private static final Option<ProbeScoring, Solver> SOLVER =
            Option.choice("solver", PAPER.solver(), "how the probe is trained", ProbeScoring::solver);
    private static final Option<ProbeScoring, Integer> EPOCHS = Option.whole(
            "epochs", PAPER.epochs(), "at least 1", "passes of adam over the training rows", ProbeScoring::epochs);
    private static final Option<ProbeScoring, Integer> BATCH =
            Option.whole("batch", PAPER.batch(), "at least 1", "rows of a step of adam", ProbeScoring::batch);
    private static final Option<ProbeScoring, Integer> SEED = Option.whole(
            "seed", Math.toIntExact(PAPER.seed()), "whole number", "of adam's start and order", ProbeScoring::seed);

    /** The options of a detector that keeps this. */
    static <D> List<Option<D, ?>> options(Function<D, ProbeScoring> scoring) {
        return Stream.of(SCORE, TEMPERATURE, SOLVER, EPOCHS, BATCH, SEED)
                .<Option<D, ?>>map(option -> option.in(scoring))
                .toList();
    }

    /** Checks the options and that they agree. */
    public ProbeScoring {
        Softmax.requireTemperature(temperature, "the linear probe");
        if (temperature != 1 && score != Score.MSP && score != Score.ENERGY) {
            throw new IllegalArgumentException(
                    "score=%s of the linear probe has no temperature, so temperature must stay 1, was %s"
                            .formatted(Option.word(score), temperature));
        }
        recipe(solver, epochs, batch, seed);
        if (solver == Solver.LBFGS && (epochs != PAPER.epochs() || batch != PAPER.batch() || seed != PAPER.seed())) {
            throw new IllegalArgumentException(
                    "solver=lbfgs of the linear probe takes all rows until it converges, without chance: epochs, batch and seed must stay %d, %d and %d, were %d, %d and %d"
                            .formatted(PAPER.epochs(), PAPER.batch(), PAPER.seed(), epochs, batch, seed));
        }
    }

    /**
     * The paper's recipe.
     *
     * @param score which score of logits
     */
    public ProbeScoring(Score score) {
        this(score, TEMPERATURE.absent(), SOLVER.absent(), EPOCHS.absent(), BATCH.absent(), SEED.absent());
    }

    static ProbeScoring of(Options given) {
        return new ProbeScoring(
                given.get(SCORE),
                given.get(TEMPERATURE),
                given.get(SOLVER),
                given.get(EPOCHS),
                given.get(BATCH),
                given.get(SEED));
    }

    private static LinearProbe recipe(Solver solver, int epochs, int batch, int seed) {
        return new LinearProbe(solver, epochs, batch, seed, PAPER.learningRate(), PAPER.weightDecay(), PAPER.shots());
    }

    /** Trains on labelled samples; the labels are called {@code target} in the notes. */
    FittedDetector fit(Detector detector, FeatureSet labelled, String target, List<String> notes) {
        TrainedProbe trained = recipe(solver, epochs, batch, seed).train(labelled);
        var all = new ArrayList<>(notes);
        all.addAll(trained.notes());
        all.add("the probe gives %d of %d training rows their %s"
                .formatted(trained.training().correct(), trained.training().samples(), target));
        return with(detector, labelled.space(), trained.head(), all);
    }

    FittedDetector restore(Detector detector, FeatureSpace space, Map<String, Tensor> state) {
        return with(detector, space, Headed.head(space, state), List.of());
    }

    private FittedDetector with(Detector detector, FeatureSpace space, LinearHead head, List<String> notes) {
        LogitScore onLogits = onLogits();
        return new Fitted(
                detector,
                space,
                notes,
                () -> Headed.withHead(Map.of(), head),
                samples -> Headed.ofLogits(head, samples, onLogits::scores));
    }

    private LogitScore onLogits() {
        return switch (score) {
            case MSP -> new Msp(temperature);
            case ENERGY -> new Energy(temperature);
            case MAXLOGIT -> new MaxLogit();
            case ENTROPY -> new Entropy();
            case GEN -> new Gen();
        };
    }
}
