// SPDX-License-Identifier: Apache-2.0
package io.github.stray.audit;

import java.util.ArrayList;
import java.util.List;

/**
 * How alike two pictures are once one is mirrored and cropped as fits best.
 *
 * <p>Brightness is compared by normalised cross-correlation, so a change of exposure or contrast does not count. Either
 * picture may be a crop of the other: 19 windows of 100, 95 and 90 % of each side are tried on both sides and both ways
 * round at 16 x 16 pixels, and the best one's four edges are then moved at 32 x 32 pixels as long as that helps. Up to 16 %
 * of a side may be missing.
 *
 * @param similarity correlation of brightness at 32 x 32 pixels, -1 to 1; 0 where a picture is of one colour
 * @param detail correlation of what is neither finest nor coarse structure: two skies with a bird have a high similarity and
 *     a low detail, -1 to 1
 * @param colour root mean square difference of colour, in levels of 255
 * @param mirrored whether one is the mirror image of the other
 */
public record Likeness(double similarity, double detail, double colour, boolean mirrored) {
    /** Correlation of the whole pictures at 16 x 16 pixels below which no window is tried. */
    private static final double HOPELESS = 0.45;

    /** Correlation of the best window at 16 x 16 pixels below which edges are not moved. */
    private static final double UNLIKE = 0.8;

    private static final double[] STEPS = {1 / 32.0, 1 / 64.0, 1 / 128.0};

    /**
     * {@return how alike two pictures are; {@code of(a, b)} and {@code of(b, a)} agree up to the steps of the search}
     *
     * @param some a picture
     * @param other another
     */
    public static Likeness of(ImageSignature some, ImageSignature other) {
        return of(new Picture(some), new Picture(other));
    }

    static Likeness of(Picture some, Picture other) {
        double straight = Plane.dot(some.small, other.small);
        double turned = Plane.dot(some.smallMirrored, other.small);
        double whole = Math.max(straight, turned);
        if (whole < HOPELESS) {
            return new Likeness(whole, 0, 255, turned > straight);
        }
        Fit best = new Fit(-1, false, false, Window.WHOLE);
        List<float[]> ofSome = some.windows();
        List<float[]> ofOther = other.windows();
        for (int w = 0; w < ofSome.size(); w++) {
            Window window = Window.STARTS.get(w);
            // A window of the mirror image is the mirror image of the opposite window, so the other side is mirrored.
            best = best.or(Plane.dot(some.small, ofOther.get(w)), false, false, window);
            best = best.or(Plane.dot(some.smallMirrored, ofOther.get(w)), true, false, window);
            best = best.or(Plane.dot(ofSome.get(w), other.small), false, true, window);
            best = best.or(Plane.dot(ofSome.get(w), other.smallMirrored), true, true, window);
        }
        if (best.value() < UNLIKE) {
            return new Likeness(best.value(), 0, 255, best.mirrored());
        }
        return refined(best, some, other);
    }

    private static Likeness refined(Fit best, Picture some, Picture other) {
        Plane cut = best.cutsSome() ? some.plane : other.plane;
        Plane kept = best.cutsSome() ? other.plane : some.plane;
        if (best.mirrored()) {
            kept = kept.mirrored();
        }
        float[] target = kept.normalised();
        Window window = best.window();
        double value = Plane.dot(cut.cut(window).normalised(), target);
        for (double step : STEPS) {
            boolean better = true;
            while (better) {
                better = false;
                for (Window next : window.neighbours(step)) {
                    double moved = Plane.dot(cut.cut(next).normalised(), target);
                    if (moved > value + 1e-6) {
                        value = moved;
                        window = next;
                        better = true;
                    }
                }
            }
        }
        double detail = Plane.correlation(cut.cut(window).detail(), kept.detail());
        return new Likeness(value, detail, colour(some.chroma, other.chroma, best.mirrored()), best.mirrored());
    }

    private static double colour(byte[] some, byte[] other, boolean mirrored) {
        int side = ImageSignature.CHROMA_SIDE;
        double squares = 0;
        for (int i = 0; i < some.length; i++) {
            int x = i % side;
            int j = mirrored ? i - x + side - 1 - x : i;
            double difference = (some[i] & 255) - (other[j] & 255);
            squares += difference * difference;
        }
        return Math.sqrt(squares / some.length);
    }

    /** The best window so far, and which of the two it is cut from. */
    private record Fit(double value, boolean mirrored, boolean cutsSome, Window window) {
        Fit or(double other, boolean otherMirrored, boolean otherCutsSome, Window otherWindow) {
            return other > value ? new Fit(other, otherMirrored, otherCutsSome, otherWindow) : this;
        }
    }

    /** A signature made ready for many comparisons. Not safe for concurrent use. */
    static final class Picture {
        private final byte[] chroma;
        private final Plane plane;
        private final Plane half;
        private final float[] small;
        private final float[] smallMirrored;
        private final List<float[]> windows = new ArrayList<>();

        Picture(ImageSignature signature) {
            chroma = signature.chroma();
            plane = Plane.of(signature.luma());
            half = plane.halved();
            small = half.normalised();
            smallMirrored = half.mirrored().normalised();
        }

        private List<float[]> windows() {
            if (windows.isEmpty()) {
                Window.STARTS.forEach(window -> windows.add(half.cut(window).normalised()));
            }
            return windows;
        }
    }
}
