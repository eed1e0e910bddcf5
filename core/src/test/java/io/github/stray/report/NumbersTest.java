// SPDX-License-Identifier: Apache-2.0
package io.github.stray.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class NumbersTest {
    @Test
    void metric_nearTheEnds_neverPretendsToBePerfect() {
        assertThat(Numbers.metric(1)).isEqualTo("1.000");
        assertThat(Numbers.metric(0.99996)).isEqualTo(">0.999");
        assertThat(Numbers.metric(0.9994)).isEqualTo("0.999");
        assertThat(Numbers.metric(0.5)).isEqualTo("0.500");
        assertThat(Numbers.metric(0.0004)).isEqualTo("<0.001");
        assertThat(Numbers.metric(0)).isEqualTo("0.000");
    }

    @Test
    void percent_nearTheEnds_neverPretendsToBeAll() {
        assertThat(Numbers.percent(1)).isEqualTo("100\u00a0%");
        assertThat(Numbers.percent(0.9999)).isEqualTo(">99.9\u00a0%");
        assertThat(Numbers.percent(0.935)).isEqualTo("93.5\u00a0%");
        assertThat(Numbers.percent(0.95)).isEqualTo("95\u00a0%");
        assertThat(Numbers.percent(0.0001)).isEqualTo("<0.1\u00a0%");
        assertThat(Numbers.percent(0)).isEqualTo("0\u00a0%");
    }

    @Test
    void score_anySize_hasFourDigits() {
        assertThat(Numbers.score(0.793412)).isEqualTo("0.7934");
        assertThat(Numbers.score(-402.53)).isEqualTo("\u2212402.5");
        assertThat(Numbers.score(12345.6)).isEqualTo("12350");
        assertThat(Numbers.score(-1.23456e8)).isEqualTo("\u22121.235e8");
        assertThat(Numbers.score(1.23456e-5)).isEqualTo("1.235e\u22125");
        assertThat(Numbers.score(-0.0)).isEqualTo("0");
        assertThat(Numbers.score(Double.NEGATIVE_INFINITY)).isEqualTo("\u2212\u221e");
        assertThat(Numbers.score(Double.POSITIVE_INFINITY)).isEqualTo("\u221e");
    }

    @Test
    void count_oneAndMany_agreeWithTheNoun() {
        assertThat(Numbers.count(1, "image")).isEqualTo("1\u00a0image");
        assertThat(Numbers.count(10_000, "image")).isEqualTo("10\u202f000\u00a0images");
    }

    @Test
    void amount_hasThreeDigitsAndItsUnit() {
        assertThat(Numbers.amount(3)).isEqualTo("3");
        assertThat(Numbers.amount(120.46)).isEqualTo("120");
        assertThat(Numbers.amount(999.4)).isEqualTo("999");
        assertThat(Numbers.amount(999.6)).isEqualTo("1\u00a0k");
        assertThat(Numbers.amount(86_567_000)).isEqualTo("86.6\u00a0M");
        assertThat(Numbers.amount(2.539e12)).isEqualTo("2539\u00a0G");
    }

    @Test
    void difference_hasItsSign() {
        assertThat(Numbers.difference(0.0349)).isEqualTo("+0.035");
        assertThat(Numbers.difference(-0.07)).isEqualTo("\u22120.070");
        assertThat(Numbers.difference(-0.0001)).isEqualTo("0.000");
    }
}
