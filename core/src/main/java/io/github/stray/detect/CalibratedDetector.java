// SPDX-License-Identifier: Apache-2.0
package io.github.stray.detect;

import io.github.stray.provenance.Provenance;
import io.github.stray.threshold.Calibration;
import java.util.Optional;

/**
 * A fitted detector with what turns its scores into verdicts: what a {@code .stray} file holds.
 *
 * @param fitted the scores
 * @param calibration threshold and p-values; absent if it was fitted without calibration
 * @param gallery training samples for the question "what is it like?"; absent if it was left out
 * @param provenance where it comes from
 */
public record CalibratedDetector(
        FittedDetector fitted, Optional<Calibration> calibration, Optional<Gallery> gallery, Provenance provenance) {}
