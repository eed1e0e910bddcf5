// SPDX-License-Identifier: Apache-2.0
package io.github.stray.language;

import io.github.stray.feature.FeatureMatrix;
import io.github.stray.feature.FeatureSet;
import io.github.stray.feature.FeatureSpace;
import io.github.stray.internal.linalg.Norms;
import io.github.stray.internal.linalg.Simd;
import java.util.List;

/**
 * Text embeddings of class names, captions or other words, in the space of an extractor's image embeddings: one unit row
 * a class. Immutable and safe for concurrent use.
 */
public final class ClassEmbeddings {
    private final FeatureMatrix rows;
    private final List<String> names;
    private final FeatureSpace space;
    private final double[] unit;

    /**
     * Takes embeddings and scales them to unit length.
     *
     * @param rows {@code [C x e]}, finite, none of them zero; C at least 1
     * @param names C names, or none
     * @param space where the image embeddings live that they go with, of dimension e
     * @throws IllegalArgumentException if there are no rows, sizes disagree, or a row is zero or not finite
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
        FeatureSet.of(rows, "class embeddings").requireFinite();
        this.rows = rows;
        this.names = List.copyOf(names);
        this.space = space;
        this.unit = new double[Math.multiplyExact(rows.rows(), e)];
        for (int c = 0; c < rows.rows(); c++) {
            float[] row = rows.row(c);
            double norm = Norms.norm(row, 0, e);
            if (norm == 0) {
                throw new IllegalArgumentException("the embedding of class %s is zero; a text embedding has a direction"
                        .formatted(names.isEmpty() ? Integer.toString(c) : "'" + names.get(c) + "'"));
            }
            for (int t = 0; t < e; t++) {
                unit[c * e + t] = row[t] / norm;
            }
        }
    }

    /**
     * Number of classes.
     *
     * @return C, at least 1
     */
    public int classes() {
        return rows.rows();
    }

    /**
     * Length of an embedding.
     *
     * @return e
     */
    public int dimension() {
        return rows.dimension();
    }

    /**
     * The embeddings as they were given.
     *
     * @return {@code [C x e]}
     */
    public FeatureMatrix rows() {
        return rows;
    }

    /**
     * The embeddings scaled to unit length.
     *
     * @return a copy, {@code [C x e]} row-major
     */
    public double[] unit() {
        return unit.clone();
    }

    /**
     * Cosines of image embeddings with the classes.
     *
     * @param embeddings {@code [count x e]} image embeddings, of any length; a zero row has cosine 0 with every class
     * @param count number of rows
     * @return {@code [count x C]}, -1 to 1, each depending on nothing but its row and its class
     */
    public double[] cosines(float[] embeddings, int count) {
        int e = dimension();
        double[] units = new double[Math.multiplyExact(count, e)];
        for (int i = 0; i < count; i++) {
            double norm = Norms.norm(embeddings, i * e, e);
            double divisor = norm == 0 ? 1 : norm;
            for (int t = i * e; t < (i + 1) * e; t++) {
                units[t] = embeddings[t] / divisor;
            }
        }
        double[] cosines = new double[Math.multiplyExact(count, classes())];
        Simd.kernels().dots(units, 0, count, unit, 0, classes(), e, cosines);
        for (int i = 0; i < cosines.length; i++) {
            cosines[i] = Math.clamp(cosines[i], -1.0, 1.0);
        }
        return cosines;
    }

    /**
     * Class names.
     *
     * @return C names in label order; empty if unknown
     */
    public List<String> names() {
        return names;
    }

    /**
     * Where the image embeddings live that they go with.
     *
     * @return the space
     */
    public FeatureSpace space() {
        return space;
    }

    @Override
    public String toString() {
        return "ClassEmbeddings[" + classes() + " x " + dimension() + "]";
    }
}
