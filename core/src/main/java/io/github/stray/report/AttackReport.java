// SPDX-License-Identifier: Apache-2.0
package io.github.stray.report;

import io.github.stray.provenance.Provenance;
import io.github.stray.score.Scores;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;

/**
 * What an attack on OOD images did to detectors. Any text may hold any characters; it is escaped where it is shown.
 *
 * @param title heading of the page
 * @param command the command line that made it, empty if there was none
 * @param provenance versions, machine, time, inputs
 * @param setup what was attacked and how, names and values in the order to show
 * @param cosine mean cosine of the attacked images' features with their targets'
 * @param largest mean over the images of the largest change of a value, as a share of the range of a pixel
 * @param results a row a detector and gallery, at least one
 * @param scores scores of the detector that the pictures speak of
 * @param examples images to show, may be empty
 */
public record AttackReport(
        String title,
        String command,
        Provenance provenance,
        SequencedMap<String, String> setup,
        double cosine,
        double largest,
        List<Result> results,
        Spread scores,
        List<Example> examples) {
    /** Checks that there is something to show. */
    public AttackReport {
        setup = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(setup));
        results = List.copyOf(results);
        examples = List.copyOf(examples);
        if (results.isEmpty()) {
            throw new IllegalArgumentException("a report of an attack needs at least one result, got none");
        }
    }

    /**
     * A detector against the images before and after the attack.
     *
     * @param detector as it was written
     * @param targetsInGallery whether it was fitted to the targets of the attack too
     * @param clean against the images as they were
     * @param attacked against the attacked ones, before they were rounded to 8 bits
     * @param rounded against the attacked ones as their files hold them
     */
    public record Result(
            String detector, boolean targetsInGallery, Separation clean, Separation attacked, Separation rounded) {}

    /**
     * How well two sets are told apart.
     *
     * @param auroc area under the ROC curve
     * @param low lower end of its 95 % interval
     * @param high upper end
     * @param fpr95 share of OOD images kept where 95 % of ID images are
     */
    public record Separation(double auroc, double low, double high, double fpr95) {}

    /**
     * The scores of one detector.
     *
     * @param detector as it was written
     * @param id of the ID test images
     * @param clean of the images as they were
     * @param rounded of the attacked images as their files hold them, in the same order
     */
    public record Spread(String detector, Scores id, Scores clean, Scores rounded) {}

    /**
     * One attacked image. The scores are of the detector of {@link Spread}.
     *
     * @param id of the image
     * @param target id of the ID image whose features it was pushed towards
     * @param cleanScore score of the image as it was
     * @param score of the attacked image, as its file holds it
     * @param cleanCosine cosine of its features with the target's before the attack
     * @param cosine after it, of the file
     * @param pictures PNG files by what they show, in the order to show them
     */
    public record Example(
            String id,
            String target,
            double cleanScore,
            double score,
            double cleanCosine,
            double cosine,
            SequencedMap<String, byte[]> pictures) {}
}
