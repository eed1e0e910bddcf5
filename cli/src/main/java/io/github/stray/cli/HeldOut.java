// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import io.github.stray.detect.CalibratedDetector;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Which samples take no part in fitting or training: what {@code --calibration} and {@code --held-out} say. */
sealed interface HeldOut {
    /** Nothing was said. */
    record Usual() implements HeldOut {}

    /** A share of the training samples, strictly between 0 and 1. */
    record Split(double share) implements HeldOut {}

    /** None. */
    record None() implements HeldOut {}

    /** Features, in a file that exists. */
    record Features(Path file) implements HeldOut {}

    /** Images, as {@code -i} takes them. */
    record Images(String input) implements HeldOut {}

    /** Reads {@code --calibration}; finds a slip of the pen before the training images are extracted. */
    static HeldOut calibration(@Nullable String text) {
        String option = "--calibration";
        if (text == null) {
            return new Usual();
        }
        if (text.equals("none")) {
            return new None();
        }
        if (isSplit(text)) {
            return new Split(share(option, text));
        }
        if (TrainingInput.isFeatureFile(text)) {
            UsageException.require(Files.isRegularFile(Path.of(text)), "%s %s: no such file", option, text);
            return new Features(Path.of(text));
        }
        UsageException.require(
                text.contains(":") || Files.exists(Path.of(text)),
                "%s '%s' is neither split[:SHARE], none, nor a file or folder that exists",
                option,
                text);
        return new Images(text);
    }

    /** Reads {@code --held-out}, which takes no images. */
    static HeldOut measured(String text) {
        String option = "--held-out";
        if (text.equals("none")) {
            return new None();
        }
        if (isSplit(text)) {
            return new Split(share(option, text));
        }
        UsageException.require(
                Files.isRegularFile(Path.of(text)),
                "%s '%s' is neither split[:SHARE], none, nor a file that exists",
                option,
                text);
        return new Features(Path.of(text));
    }

    /** The file that is read, if it is one. */
    default @Nullable Path file() {
        return this instanceof Features features ? features.file : null;
    }

    private static boolean isSplit(String text) {
        return text.equals("split") || text.startsWith("split:");
    }

    private static double share(String option, String text) {
        if (text.equals("split")) {
            return CalibratedDetector.DEFAULT_FRACTION;
        }
        double share;
        try {
            share = Double.parseDouble(text.substring("split:".length()));
        } catch (NumberFormatException notANumber) {
            throw new UsageException("%s %s is no share; write for example split:0.2".formatted(option, text));
        }
        UsageException.require(
                share > 0 && share < 1, "%s %s: the share must lie strictly between 0 and 1", option, text);
        return share;
    }
}
