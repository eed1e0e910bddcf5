// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.inspect;

import io.github.stray.projection.Projection;
import io.github.stray.report.Html;
import io.github.stray.report.Numbers;
import io.github.stray.report.Page;
import io.github.stray.report.Svg;
import io.github.stray.vision.image.ImagesById;
import io.github.stray.vision.image.PngEncoder;
import io.github.stray.vision.preprocess.Resampling;
import java.io.IOException;
import java.util.Arrays;
import java.util.Base64;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The images of a set in the plane of their features, each with a small picture to look at. */
final class InspectMap {
    /** Dots that are drawn at most; of more images, a seeded choice. */
    private static final int MOST = 500;

    /** Strangers among them at most. */
    private static final int STRANGERS = 200;

    /** Rows that the plane is fitted to. */
    private static final int FITTED = 5000;

    private static final int PICTURE = 32;
    private static final double SIZE = 560;
    private static final double MARGIN = 14;

    private final InspectResult result;
    private final int[] rows;
    private final Map<String, byte[]> pictures;

    private InspectMap(InspectResult result, int[] rows, Map<String, byte[]> pictures) {
        this.result = result;
        this.rows = rows;
        this.pictures = pictures;
    }

    /** Chooses the dots and reads their pictures. */
    static InspectMap read(InspectResult result) throws IOException {
        var drawn = new BitSet();
        IntStream.of(result.ranking().strangers()).limit(STRANGERS).forEach(drawn::set);
        chosen(result, MOST).filter(row -> drawn.cardinality() < MOST).forEach(drawn::set);
        int[] rows = drawn.stream().toArray();
        Set<String> ids = Arrays.stream(rows).mapToObj(result::id).collect(Collectors.toSet());
        var pictures = new HashMap<>(
                ImagesById.read(result.source(), ids, image -> PngEncoder.encode(Resampling.within(image, PICTURE))));
        return new InspectMap(result, rows, pictures);
    }

    private static IntStream chosen(InspectResult result, int most) {
        int n = result.size();
        return n <= most
                ? IntStream.range(0, n)
                : new SplittableRandom(result.inspect().rule().seed())
                        .ints(0, n)
                        .distinct()
                        .limit(most);
    }

    void write(Html html, Page page) {
        Projection plane = Projection.of(
                result.features().select(chosen(result, FITTED).sorted().toArray()));
        double[] places = plane.place(result.features().select(rows));
        page.section("map", "The set in the plane of its features");
        page.explain(String.format(
                Locale.ROOT,
                "What lies close together is alike to the extractor. The plane shows %.0f %% of the variance, so strangers may lie among the others here. Point at a dot to see the image.%s",
                100 * plane.explained(),
                rows.length < result.size()
                        ? " %s of %s images are drawn, strangers first."
                                .formatted(Numbers.count(rows.length), Numbers.count(result.size()))
                        : ""));
        html.open("figure", "class", "set-map");
        dots(html, places);
        html.open("figcaption");
        html.empty("img", "alt", "", "src", "data:,", "hidden", "hidden");
        html.leaf("p", "No image is pointed at.", "class", "set-map-name");
        html.leaf("p", "Called strangers are drawn in the other colour.", "class", "soft small");
        html.close("figcaption").close("figure").close("section");
    }

    private void dots(Html html, double[] places) {
        double left = range(places, 0, false);
        double top = range(places, 1, true);
        double extent = Math.max(range(places, 0, true) - left, top - range(places, 1, false));
        double scale = extent > 0 ? (SIZE - 2 * MARGIN) / extent : 0;
        BitSet strangers = result.ranking().called();
        Svg svg = Svg.open(
                html,
                SIZE,
                SIZE,
                "plane",
                "plane",
                "Images in the plane of their features",
                "%d images, %d of all called strangers".formatted(rows.length, strangers.cardinality()));
        int[] order = IntStream.range(0, rows.length)
                .boxed()
                .sorted((a, b) -> Boolean.compare(strangers.get(rows[a]), strangers.get(rows[b])))
                .mapToInt(Integer::intValue)
                .toArray();
        for (int i : order) {
            String id = result.id(rows[i]);
            byte[] picture = pictures.get(id);
            html.empty(
                    "circle",
                    "cx",
                    Numbers.at(MARGIN + scale * (places[2 * i] - left)),
                    "cy",
                    Numbers.at(MARGIN + scale * (top - places[2 * i + 1])),
                    "r",
                    "4.5",
                    "class",
                    strangers.get(rows[i]) ? "stranger" : "usual",
                    "data-name",
                    id,
                    "data-picture",
                    picture == null
                            ? "data:,"
                            : "data:image/png;base64," + Base64.getEncoder().encodeToString(picture));
        }
        svg.close();
    }

    private static double range(double[] places, int axis, boolean largest) {
        var values = IntStream.range(0, places.length / 2).mapToDouble(i -> places[2 * i + axis]);
        return largest ? values.max().orElse(0) : values.min().orElse(0);
    }
}
