// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.attack;

import io.github.stray.feature.FeatureSet;
import io.github.stray.metric.OodReport;
import io.github.stray.score.IdOodScores;
import io.github.stray.score.Scores;

/**
 * How well a detector tells ID test images from OOD images, clean and attacked.
 *
 * @param detector as it was written
 * @param targetsInGallery whether it was fitted to the targets of the attack too
 * @param clean against the images as they were
 * @param attacked against the attacked ones, before they were rounded to 8 bits
 * @param rounded against the attacked ones as their files hold them
 * @param scores that these come from
 */
public record AttackFigures(
        String detector,
        boolean targetsInGallery,
        OodReport clean,
        OodReport attacked,
        OodReport rounded,
        SetScores scores) {

    static AttackFigures of(String detector, boolean targetsInGallery, SetScores scores) {
        return new AttackFigures(
                detector,
                targetsInGallery,
                OodReport.of(new IdOodScores(scores.id, scores.clean)),
                OodReport.of(new IdOodScores(scores.id, scores.attacked)),
                OodReport.of(new IdOodScores(scores.id, scores.rounded)),
                scores);
    }

    /**
     * Scores of all images.
     *
     * @param id of the ID test images
     * @param clean of the OOD images as they were
     * @param attacked of the attacked ones, before rounding
     * @param rounded of the attacked ones as their files hold them
     */
    public record SetScores(Scores id, Scores clean, Scores attacked, Scores rounded) {}

    /**
     * Features of the OOD images, row for row the same images.
     *
     * @param clean as they were
     * @param attacked before rounding
     * @param rounded as their files hold them
     */
    record Ood(FeatureSet clean, FeatureSet attacked, FeatureSet rounded) {}
}
