// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.demo;

import java.awt.BasicStroke;
import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;

/** The shapes that signs are made of. Coordinates are x to the right and y downwards. */
final class Outlines {
    private Outlines() {}

    static Shape disc(double x, double y, double radius) {
        return new Ellipse2D.Double(x - radius, y - radius, 2 * radius, 2 * radius);
    }

    static Shape box(double x, double y, double width, double height) {
        return new Rectangle2D.Double(x, y, width, height);
    }

    /** A regular polygon; the first corner lies at {@code degrees} clockwise from the right. */
    static Shape polygon(int corners, double radius, double degrees) {
        double[] points = new double[2 * corners];
        for (int i = 0; i < corners; i++) {
            double angle = StrictMath.toRadians(degrees + 360.0 * i / corners);
            points[2 * i] = radius * StrictMath.cos(angle);
            points[2 * i + 1] = radius * StrictMath.sin(angle);
        }
        return area(points);
    }

    /** A closed shape through {@code x, y, x, y, ..}. */
    static Shape area(double... points) {
        Path2D path = open(points);
        path.closePath();
        return path;
    }

    /** An open line through {@code x, y, x, y, ..}. */
    static Path2D open(double... points) {
        var path = new Path2D.Double(Path2D.WIND_EVEN_ODD);
        path.moveTo(points[0], points[1]);
        for (int i = 2; i < points.length; i += 2) {
            path.lineTo(points[i], points[i + 1]);
        }
        return path;
    }

    /** A line of some thickness with round ends, as a shape. */
    static Shape stroke(Shape line, double width) {
        return new BasicStroke((float) width, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND).createStrokedShape(line);
    }

    /** The shape turned clockwise about the origin, then moved. */
    static Shape placed(Shape shape, double degrees, double x, double y) {
        return turn(degrees, x, y).createTransformedShape(shape);
    }

    /** A turn about the origin, then a move, with {@link StrictMath} so that it is the same everywhere. */
    static AffineTransform turn(double degrees, double x, double y) {
        double cos = StrictMath.cos(StrictMath.toRadians(degrees));
        double sin = StrictMath.sin(StrictMath.toRadians(degrees));
        return new AffineTransform(cos, sin, -sin, cos, x, y);
    }
}
