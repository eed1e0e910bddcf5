// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import io.github.stray.extract.DatasetSource;
import io.github.stray.feature.FeatureSet;
import io.github.stray.report.AttackReport;
import io.github.stray.vision.attack.AttackFigures;
import io.github.stray.vision.attack.AttackPart;
import io.github.stray.vision.attack.AttackPictures;
import io.github.stray.vision.attack.AttackRun;
import io.github.stray.vision.preprocess.Preprocessing;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;

/**
 * Attacked images for people to look at.
 *
 * @param run the finished attack
 * @param preprocessing of the network
 * @param ood the images that were attacked
 * @param gallery the ID training images
 */
record AttackExamples(AttackRun run, Preprocessing preprocessing, DatasetSource ood, DatasetSource gallery) {
    private static final int MOST = 12;

    /** As many as a page shows, spread over all of them. */
    List<AttackReport.Example> pick(AttackFigures.Ood rows, AttackFigures.SetScores scores, FeatureSet targets)
            throws IOException {
        var ids = new ArrayList<String>();
        var targetRows = new ArrayList<Integer>();
        for (AttackPart part : run.parts()) {
            ids.addAll(part.ids());
            for (int target : part.targets()) {
                targetRows.add(target);
            }
        }
        int count = Math.min(MOST, ids.size());
        var shown = new ArrayList<Integer>();
        var attackedIds = new LinkedHashSet<String>();
        var targetIds = new LinkedHashSet<String>();
        for (int i = 0; i < count; i++) {
            int number = (int) ((long) i * ids.size() / count);
            shown.add(number);
            attackedIds.add(ids.get(number));
            targetIds.add(targets.ids().get(targetRows.get(number)));
        }
        AttackPictures pictures = AttackPictures.of(preprocessing, ood, attackedIds, gallery, targetIds);
        var clean = new HashMap<String, Integer>();
        for (int i = 0; i < rows.clean().size(); i++) {
            clean.put(rows.clean().ids().get(i), i);
        }
        var examples = new ArrayList<AttackReport.Example>();
        for (int number : shown) {
            String id = ids.get(number);
            int target = targetRows.get(number);
            int row = Objects.requireNonNull(clean.get(id), id);
            examples.add(new AttackReport.Example(
                    id,
                    targets.ids().get(target),
                    scores.clean().get(row),
                    scores.rounded().get(number),
                    rows.clean().features().cosine(row, targets.features(), target),
                    rows.rounded().features().cosine(number, targets.features(), target),
                    pictures.of(id, targets.ids().get(target), run.picture(number))));
        }
        return examples;
    }
}
