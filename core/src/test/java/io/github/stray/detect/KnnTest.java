// SPDX-License-Identifier: Apache-2.0
package io.github.stray.detect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.stray.feature.FeatureMatrix;
import io.github.stray.feature.FeatureSet;
import io.github.stray.tensor.ElementType;
import io.github.stray.tensor.Tensor;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KnnTest {
    @Nested
    class OneNeighbour extends DetectorContract {
        @Override
        Detector detector() {
            return new Knn(1);
        }
    }

    @Nested
    class FifthEuclideanNeighbour extends DetectorContract {
        @Override
        Detector detector() {
            return Detectors.parse("knn:k=5,aggregate=kth,distance=euclidean,normalize=false");
        }
    }

    @Nested
    class Openood extends DetectorContract {
        @Override
        Detector detector() {
            return Detectors.parse("knn:variant=openood");
        }
    }

    private final FeatureSet corners = Sets.of(Sets.space("net-a", 2), 3, 0, 0, 2, 0, 0);

    private double score(String detector, float x, float y) {
        return Detectors.parse(detector)
                .fit(corners)
                .score(Sets.of(Sets.space("net-a", 2), x, y))
                .get(0);
    }

    @Test
    void score_byHand_everyFormula() {
        assertThat(score("knn", 3, 4)).isEqualTo(0.8);
        assertThat(score("knn:k=2", 3, 4)).isEqualTo((0.8 + 0.6) / 2);
        assertThat(score("knn:k=3,aggregate=kth", 3, 4)).isEqualTo(0);
        assertThat(score("knn:distance=euclidean,normalize=false", 3, 1)).isEqualTo(-1);
        assertThat(score("knn:k=3,distance=euclidean,normalize=false,aggregate=kth", 0, -4))
                .isEqualTo(-6);
        assertThat(score("knn:k=2,distance=euclidean,normalize=false", 0, -4)).isEqualTo(-4.5);
        assertThat(score("knn:k=2,distance=euclidean,aggregate=kth", 0, -7)).isEqualTo(-Math.sqrt(2));
        assertThat(score("knn:k=2,variant=openood", 0, -7)).isEqualTo(-2);
        assertThat(score("knn:k=3,variant=openood", 0, -7)).isEqualTo(-4);
    }

    @Test
    void score_zeroRow_hasCosineZero() {
        assertThat(score("knn", 0, 0)).isEqualTo(0);
        assertThat(score("knn", -1, -1)).isEqualTo(0);
        assertThat(score("knn:distance=euclidean", 0, 0)).isEqualTo(0);
    }

    @Test
    void fit_oneRow_scores() {
        FeatureSet one = Sets.of(Sets.space("net-a", 2), 1, 0);
        assertThat(new Knn(1).fit(one).score(one).get(0)).isEqualTo(1);
    }

    @Test
    void fit_kAboveRows_isRefused() {
        assertThatThrownBy(() -> new Knn(4).fit(corners))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("knn: k = 4 needs at least 4 training rows, 'set' has 3");
        assertThatThrownBy(() -> new Knn(4)
                        .restore(
                                corners.space(),
                                Map.of("gallery", corners.features().toTensor())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("knn: k = 4 needs at least 4 training rows, the stored gallery has 3");
    }

    @Test
    void options_thatContradict_areRefused() {
        assertThatThrownBy(() -> Detectors.parse("knn:k=0"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("option k of knn must be at least 1, was 0");
        assertThatThrownBy(() -> Detectors.parse("knn:normalize=false"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("distance=cosine does not see the length of rows");
        for (String option : new String[] {"aggregate=mean", "distance=cosine", "normalize=false"}) {
            assertThatThrownBy(() -> Detectors.parse("knn:variant=openood," + option))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("variant=openood means aggregate=kth, distance=euclidean and normalize=true")
                    .hasMessageContaining(option);
        }
        assertThat(Detectors.parse("knn:variant=openood"))
                .isEqualTo(new Knn(50, Knn.Aggregate.KTH, Knn.Distance.EUCLIDEAN, true, Knn.Variant.OPENOOD));
    }

    @Test
    void state_halfPrecisionSelection_keepsTheElementType() {
        MemorySegment halves = Arena.ofAuto().allocate(12, 2);
        for (int i = 0; i < 6; i++) {
            halves.setAtIndex(ValueLayout.JAVA_SHORT, i, Float.floatToFloat16(i + 0.5f));
        }
        FeatureMatrix rows = FeatureMatrix.of(Tensor.of(ElementType.F16, new long[] {3, 2}, halves))
                .select(new int[] {2, 0});
        FeatureSet set = FeatureSet.of(rows, "halves");
        Tensor gallery = Objects.requireNonNull(new Knn(1).fit(set).state().get("gallery"));
        assertThat(gallery.type()).isEqualTo(ElementType.F16);
        assertThat(gallery.toFloats()).containsExactly(4.5f, 5.5f, 0.5f, 1.5f);
    }

    /** Blocks are bounded in NearestRowsTest; here: the tensor of the file itself is what is kept. */
    @Test
    void fit_mappedGallery_keepsTheMapping(@TempDir Path folder) throws Exception {
        try (Arena arena = Arena.ofShared();
                FileChannel channel = FileChannel.open(
                        folder.resolve("gallery.bin"),
                        StandardOpenOption.CREATE_NEW,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE)) {
            MemorySegment mapped = channel.map(MapMode.READ_WRITE, 0, 4 * 3000 * 2, arena);
            mapped.setAtIndex(ValueLayout.JAVA_FLOAT, 2999 * 2, 3f);
            Tensor tensor = Tensor.of(ElementType.F32, new long[] {3000, 2}, mapped);
            FittedDetector fitted = new Knn(1).fit(FeatureSet.of(FeatureMatrix.of(tensor), "mapped"));
            assertThat(fitted.score(Sets.of(Sets.space("net-a", 2), 4, 3)).get(0))
                    .isEqualTo(0.8);
            assertThat(fitted.state().get("gallery")).isSameAs(tensor);
        }
    }
}
