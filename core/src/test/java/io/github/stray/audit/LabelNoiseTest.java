// SPDX-License-Identifier: Apache-2.0
package io.github.stray.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.stray.audit.LabelNoise.Suspect;
import io.github.stray.feature.FeatureSet;
import io.github.stray.feature.Labels;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LabelNoiseTest {
    @Test
    void of_changedLabels_findsThemAndTheRightClass() {
        FeatureSet clean = Blobs.of(1, 400, 4, 0.12);
        int[] labels = clean.labels().orElseThrow().toArray();
        for (int i = 0; i < 400; i += 20) {
            labels[i] = (labels[i] + 1 + i / 20 % 3) % 4;
        }
        var folds = new AtomicInteger();
        List<Suspect> suspects = LabelNoise.of(Blobs.relabelled(clean, labels), 42, folds::addAndGet);
        assertThat(folds.get()).isEqualTo(LabelNoise.FOLDS);
        assertThat(suspects).allMatch(suspect -> suspect.row() % 20 == 0);
        assertThat(suspects).hasSizeGreaterThan(15);
        for (Suspect suspect : suspects) {
            assertThat(suspect.suggested()).isEqualTo(suspect.row() % 4);
            assertThat(suspect.label()).isEqualTo(labels[suspect.row()]);
            assertThat(suspect.other()).isGreaterThan(suspect.own());
            assertThat(suspect.votes()).isGreaterThan(0.5);
        }
        assertThat(suspects)
                .extracting(suspect -> suspect.own() - suspect.other())
                .isSorted();
    }

    @Test
    void of_sameSeed_isRepeatable() {
        FeatureSet mixed = Blobs.of(2, 120, 3, 0.6);
        assertThat(LabelNoise.of(mixed, 7, fold -> {})).isEqualTo(LabelNoise.of(mixed, 7, fold -> {}));
    }

    @Test
    void of_cleanClusters_suspectsNone() {
        assertThat(LabelNoise.of(Blobs.of(3, 200, 4, 0.05), 42, fold -> {})).isEmpty();
    }

    @Test
    void of_onlyImageOfAClass_isNotSuspected() {
        FeatureSet clean = Blobs.of(6, 200, 4, 0.05);
        int[] labels = clean.labels().orElseThrow().toArray();
        labels[17] = 4;
        FeatureSet rare = clean.withLabels(Labels.of(labels, Blobs.names(5)));
        assertThat(LabelNoise.of(rare, 42, fold -> {})).isEmpty();
    }

    @Test
    void of_nextToNoImages_isJudged() {
        FeatureSet two = Blobs.of(7, 2, 2, 0.1);
        assertThat(LabelNoise.of(two, 1, fold -> {})).isEmpty();
    }

    @Test
    void obstacle_noLabelsOrOneClass_isSaid() {
        FeatureSet set = Blobs.of(4, 10, 2, 0.1);
        assertThat(LabelNoise.obstacle(set)).isEmpty();
        FeatureSet bare = new FeatureSet(set.features(), set.ids(), Optional.empty(), set.space(), "bare");
        assertThat(LabelNoise.obstacle(bare)).hasValue("'bare' has no labels");
        assertThat(LabelNoise.obstacle(Blobs.of(5, 10, 1, 0.1))).hasValue("'blobs' has one class only");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> LabelNoise.of(bare, 1, fold -> {}))
                .withMessage("label noise cannot be measured: 'bare' has no labels");
    }
}
