// SPDX-License-Identifier: Apache-2.0
package io.github.stray.inspect;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The nearest vouchers of each image of a set, at most {@value #SHOWN}. Immutable once filled. */
public final class Evidence {
    /** Neighbours that are kept of an image. */
    public static final int SHOWN = 5;

    private static final int NONE = -1;

    private final int[] rows;
    private final double[] cosines;

    Evidence(int n) {
        rows = new int[Math.multiplyExact(n, SHOWN)];
        cosines = new double[rows.length];
        Arrays.fill(rows, NONE);
    }

    /**
     * An image that another one is near to.
     *
     * @param row its index
     * @param cosine of the features of the two
     */
    public record Near(int row, double cosine) {}

    /**
     * {@return the nearest vouchers of an image that are no copies of it, nearest first}
     *
     * @param row index of the image
     */
    public List<Near> of(int row) {
        var near = new ArrayList<Near>();
        for (int i = row * SHOWN; i < (row + 1) * SHOWN && rows[i] != NONE; i++) {
            near.add(new Near(rows[i], cosines[i]));
        }
        return near;
    }

    /** Takes a neighbour in; of equally near ones the lower row comes first. Neighbours of one image come from one thread. */
    void offer(int row, int neighbour, double cosine) {
        int first = row * SHOWN;
        int at = first + SHOWN;
        while (at > first && (rows[at - 1] == NONE || nearer(neighbour, cosine, at - 1))) {
            at--;
        }
        int last = first + SHOWN - 1;
        if (at > last) {
            return;
        }
        System.arraycopy(rows, at, rows, at + 1, last - at);
        System.arraycopy(cosines, at, cosines, at + 1, last - at);
        rows[at] = neighbour;
        cosines[at] = cosine;
    }

    private boolean nearer(int neighbour, double cosine, int at) {
        return cosine > cosines[at] || (cosine == cosines[at] && neighbour < rows[at]);
    }
}
