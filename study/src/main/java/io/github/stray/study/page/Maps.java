// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.page;

import io.github.stray.report.Html;
import io.github.stray.report.Numbers;
import io.github.stray.report.Page;
import io.github.stray.report.Svg;
import io.github.stray.study.result.FeatureMap;
import io.github.stray.study.result.FeatureMap.Kind;
import io.github.stray.study.result.FeatureMap.Point;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** Features in the plane: ID, OOD and mistakes. */
record Maps(List<FeatureMap> all, Html html, Page page) {
    /** Points drawn at most; of more, evenly spaced ones. */
    static final int MOST = 6000;

    private static final double SIZE = 420;
    private static final double LEAST = 200;
    private static final double MARGIN = 12;

    void write() {
        List<FeatureMap> maps =
                all.stream().filter(map -> !map.points().isEmpty()).toList();
        if (maps.isEmpty()) {
            return;
        }
        page.section("maps", "Features in the plane");
        page.explain(
                "Each dot is an image, placed by its features: what lies close together is alike to the extractor. A plane shows a small part of what the features hold, so sets that overlap here may still be told apart.");
        html.open("ul", "class", "key");
        for (Kind kind : Kind.values()) {
            html.open("li").leaf("span", "", "class", "spot " + css(kind));
            html.text(name(kind)).close("li");
        }
        html.close("ul").open("div", "class", "charts broad");
        int key = 0;
        for (FeatureMap map : maps) {
            draw(map, "map-" + key++);
        }
        html.close("div").close("section");
    }

    private void draw(FeatureMap map, String key) {
        List<Point> points = sample(map.points());
        Place place = Place.of(points);
        String pair = OodPair.of(map.cell()).name();
        String extractor = map.cell().extractor();
        String description = description(map.points());
        html.open("figure").open("figcaption").open("span");
        html.leaf("span", pair, "class", "label");
        String plane = String.format(
                Locale.ROOT,
                "%s, principal components of the training set (%.0f %% of its variance)",
                extractor,
                100 * map.explained());
        html.leaf("span", plane, "class", "by");
        html.close("span").close("figcaption");
        String title = "Features of %s by %s".formatted(pair, extractor);
        Svg svg = Svg.open(html, SIZE, place.height(), "chart map", key, title, description);
        for (Kind kind : Kind.values()) {
            var path = new StringBuilder();
            for (Point point : points) {
                if (point.kind() == kind) {
                    path.append("M%s %sh0".formatted(tenth(place.x(point.x())), tenth(place.y(point.y()))));
                }
            }
            if (!path.isEmpty()) {
                svg.path(css(kind), path.toString());
            }
        }
        svg.close();
        String judge = "%s at a TPR of 0.95, at most %d images of each set"
                .formatted(map.cell().detector(), map.most());
        int all = map.points().size();
        String drawn = points.size() < all
                ? " %s of %s images are drawn.".formatted(Numbers.count(points.size()), Numbers.count(all))
                : "";
        html.leaf("p", "%s. %s%s".formatted(judge, description, drawn), "class", "soft small");
        html.close("figure");
    }

    private static List<Point> sample(List<Point> points) {
        if (points.size() <= MOST) {
            return points;
        }
        return IntStream.range(0, MOST)
                .mapToObj(i -> points.get((int) ((long) i * points.size() / MOST)))
                .toList();
    }

    private static String description(List<Point> points) {
        long lost = count(points, Kind.ID_REJECTED);
        long kept = count(points, Kind.OOD_KEPT);
        return "%s of %s ID images rejected, %s of %s OOD images kept."
                .formatted(
                        Numbers.count(lost),
                        Numbers.count(count(points, Kind.ID) + lost),
                        Numbers.count(kept),
                        Numbers.count(count(points, Kind.OOD) + kept));
    }

    private static long count(List<Point> points, Kind kind) {
        return points.stream().filter(point -> point.kind() == kind).count();
    }

    private static String name(Kind kind) {
        return switch (kind) {
            case ID -> "ID, kept";
            case OOD -> "OOD, rejected";
            case ID_REJECTED -> "ID, rejected: a mistake";
            case OOD_KEPT -> "OOD, kept: a mistake";
        };
    }

    private static String css(Kind kind) {
        return switch (kind) {
            case ID -> "id";
            case OOD -> "ood";
            case ID_REJECTED -> "id mistake";
            case OOD_KEPT -> "ood mistake";
        };
    }

    private static String tenth(double coordinate) {
        return Numbers.at(Math.round(10 * coordinate) / 10.0).replaceAll("(\\.\\d)0$", "$1");
    }

    /** The same scale on both axes, the points in the middle of a drawing no higher than wide. */
    private record Place(double midX, double midY, double scale, double height) {
        static Place of(List<Point> points) {
            double left = points.stream().mapToDouble(Point::x).min().orElse(0);
            double right = points.stream().mapToDouble(Point::x).max().orElse(0);
            double bottom = points.stream().mapToDouble(Point::y).min().orElse(0);
            double top = points.stream().mapToDouble(Point::y).max().orElse(0);
            double extent = Math.max(right - left, top - bottom);
            boolean drawable = extent > 0 && Double.isFinite(extent);
            double scale = drawable ? (SIZE - 2 * MARGIN) / extent : 0;
            double height = drawable ? Math.max(LEAST, scale * (top - bottom) + 2 * MARGIN) : LEAST;
            return new Place(left / 2 + right / 2, bottom / 2 + top / 2, scale, height);
        }

        double x(double x) {
            return SIZE / 2 + scale * (x - midX);
        }

        double y(double y) {
            return height / 2 - scale * (y - midY);
        }
    }
}
