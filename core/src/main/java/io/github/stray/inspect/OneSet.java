// SPDX-License-Identifier: Apache-2.0
package io.github.stray.inspect;

import io.github.stray.feature.FeatureMatrix;
import io.github.stray.feature.FeatureSet;
import io.github.stray.feature.Labels;
import java.util.BitSet;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * A set to look for strangers in.
 *
 * @param rows features {@code [n x d]}, finite; a mapped file is read block by block
 * @param copies which of the n images are copies of one another
 * @param ruined images that show too little to vouch for others, such as black ones; not copied
 * @param classes class of each image, where it counts: at least two classes of two images
 */
public record OneSet(FeatureMatrix rows, CopyGroups copies, BitSet ruined, Optional<Labels> classes) {
    private static final int LEAST_OF_CLASS = 2;

    /** Checks that all speak of the same number of images. */
    public OneSet {
        if (copies.size() != rows.rows() || ruined.length() > rows.rows()) {
            throw new IllegalArgumentException("%d rows of features, but copies of %d images and a ruined image %d"
                    .formatted(rows.rows(), copies.size(), ruined.length() - 1));
        }
        classes.ifPresent(labels -> {
            if (labels.size() != rows.rows() || !tellClasses(labels)) {
                throw new IllegalArgumentException(
                        "%d labels for %d rows: expected one each, and at least two classes of two images"
                                .formatted(labels.size(), rows.rows()));
            }
        });
    }

    /**
     * {@return a set whose labels count if there are at least two classes of two images}
     *
     * @param features the images
     * @param copies which of them are copies of one another
     * @param ruined those that vouch for nobody
     */
    public static OneSet of(FeatureSet features, CopyGroups copies, BitSet ruined) {
        return new OneSet(features.features(), copies, ruined, features.labels().filter(OneSet::tellClasses));
    }

    /** {@return number of images, n} */
    public int size() {
        return rows.rows();
    }

    private static boolean tellClasses(Labels labels) {
        int[] counts = new int[labels.classCount()];
        for (int i = 0; i < labels.size(); i++) {
            counts[labels.get(i)]++;
        }
        return IntStream.of(counts)
                        .filter(count -> count >= LEAST_OF_CLASS)
                        .limit(2)
                        .count()
                == 2;
    }

    /** Images that vouch for others, ascending: one of each group of copies, and none that is ruined. */
    int[] vouchers() {
        return IntStream.range(0, size())
                .filter(row -> copies.representative(row) == row && !ruined.get(row))
                .toArray();
    }
}
