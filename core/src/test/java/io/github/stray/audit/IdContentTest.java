// SPDX-License-Identifier: Apache-2.0
package io.github.stray.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.stray.audit.IdContent.Found;
import io.github.stray.audit.IdContent.Samples;
import io.github.stray.feature.FeatureSet;
import io.github.stray.probe.LinearHead;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IdContentTest {
    private final FeatureSet training = Blobs.of(1, 400, 4, 0.1);
    private final FeatureSet test = Blobs.of(2, 200, 4, 0.1);
    private final LinearHead probe = LabelNoise.probe().train(training).head();

    private Samples samples(FeatureSet set) {
        return new Samples(set.features(), ClassGuesses.of(probe, set));
    }

    private IdContent content(double share) {
        return new IdContent(
                training.features(), training.labels().orElseThrow().toArray(), samples(test), share);
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.5, 0.9, 0.99})
    void in_idImages_recognisesTheShareAskedFor(double share) {
        IdContent content = content(share);
        List<Found> found = content.in(samples(Blobs.of(4, 400, 4, 0.1)));
        assertThat(content.recognised()).isBetween(share, share + 0.011);
        assertThat(found.size() / 400.0).isBetween(share - 0.1, share + 0.1);
        assertThat(found).allMatch(each -> each.label() == each.row() % 4);
        assertThat(found).allMatch(each -> each.neighbours().size() == 10 && each.cosine() > 0.9);
        assertThat(found).extracting(each -> -each.confidence()).isSorted();
        assertThat(found).allMatch(each -> each.confidence() > 1 - share - 0.011 && each.confidence() <= 1);
    }

    @Test
    void in_otherImages_findsNone() {
        var random = new SplittableRandom(5);
        float[] rows = new float[100 * Blobs.DIMENSION];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = (float) ((i % Blobs.DIMENSION >= 4 ? 1 : 0) + 0.1 * random.nextGaussian());
        }
        assertThat(content(0.9).in(samples(Blobs.set(rows, Optional.empty())))).isEmpty();
    }

    @Test
    void in_imagesWhoseNeighboursDisagree_findsNone() {
        FeatureSet images = Blobs.of(6, 40, 4, 0.05);
        int[] others = Arrays.stream(training.labels().orElseThrow().toArray())
                .map(label -> (label + 1) % 4)
                .toArray();
        var content = new IdContent(training.features(), others, samples(test), 0.9);
        List<Found> found = content.in(samples(images));
        assertThat(found).isEmpty();
        assertThat(content.recognised()).isZero();
    }

    @Test
    void in_oneClass_goesByNeighboursAlone() {
        FeatureSet one = Blobs.of(7, 50, 1, 0.1);
        FeatureSet tested = Blobs.of(8, 50, 1, 0.1);
        var content = new IdContent(
                one.features(), new int[50], new Samples(tested.features(), ClassGuesses.ofOneClass(50)), 0.9);
        List<Found> found = content.in(new Samples(training.features(), ClassGuesses.ofOneClass(400)));
        assertThat(found).hasSizeBetween(80, 100).allMatch(each -> each.row() % 4 == 0);
    }

    @Test
    void in_classesOfFewImages_asksFewerNeighbours() {
        FeatureSet few = Blobs.of(9, 24, 4, 0.05);
        var content = new IdContent(few.features(), few.labels().orElseThrow().toArray(), samples(test), 0.9);
        List<Found> found = content.in(samples(Blobs.of(10, 100, 4, 0.1)));
        assertThat(content.recognised()).isGreaterThanOrEqualTo(0.9);
        assertThat(found).extracting(each -> each.neighbours().size()).containsOnly(3);
    }

    @Test
    void confidence_isTheShareOfIdImagesThatAreLessTypical() {
        // The test images themselves: the least typical one that is found has about 1 - share below it.
        IdContent content = content(0.9);
        List<Found> found = content.in(samples(test));
        assertThat(found).hasSize(Math.toIntExact(Math.round(200 * content.recognised())));
        double least = found.getLast().confidence();
        assertThat(least).isBetween(0.09, 0.12);
        assertThat(found.getFirst().confidence()).isEqualTo(1);
    }

    @Test
    void constructor_whatCannotBe_isRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> content(1))
                .withMessageContaining("strictly between 0 and 1, was 1.0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new IdContent(training.features(), new int[3], samples(test), 0.9))
                .withMessageContaining("got 400 images, 3 classes, 200 test images");
    }
}
