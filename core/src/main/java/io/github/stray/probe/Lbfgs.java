// SPDX-License-Identifier: Apache-2.0
package io.github.stray.probe;

import java.util.ArrayDeque;

/**
 * Limited-memory BFGS from 0 with a line search for the strong Wolfe conditions, in double and without chance.
 *
 * <p>Nocedal and Wright, Numerical Optimization, 2nd edition: algorithm 7.4 (two-loop recursion, {@value #MEMORY} pairs,
 * scaled by the last of them; at most {@value #MOST_ITERATIONS} steps), 3.5 and 3.6 (bracketing and zooming by cubic interpolation, c1 = 1e-4, c2 = 0.9).
 */
final class Lbfgs {
    private static final int MEMORY = 10;
    private static final int MOST_ITERATIONS = 20_000;
    private static final int MOST_TRIALS = 40;
    private static final double SUFFICIENT_DECREASE = 1e-4;
    private static final double CURVATURE = 0.9;
    private static final double ROUNDING = 1e-14;

    private final Objective objective;
    private final double[] point;
    private final double[] gradient;
    private final double[] direction;
    private final double[] trial;
    private final double[] trialGradient;
    private final ArrayDeque<Pair> pairs = new ArrayDeque<>();
    private double value;

    /** A smooth function of a point. */
    interface Objective {
        /** Length of a point. */
        int size();

        /** The value at a point, whose gradient is written. */
        double at(double[] point, double[] gradient);
    }

    /**
     * Where a minimisation ended.
     *
     * @param point the point reached
     * @param value the objective there
     * @param norms how far it came
     * @param iterations steps taken
     * @param ending why it ended
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Minimum(double[] point, double value, GradientNorms norms, int iterations, Ending ending) {}

    /** Why a minimisation ended. */
    enum Ending {
        /** The gradient is as small as was asked for. */
        CONVERGED(""),
        /** No step made the objective smaller. */
        STALLED("no step made the objective smaller in double precision"),
        /** The most steps that are tried were taken. */
        EXHAUSTED("more steps than that are not tried");

        final String reason;

        Ending(String reason) {
            this.reason = reason;
        }
    }

    /** A step and what it changed in the gradient. */
    @SuppressWarnings("ArrayRecordComponent")
    private record Pair(double[] step, double[] change, double curvature) {}

    /** A trial along the direction: step length, value and slope there. */
    private record Trial(double length, double value, double slope) {}

    private Lbfgs(Objective objective) {
        this.objective = objective;
        this.point = new double[objective.size()];
        this.gradient = new double[objective.size()];
        this.direction = new double[objective.size()];
        this.trial = new double[objective.size()];
        this.trialGradient = new double[objective.size()];
    }

    /**
     * Minimises.
     *
     * @param ratio norm of the gradient to reach, relative to that at 0
     */
    static Minimum minimise(Objective objective, double ratio, ProbeProgress progress) {
        return new Lbfgs(objective).run(ratio, progress);
    }

    private Minimum run(double ratio, ProbeProgress progress) {
        value = objective.at(point, gradient);
        double start = norm(gradient);
        int iterations = 0;
        boolean moving = true;
        while (moving && norm(gradient) > ratio * start && iterations < MOST_ITERATIONS) {
            moving = advance();
            if (moving) {
                iterations++;
                progress.advanced(iterations, value);
            }
        }
        double end = norm(gradient);
        Ending ending = moving ? Ending.EXHAUSTED : Ending.STALLED;
        return new Minimum(
                point,
                value,
                new GradientNorms(start, end),
                iterations,
                end <= ratio * start ? Ending.CONVERGED : ending);
    }

    private boolean advance() {
        direct();
        double slope = dot(direction, gradient);
        if (!(slope < 0)) {
            pairs.clear();
            direct();
            slope = dot(direction, gradient);
        }
        double first = pairs.isEmpty() ? Math.min(1, 1 / norm(gradient)) : 1;
        if (!search(new Trial(0, value, slope), first)) {
            if (pairs.isEmpty()) {
                return false;
            }
            pairs.clear();
            return advance();
        }
        return true;
    }

    /** Minus the inverse Hessian's estimate times the gradient. */
    private void direct() {
        for (int i = 0; i < direction.length; i++) {
            direction[i] = -gradient[i];
        }
        double[] factors = new double[pairs.size()];
        int p = 0;
        for (Pair pair : pairs) {
            factors[p] = dot(pair.step, direction) / pair.curvature;
            add(-factors[p], pair.change);
            p++;
        }
        if (!pairs.isEmpty()) {
            Pair last = pairs.getFirst();
            double scale = last.curvature / dot(last.change, last.change);
            for (int i = 0; i < direction.length; i++) {
                direction[i] *= scale;
            }
        }
        var oldestFirst = pairs.descendingIterator();
        while (oldestFirst.hasNext()) {
            Pair pair = oldestFirst.next();
            p--;
            add(factors[p] - dot(pair.change, direction) / pair.curvature, pair.step);
        }
    }

    private void add(double factor, double[] other) {
        for (int i = 0; i < direction.length; i++) {
            direction[i] += factor * other[i];
        }
    }

    private Trial tryAt(double length) {
        for (int i = 0; i < trial.length; i++) {
            trial[i] = point[i] + length * direction[i];
        }
        double reached = objective.at(trial, trialGradient);
        return new Trial(length, reached, dot(direction, trialGradient));
    }

    private boolean search(Trial origin, double firstLength) {
        Trial previous = origin;
        double length = firstLength;
        for (int i = 0; i < MOST_TRIALS; i++) {
            Trial now = tryAt(length);
            if (tooHigh(origin, now) || (i > 0 && higher(now, previous))) {
                return zoom(origin, previous, now);
            }
            if (Math.abs(now.slope) <= -CURVATURE * origin.slope) {
                accept(now);
                return true;
            }
            if (now.slope >= 0) {
                return zoom(origin, now, previous);
            }
            previous = now;
            length *= 2;
        }
        return false;
    }

    private boolean zoom(Trial origin, Trial from, Trial to) {
        Trial low = from;
        Trial high = to;
        for (int i = 0; i < MOST_TRIALS; i++) {
            Trial now = tryAt(between(low, high));
            if (tooHigh(origin, now) || higher(now, low)) {
                high = now;
                continue;
            }
            if (Math.abs(now.slope) <= -CURVATURE * origin.slope) {
                accept(now);
                return true;
            }
            if (now.slope * (high.length - low.length) >= 0) {
                high = low;
            }
            low = now;
        }
        return false;
    }

    /**
     * Where the decrease drowns in the rounding of the values, the slopes decide: the approximate Wolfe condition of Hager
     * and Zhang, SIAM Journal on Optimization 16 (2005).
     */
    private static boolean tooHigh(Trial origin, Trial now) {
        if (now.value <= origin.value + SUFFICIENT_DECREASE * now.length * origin.slope) {
            return false;
        }
        return !(now.value <= origin.value + ROUNDING * Math.abs(origin.value)
                && now.slope <= (2 * SUFFICIENT_DECREASE - 1) * origin.slope);
    }

    private static boolean higher(Trial now, Trial other) {
        return now.value > other.value + ROUNDING * Math.abs(other.value);
    }

    /** Minimum of the cubic through both ends, kept off them. */
    private static double between(Trial low, Trial high) {
        double width = high.length - low.length;
        double d1 = low.slope + high.slope - 3 * (high.value - low.value) / width;
        double d2 = Math.copySign(Math.sqrt(d1 * d1 - low.slope * high.slope), width);
        double length = high.length - width * ((high.slope + d2 - d1) / (high.slope - low.slope + 2 * d2));
        double share = (length - low.length) / width;
        return low.length + width * (share > 0.1 && share < 0.9 ? share : 0.5);
    }

    private void accept(Trial accepted) {
        double[] step = new double[point.length];
        double[] change = new double[point.length];
        for (int i = 0; i < point.length; i++) {
            step[i] = trial[i] - point[i];
            change[i] = trialGradient[i] - gradient[i];
        }
        System.arraycopy(trial, 0, point, 0, point.length);
        System.arraycopy(trialGradient, 0, gradient, 0, gradient.length);
        value = accepted.value;
        double curvature = dot(step, change);
        if (curvature > 0) {
            if (pairs.size() == MEMORY) {
                pairs.removeLast();
            }
            pairs.addFirst(new Pair(step, change, curvature));
        }
    }

    private static double norm(double[] a) {
        return Math.sqrt(dot(a, a));
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }
}
