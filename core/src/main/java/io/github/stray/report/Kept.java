// SPDX-License-Identifier: Apache-2.0
package io.github.stray.report;

import static io.github.stray.report.Numbers.percent;

import io.github.stray.threshold.Calibration;
import io.github.stray.threshold.KeepRate;
import io.github.stray.threshold.Promise;

/** What a threshold keeps, in words. */
final class Kept {
    private Kept() {}

    /** A phrase such as {@code 95 % of ID images on average}. */
    static String promised(Promise promise) {
        return promise.confidence().isPresent()
                ? "at least %s of ID images with confidence %s"
                        .formatted(
                                percent(promise.tpr()),
                                percent(promise.confidence().getAsDouble()))
                : percent(promise.tpr()) + " of ID images on average";
    }

    /** The threshold with all that is known of it. */
    static String threshold(Calibration cut) {
        String text = Numbers.score(cut.threshold()) + ", from " + Numbers.count(cut.size(), "calibration score");
        return cut.rank() == 0 ? text : text + "; keeps %s of new ID images (9 times in 10)".formatted(range(cut));
    }

    /** A phrase such as {@code 86.1 % to 99.7 %}; empty where all is kept. */
    static String range(Calibration cut) {
        KeepRate rate = cut.keepRate();
        return cut.rank() == 0 ? "" : percent(rate.low()) + " to " + percent(rate.high());
    }
}
