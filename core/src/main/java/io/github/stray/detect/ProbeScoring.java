// SPDX-License-Identifier: Apache-2.0
package io.github.stray.detect;

import io.github.stray.feature.FeatureSet;
import io.github.stray.feature.FeatureSpace;
import io.github.stray.probe.LinearProbe;
import io.github.stray.probe.LinearProbe.Solver;
import io.github.stray.probe.TrainedProbe;
import io.github.stray.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

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

    static final List<DetectorOption> OPTIONS = List.of(
            new DetectorOption("score", "msp", "msp|energy|maxlogit|entropy|gen", "score of the probe's logits"),
            new DetectorOption("temperature", "1.0", "above 0", "logits are divided by it; for msp and energy"),
            new DetectorOption("solver", Options.word(PAPER.solver()), "adam|lbfgs", "how the probe is trained"),
            new DetectorOption(
                    "epochs", Integer.toString(PAPER.epochs()), "at least 1", "passes of adam over the training rows"),
            new DetectorOption("batch", Integer.toString(PAPER.batch()), "at least 1", "rows of a step of adam"),
            new DetectorOption("seed", Long.toString(PAPER.seed()), "whole number", "of adam's start and order"));

    /** Checks the options and that they agree. */
    public ProbeScoring {
        Softmax.requireTemperature(temperature, "the linear probe");
        if (temperature != 1 && score != Score.MSP && score != Score.ENERGY) {
            throw new IllegalArgumentException(
                    "score=%s of the linear probe has no temperature, so temperature must stay 1, was %s"
                            .formatted(Options.word(score), temperature));
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
        this(score, 1, PAPER.solver(), PAPER.epochs(), PAPER.batch(), Math.toIntExact(PAPER.seed()));
    }

    static ProbeScoring of(Options options) {
        return new ProbeScoring(
                options.choice("score", Score.MSP),
                options.number("temperature", 1),
                options.choice("solver", PAPER.solver()),
                options.wholeNumber("epochs", PAPER.epochs()),
                options.wholeNumber("batch", PAPER.batch()),
                options.wholeNumber("seed", Math.toIntExact(PAPER.seed())));
    }

    Map<String, String> options() {
        var options = new LinkedHashMap<String, String>();
        options.put("score", Options.word(score));
        options.put("temperature", Double.toString(temperature));
        options.put("solver", Options.word(solver));
        options.put("epochs", Integer.toString(epochs));
        options.put("batch", Integer.toString(batch));
        options.put("seed", Integer.toString(seed));
        return options;
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
        return new ProbedLogits(detector, trained.head(), labelled.space(), onLogits(), all);
    }

    FittedDetector restore(Detector detector, FeatureSpace space, Map<String, Tensor> state) {
        return new ProbedLogits(detector, Headed.head(space, state), space, onLogits(), List.of());
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
