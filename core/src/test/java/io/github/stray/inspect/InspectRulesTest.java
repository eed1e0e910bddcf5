// SPDX-License-Identifier: Apache-2.0
package io.github.stray.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.grack.nanojson.JsonArray;
import com.grack.nanojson.JsonObject;
import com.grack.nanojson.JsonParser;
import io.github.stray.audit.Likeness;
import io.github.stray.audit.NearDuplicates;
import io.github.stray.feature.FeatureMatrix;
import io.github.stray.feature.Labels;
import io.github.stray.inspect.CopyGroups.Dropped;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class InspectRulesTest {
    private static final Likeness ALIKE = new Likeness(0.99, 0.98, 1, false);

    private static NearDuplicates.Pair near(int first, int second) {
        return new NearDuplicates.Pair(first, second, ALIKE);
    }

    private static ImageMeasures image(int width, int height, double bright, double faint) {
        return new ImageMeasures(
                width, height, 1000, "JPEG", false, 1, false, bright, faint, 0.5, 0.2, 7, 80, 40, 0.3, 0.2);
    }

    @Test
    void groups_ofAChain_dropOnlyCopiesOfTheKeptOne() {
        // 0 ~ 1 ~ 2, and 3 has the pixels of 1; 1 is the best.
        CopyGroups copies = CopyGroups.of(
                6, List.of(List.of(1, 3)), List.of(near(0, 1), near(1, 2)), Comparator.comparing(row -> row != 1));
        assertThat(copies.groups()).hasSize(1);
        CopyGroups.Group group = copies.groups().getFirst();
        assertThat(group.keep()).isEqualTo(1);
        assertThat(group.drop())
                .containsExactly(
                        new Dropped(3, Optional.empty()),
                        new Dropped(0, Optional.of(ALIKE)),
                        new Dropped(2, Optional.of(ALIKE)));

        CopyGroups end = CopyGroups.of(
                6, List.of(List.of(1, 3)), List.of(near(0, 1), near(1, 2)), Comparator.comparing(row -> row != 0));
        assertThat(end.groups().getFirst().drop()).extracting(Dropped::row).containsExactly(1, 3);
        assertThat(end.representative(2)).isZero();
        assertThat(end.together(2, 3)).isTrue();
        assertThat(end.together(4, 5)).isFalse();
    }

    @Test
    void groups_withoutPairs_areNone() {
        CopyGroups copies = CopyGroups.of(3, List.of(), List.of(), Comparator.naturalOrder());
        assertThat(copies.groups()).isEmpty();
        assertThat(IntStream.range(0, 3).map(copies::representative).toArray()).containsExactly(0, 1, 2);
        assertThat(CopyGroups.none(0).size()).isZero();
    }

    @Test
    void rank_sampleOfVouchers_isSaidAndFindsStrangers() {
        var random = new Random(3);
        int n = 400;
        float[][] rows = new float[n][6];
        for (int row = 0; row < n; row++) {
            for (int t = 0; t < 6; t++) {
                rows[row][t] =
                        (float) (random.nextGaussian() * 0.3 + (row >= n - 4 ? (t == 0 ? -4 : 0) : t == 1 ? 4 : 0));
            }
        }
        var set = new OneSet(FeatureMatrix.copyOf(rows), CopyGroups.none(n), new BitSet(), Optional.empty());
        StrangerRanking ranking = StrangerRule.USUAL.rank(set, 200);
        assertThat(ranking.sample()).hasValue(200);
        assertThat(IntStream.of(ranking.order()).limit(4).sorted().toArray())
                .containsExactly(n - 4, n - 3, n - 2, n - 1);
        assertThat(ranking.called().get(n - 1)).isTrue();
        assertThat(StrangerRule.USUAL.rank(set, 200).order()).containsExactly(ranking.order());
        assertThat(StrangerRule.USUAL.rank(set).sample()).isEmpty();
        assertThat(StrangerRule.USUAL.neighbours(1_000_000)).isEqualTo(1000);
        assertThat(StrangerRule.USUAL.neighbours(1000)).isEqualTo(50);
    }

    @Test
    void groups_ofManyStrangers_furtherOnesJoinTheNearest() {
        var random = new Random(5);
        int n = 300;
        float[][] rows = new float[n][8];
        for (int row = 0; row < n; row++) {
            int kind = row < 200 ? 0 : row < 250 ? 1 : 2;
            for (int t = 0; t < 8; t++) {
                rows[row][t] = (float) (random.nextGaussian() * (kind == 0 ? 0.05 : 0.01) + (t == kind ? 1 : 0));
            }
        }
        var set = new OneSet(FeatureMatrix.copyOf(rows), CopyGroups.none(n), new BitSet(), Optional.empty());
        int[] strangers = IntStream.range(0, 100)
                .map(i -> i % 2 == 0 ? 200 + i / 2 : 250 + i / 2)
                .toArray();
        List<int[]> all = StrangerGroups.of(set, strangers, 1);
        List<int[]> part = StrangerGroups.of(set, strangers, 1, 30, 100);
        int largest = part.getFirst().length + part.get(1).length;
        assertThat(largest).isGreaterThan(60);
        for (List<int[]> groups : List.of(all, part)) {
            assertThat(groups.stream().flatMapToInt(IntStream::of).sorted().toArray())
                    .containsExactly(IntStream.range(200, 300).toArray());
            assertThat(groups)
                    .allSatisfy(group -> assertThat(IntStream.of(group)
                                    .map(row -> row / 50)
                                    .distinct()
                                    .count())
                            .isEqualTo(1));
        }
    }

    @Test
    void oneSet_ofOtherSizes_isRefused() {
        FeatureMatrix rows = FeatureMatrix.copyOf(new float[] {1, 2, 3, 4}, 2, 2);
        assertThatThrownBy(() -> new OneSet(rows, CopyGroups.none(3), new BitSet(), Optional.empty()))
                .hasMessageContaining("2 rows of features, but copies of 3 images");
        assertThatThrownBy(() ->
                        new OneSet(rows, CopyGroups.none(2), new BitSet(), Optional.of(Labels.of(new int[] {0, 1}))))
                .hasMessageContaining("at least two classes of two images");
        assertThatThrownBy(() -> new StrangerRule(0.6, 1)).hasMessageContaining("(0, 0.5], was 0.6");
        assertThatThrownBy(() -> new StrangerRule(Double.NaN, 1)).hasMessageContaining("NaN");
    }

    @Test
    void spoilt_oddSizes_byQuartilesOrWhereAllElseAreEqual() {
        var images = new ArrayList<ImageMeasures>();
        for (int i = 0; i < 20; i++) {
            images.add(image(100 + i, 100, 0.9, 0.1));
        }
        images.add(image(1000, 900, 0.9, 0.1));
        assertThat(Spoilt.of(images))
                .extracting(Spoilt::row, Spoilt::issue)
                .containsExactly(org.assertj.core.groups.Tuple.tuple(20, Spoilt.Issue.ODD_SIZE));
        var equal = new ArrayList<>(List.of(image(64, 64, 0.9, 0.1), image(64, 64, 0.9, 0.1), image(64, 64, 0.9, 0.1)));
        assertThat(Spoilt.of(equal)).isEmpty();
        equal.add(image(63, 64, 0.9, 0.1));
        equal.addAll(List.of(image(64, 64, 0.9, 0.1), image(64, 64, 0.9, 0.1)));
        assertThat(Spoilt.of(equal)).extracting(Spoilt::row).containsExactly(3);
        assertThat(Spoilt.of(List.of())).isEmpty();
        assertThat(Spoilt.of(List.of(image(5, 5, 0.9, 0.1)))).isEmpty();
    }

    @Test
    void spoilt_thresholds_areStrict() {
        List<ImageMeasures> images =
                List.of(image(10, 10, 0.32, 0.1), image(10, 10, Math.nextDown(0.32), 0.1), image(35, 100, 0.9, 0.96));
        assertThat(Spoilt.of(images.subList(0, 2))).extracting(Spoilt::row).containsExactly(1);
        assertThat(Spoilt.ruined(Spoilt.of(images.subList(0, 2))).stream().toArray())
                .containsExactly(1);
        assertThat(Spoilt.scores(images, 2)).containsEntry(Spoilt.Issue.ODD_ASPECT_RATIO, 0.35);
        assertThat(Spoilt.of(images.subList(2, 3))).extracting(Spoilt::issue).containsExactly(Spoilt.Issue.LIGHT);
    }

    @Test
    void shortcuts_goldenCase_aurocOfScikitLearn() throws Exception {
        JsonObject golden;
        try (Reader reader = Files.newBufferedReader(Path.of("..", "golden", "inspect", "shortcuts.json"))) {
            golden = JsonParser.object().from(reader);
        }
        for (Object entry : golden.getArray("cases")) {
            JsonObject expected = (JsonObject) entry;
            List<Shortcut> shortcuts = Shortcut.between(
                    images(
                            expected.getArray("first"),
                            expected.getArray("formats").getArray(0)),
                    images(
                            expected.getArray("second"),
                            expected.getArray("formats").getArray(1)));
            assertThat(shortcuts).isSortedAccordingTo(Comparator.comparingDouble(each -> -each.auroc()));
            JsonObject aurocs = expected.getObject("auroc");
            assertThat(aurocs).hasSize(7);
            for (Shortcut shortcut : shortcuts) {
                String name = shortcut.property().name().toLowerCase(Locale.ROOT);
                assertThat(shortcut.property().id()).isEqualTo(name);
                double value = aurocs.has(name) ? aurocs.getDouble(name) : 0.5;
                assertThat(shortcut.auroc()).as(name).isCloseTo(value, within(1e-12));
                assertThat(shortcut.interval().lower()).isLessThanOrEqualTo(value + 1e-12);
                assertThat(shortcut.interval().upper()).isGreaterThanOrEqualTo(value - 1e-12);
            }
        }
    }

    private static List<ImageMeasures> images(JsonArray sizes, JsonArray formats) {
        var images = new ArrayList<ImageMeasures>();
        for (int i = 0; i < sizes.size(); i++) {
            JsonArray size = sizes.getArray(i);
            images.add(new ImageMeasures(
                    size.getInt(0),
                    size.getInt(1),
                    size.getInt(2),
                    formats.getString(i),
                    false,
                    1,
                    false,
                    0.9,
                    0.1,
                    0.5,
                    0.2,
                    7,
                    80,
                    40,
                    0.3,
                    0.2));
        }
        return images;
    }

    @Test
    void shortcuts_ofImagesThatNeverWereFiles_leaveFilesOut() {
        var pixels = new ImageMeasures(8, 8, 0, "", false, 1, false, 0.9, 0.1, 0.5, 0.2, 7, 80, 40, 0.3, 0.2);
        List<Shortcut> shortcuts =
                Shortcut.between(List.of(pixels, pixels), List.of(image(9, 8, 1, 0), image(9, 8, 1, 0)));
        assertThat(shortcuts)
                .extracting(Shortcut::property)
                .doesNotContain(Shortcut.Property.BYTES, Shortcut.Property.BYTES_PER_PIXEL, Shortcut.Property.FORMAT)
                .first()
                .isEqualTo(Shortcut.Property.WIDTH);
        assertThat(shortcuts.getFirst().auroc()).isEqualTo(1);
        assertThat(shortcuts.getFirst().interval().upper()).isEqualTo(1);
        assertThat(Shortcut.between(List.of(), List.of(pixels))).isEmpty();
    }
}
