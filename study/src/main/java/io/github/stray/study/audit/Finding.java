// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.audit;

import io.github.stray.audit.Likeness;
import io.github.stray.study.review.SetSample;
import java.util.List;
import java.util.Locale;

/** A sample that something is the matter with. */
public sealed interface Finding {
    /** {@return the sample to take out of its set, or to keep} */
    SetSample subject();

    /** {@return samples to compare it with, the most telling first; may be empty} */
    List<SetSample> besides();

    /** {@return whether the sample is taken out unless someone decides otherwise} */
    boolean remove();

    /** What may be the matter, in the order of the document. */
    enum Kind {
        /** The same pixels. */
        EXACT_DUPLICATES,
        /** Almost the same picture. */
        NEAR_DUPLICATES,
        /** An OOD image that shows an ID class. */
        ID_CONTENT,
        /** A label that is probably wrong. */
        LABEL_NOISE;

        /** In the document. */
        String key() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** In pages and lists of decisions. */
        String id() {
            return key().replace('_', '-');
        }
    }

    /** A copy of an image of the same or of an earlier set. */
    sealed interface Copy extends Finding {
        /** {@return the image that it is a copy of, of the same or of an earlier set} */
        SetSample original();

        @Override
        default List<SetSample> besides() {
            return List.of(original());
        }

        /** {@return whether the two are in different sets, which is what spoils a benchmark} */
        default boolean across() {
            return !subject().set().equals(original().set());
        }
    }

    /**
     * An image with the very same pixels.
     *
     * @param subject the copy
     * @param original the first image with these pixels
     * @param sameFile whether both are the same file, byte for byte
     */
    record ExactCopy(SetSample subject, SetSample original, boolean sameFile) implements Copy {
        @Override
        public boolean remove() {
            return true;
        }
    }

    /**
     * Almost the same picture. Within one set both are kept.
     *
     * @param subject the copy
     * @param original the earlier image
     * @param likeness how alike they are
     * @param cosine of their features
     */
    record NearCopy(SetSample subject, SetSample original, Likeness likeness, double cosine) implements Copy {
        @Override
        public boolean remove() {
            return across();
        }
    }

    /**
     * An OOD image that seems to show an ID class.
     *
     * @param subject the OOD image
     * @param besides ID training images, nearest first
     * @param shows the class, empty where there is one without a name
     * @param probability that the judge gives the class
     * @param cosine mean cosine with the nearest ID training images
     * @param confidence share of ID test images that are less typical, in (0, 1]
     */
    record IdLike(
            SetSample subject,
            List<SetSample> besides,
            String shows,
            double probability,
            double cosine,
            double confidence)
            implements Finding {
        /** Copies the list. */
        public IdLike {
            besides = List.copyOf(besides);
        }

        @Override
        public boolean remove() {
            return true;
        }
    }

    /**
     * An ID image whose label is doubted. It is kept.
     *
     * @param subject the image
     * @param suggested the class it seems to show
     * @param own probability of its label
     * @param other probability of the suggested class
     * @param votes share of its neighbours that are labelled so
     */
    record DoubtfulLabel(SetSample subject, String suggested, double own, double other, double votes)
            implements Finding {
        @Override
        public List<SetSample> besides() {
            return List.of();
        }

        @Override
        public boolean remove() {
            return false;
        }
    }
}
