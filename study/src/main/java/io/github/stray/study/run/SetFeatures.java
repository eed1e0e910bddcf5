// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.run;

import io.github.stray.detect.CalibrationSplit;
import io.github.stray.extract.FailedSample;
import io.github.stray.feature.FeatureSet;
import io.github.stray.feature.Layer;
import io.github.stray.provenance.HashOrder;
import io.github.stray.provenance.Sha256;
import io.github.stray.store.FeatureFile;
import io.github.stray.study.suite.SuiteSet;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/** The features of a set, as mapped rows: the part and the choice of samples that a suite asks for. */
final class SetFeatures {
    private final FeatureFile file;
    private final SuiteSet set;
    private final OptionalInt limit;
    private final OptionalInt perClass;
    private final long seed;
    private final String digest;
    private final List<FailedSample> failed;
    private final Map<List<Layer>, FeatureSet> views = new HashMap<>();

    /** Rows of a file; {@code limit} is empty if the file holds the choice of samples already. */
    SetFeatures(
            FeatureFile file,
            SuiteSet set,
            OptionalInt limit,
            OptionalInt perClass,
            long seed,
            String digest,
            List<FailedSample> failed) {
        this.file = file;
        this.set = set;
        this.limit = limit;
        this.perClass = perClass;
        this.seed = seed;
        this.digest = Sha256.of(digest
                + set.part()
                + limit
                + perClass
                + seed
                + failed.stream().map(FailedSample::id).toList());
        this.failed = failed;
    }

    /** Digest of everything the rows depend on. */
    String digest() {
        return digest;
    }

    List<FailedSample> failed() {
        return failed;
    }

    boolean has(Layer layer) {
        return file.layers().contains(layer);
    }

    List<String> classNames() {
        return set.classNames().isEmpty() ? file.classNames() : set.classNames();
    }

    FeatureSet features() {
        return layers(List.of(Layer.FEATURES));
    }

    int size() {
        return features().size();
    }

    FeatureSet layers(List<Layer> names) {
        return views.computeIfAbsent(List.copyOf(names), this::view);
    }

    private FeatureSet view(List<Layer> names) {
        FeatureSet rows = file.layers(names);
        if (set.part().isPresent()) {
            CalibrationSplit split = CalibrationSplit.of(rows, set.part().get().share());
            rows = set.part().get().heldOut() ? split.calibration() : split.fitting();
        }
        return chosen(rows);
    }

    /** What a choice of images would take: the smallest digests of seed and id. */
    private FeatureSet chosen(FeatureSet rows) {
        if (limit.isEmpty() && perClass.isEmpty()) {
            return rows;
        }
        long[] ranks = HashOrder.signed(seed).ranks(rows.ids());
        int[] order = IntStream.range(0, ranks.length)
                .boxed()
                .sorted(Comparator.comparingLong(i -> ranks[i]))
                .mapToInt(Integer::intValue)
                .toArray();
        if (perClass.isPresent()) {
            int[] taken = new int[rows.labels().orElseThrow().classCount()];
            order = Arrays.stream(order)
                    .filter(i -> taken[rows.labels().orElseThrow().get(i)]++ < perClass.getAsInt())
                    .toArray();
        }
        return rows.select(
                Arrays.stream(order).limit(limit.orElse(order.length)).sorted().toArray());
    }
}
