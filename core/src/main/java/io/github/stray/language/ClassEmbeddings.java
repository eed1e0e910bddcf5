// SPDX-License-Identifier: Apache-2.0
package io.github.stray.language;

import io.github.stray.feature.FeatureMatrix;
import io.github.stray.feature.FeatureSet;
import io.github.stray.feature.FeatureSpace;
import io.github.stray.internal.linalg.DoublePanels;
import io.github.stray.internal.linalg.Norms;
import io.github.stray.internal.linalg.Simd;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Text embeddings of class names, captions or other words, in the space of an extractor's image embeddings: one row a
 * class, of which only the direction counts. Immutable and safe for concurrent use.
 */
public final class ClassEmbeddings {
    private final FeatureMatrix rows;
    private final List<String> names;
    private final FeatureSpace space;
    private @Nullable DoublePanels unit;

    /**
     * Takes embeddings of any length other than zero.
     *
     * @param rows {@code [C x e]}, finite, none of them zero; C at least 1
     * @param names C names, or none
     * @param space where the image embeddings live that they go with, of dimension e
     * @throws IllegalArgumentException if there are no rows, sizes disagree, a row is zero or not finite, or C * e exceeds an array
     */
    public ClassEmbeddings(FeatureMatrix rows, List<String> names, FeatureSpace space) {
        int e = rows.dimension();
        if (rows.rows() < 1) {
            throw new IllegalArgumentException("class embeddings need at least one class, got none");
        }
        if (!names.isEmpty() && names.size() != rows.rows()) {
            throw new IllegalArgumentException(
                    "%d names for the embeddings of %d classes".formatted(names.size(), rows.rows()));
        }
        if (space.dimension() != e) {
            throw new IllegalArgumentException("class embeddings of dimension %d are for a space of %d dimensions"
                    .formatted(e, space.dimension()));
        }
        if ((long) rows.rows() * e > Integer.MAX_VALUE - 8) {
            throw new IllegalArgumentException(
                    "%d class embeddings of dimension %d do not fit one array".formatted(rows.rows(), e));
        }
        FeatureSet.of(rows, "class embeddings").requireFinite();
        this.rows = rows;
        this.names = List.copyOf(names);
        this.space = space;
        for (int c = 0; c < rows.rows(); c++) {
            if (Norms.norm(rows.row(c), 0, e) == 0) {
                throw new IllegalArgumentException("%s is zero; a text embedding has a direction"
                        .formatted(names.isEmpty() ? "embedding " + c : "the embedding of '" + names.get(c) + "'"));
            }
        }
    }

    /** {@return the number of classes C, at least 1} */
    public int classes() {
        return rows.rows();
    }

    /** {@return the length e of an embedding} */
    public int dimension() {
        return rows.dimension();
    }

    /** {@return the embeddings {@code [C x e]} as they were given} */
    public FeatureMatrix rows() {
        return rows;
    }

    /**
     * {@return cosines {@code [count x C]} of image embeddings with the classes, -1 to 1, each depending on nothing but
     * its row and its class}
     *
     * @param embeddings {@code [count x e]} image embeddings, of any length; a zero row has cosine 0 with every class
     * @param count number of rows
     */
    public double[] cosines(float[] embeddings, int count) {
        double[] cosines = new double[Math.multiplyExact(count, classes())];
        double[] units = scaled(embeddings, count, dimension());
        unit().times(Simd.kernels(), units, 0, dimension(), count, cosines, 0, classes());
        for (int i = 0; i < cosines.length; i++) {
            cosines[i] = Math.clamp(cosines[i], -1.0, 1.0);
        }
        return cosines;
    }

    /** Made when first asked for: of words that are only chosen from, nobody asks. */
    private synchronized DoublePanels unit() {
        DoublePanels known = unit;
        if (known == null) {
            int e = dimension();
            float[] all = new float[classes() * e];
            rows.copyRows(0, classes(), all, 0);
            double[] units = scaled(all, classes(), e);
            known = DoublePanels.ofRows(
                    units, 0, e, classes(), e, Simd.kernels().doubleColumns());
            unit = known;
        }
        return known;
    }

    private static double[] scaled(float[] rows, int count, int e) {
        double[] scaled = new double[Math.multiplyExact(count, e)];
        for (int i = 0; i < count; i++) {
            double norm = Norms.norm(rows, i * e, e);
            double divisor = norm == 0 ? 1 : norm;
            for (int t = i * e; t < (i + 1) * e; t++) {
                scaled[t] = rows[t] / divisor;
            }
        }
        return scaled;
    }

    /** {@return C class names in label order; empty if unknown} */
    public List<String> names() {
        return names;
    }

    /** {@return where the image embeddings live that they go with} */
    public FeatureSpace space() {
        return space;
    }

    /**
     * {@return the same embeddings with nothing known of their space but its dimension: used where the user vouches for
     * it}
     */
    public ClassEmbeddings forgetOrigin() {
        return new ClassEmbeddings(rows, names, space.forgetOrigin());
    }

    @Override
    public String toString() {
        return "ClassEmbeddings[" + classes() + " x " + dimension() + "]";
    }
}
