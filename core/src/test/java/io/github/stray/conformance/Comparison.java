// SPDX-License-Identifier: Apache-2.0
package io.github.stray.conformance;

import com.grack.nanojson.JsonArray;

/**
 * Our values beside an oracle's: how many there are, and the largest {@code |ours - oracle| / (|oracle| + floor)}. A floor
 * keeps a value near zero, which is a difference of larger ones, from asking for digits that no arithmetic has.
 */
final class Comparison {
    private final double floor;
    private int inputs;
    private int values;
    private double largest;

    Comparison(double floor) {
        this.floor = floor;
    }

    Comparison nextInput() {
        inputs++;
        return this;
    }

    void add(double ours, double oracle) {
        values++;
        largest = Math.max(largest, difference(ours, oracle));
    }

    void add(double[] ours, double[] oracle) {
        if (ours.length != oracle.length) {
            throw new AssertionError("%d values, the oracle has %d".formatted(ours.length, oracle.length));
        }
        for (int i = 0; i < ours.length; i++) {
            add(ours[i], oracle[i]);
        }
    }

    /** Infinite where one side alone is, where the infinities differ, and where anything is NaN. */
    private double difference(double ours, double oracle) {
        if (ours == oracle) {
            return 0;
        }
        double difference = Math.abs(ours - oracle) / (Math.abs(oracle) + floor);
        return Double.isNaN(difference) ? Double.POSITIVE_INFINITY : difference;
    }

    int inputs() {
        return inputs;
    }

    int values() {
        return values;
    }

    double largest() {
        return largest;
    }

    /** Infinite values are texts in golden files. */
    static double[] numbers(JsonArray array) {
        return array.stream()
                .mapToDouble(value ->
                        value instanceof String text ? Double.parseDouble(text) : ((Number) value).doubleValue())
                .toArray();
    }
}
