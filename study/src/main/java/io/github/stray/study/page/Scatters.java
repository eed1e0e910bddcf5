// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.page;

import static io.github.stray.report.Numbers.metric;

import io.github.stray.metric.Correlation;
import io.github.stray.report.Html;
import io.github.stray.report.Numbers;
import io.github.stray.report.Page;
import io.github.stray.report.ScatterChart;
import io.github.stray.report.ScatterChart.Dot;
import io.github.stray.study.page.Cells.Group;
import io.github.stray.study.page.Cells.Mean;
import io.github.stray.study.result.ExtractorResult;
import io.github.stray.study.result.Outcome.Measured;
import io.github.stray.study.result.PairCorrelation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.function.DoubleFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What explains the AUROC of an extractor: its accuracy on the ID set, its size, its speed. */
record Scatters(List<PairCorrelation> correlations, Cells cells, Html html, Page page) {

    void accuracy() {
        if (correlations.isEmpty() || cells.reference().isEmpty()) {
            return;
        }
        String reference = cells.reference().get();
        page.section("accuracy", "ID accuracy and OOD detection");
        page.explain(
                "Each dot is an extractor: how often its nearest neighbours name the right class of an ID image (k\u2011NN accuracy), and how well %s tells ID from OOD. R\u00b2 is the share of the differences in AUROC that the line explains; few extractors say little.%s"
                        .formatted(reference, summary()));
        html.open("div", "class", "charts broad");
        int key = 0;
        for (PairCorrelation each : correlations) {
            OodPair pair = cells.pairs().stream()
                    .filter(known -> known.pair().equals(each.pair())
                            && known.comparison().equals(each.comparison()))
                    .findFirst()
                    .orElseThrow();
            List<Dot> dots = dots(
                    extractor -> optional(extractor.accuracy().get(each.pair())),
                    extractor ->
                            cells.measured(extractor.name(), reference, pair).map(Measured::auroc));
            if (!dots.isEmpty()) {
                accuracy("accuracy-" + key++, pair.name(), reference, each.correlation(), dots);
            }
        }
        html.close("div").close("section");
    }

    private static OptionalDouble optional(@Nullable Double value) {
        return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
    }

    private void accuracy(String key, String pair, String reference, Correlation fit, List<Dot> dots) {
        String fitted = "R\u00b2 %s, n = %d".formatted(metric(fit.rSquared()), fit.size());
        html.open("figure").open("figcaption");
        html.leaf("span", pair, "class", "label").leaf("span", fitted, "class", "soft");
        html.close("figcaption");
        String title = "ID accuracy and AUROC on " + pair;
        String up = "AUROC of " + Page.brief(reference);
        new ScatterChart(key, title, "ID k-NN accuracy", up, false, Numbers::percent, Optional.of(fit))
                .write(html, dots);
        html.close("figure");
    }

    private String summary() {
        double[] shares = correlations.stream()
                .mapToDouble(each -> each.correlation().rSquared())
                .sorted()
                .toArray();
        int fits = shares.length;
        if (fits < 2) {
            return "";
        }
        return " Over %d pairs R\u00b2 lies between %s and %s, in the middle at %s."
                .formatted(fits, metric(shares[0]), metric(shares[fits - 1]), metric(shares[fits / 2]));
    }

    void cost() {
        if (cells.extractors().isEmpty() || cells.reference().isEmpty()) {
            return;
        }
        String reference = cells.reference().get();
        Function<ExtractorResult, Optional<Double>> auroc =
                extractor -> Optional.of(cells.mean(extractor.name(), reference, cells.pairs()))
                        .filter(Mean::complete)
                        .map(Mean::auroc);
        List<Dot> size = dots(extractor -> bytes(extractor.bytes()), auroc);
        List<Dot> speed = dots(ExtractorResult::imagesPerSecond, auroc);
        page.section("cost", "Extractors: size, speed, accuracy");
        if (!size.isEmpty() || !speed.isEmpty()) {
            String over =
                    cells.pairs().size() == 1 ? "on " + cells.pairs().getFirst().name() : "the mean over all pairs";
            page.explain(
                    "AUROC of %s, %s, against what an extractor costs. Both scales are logarithmic; speed is that of this machine."
                            .formatted(reference, over));
            html.open("div", "class", "charts two");
            cost("size", "Size", "bytes of the network", size, Numbers::amount, reference);
            cost("speed", "Speed", "images a second", speed, Scatters::speed, reference);
            html.close("div");
        }
        table(reference);
        html.close("section");
    }

    private static OptionalDouble bytes(OptionalLong bytes) {
        return bytes.isPresent() ? OptionalDouble.of((double) bytes.getAsLong()) : OptionalDouble.empty();
    }

    private void cost(
            String key, String heading, String across, List<Dot> dots, DoubleFunction<String> unit, String reference) {
        if (dots.isEmpty()) {
            return;
        }
        html.open("figure");
        html.open("figcaption").leaf("span", heading, "class", "label").close("figcaption");
        String up = "AUROC of " + Page.brief(reference);
        new ScatterChart(key, heading + " and AUROC", across, up, true, unit, Optional.empty()).write(html, dots);
        html.close("figure");
    }

    /** One an extractor that has both. */
    private List<Dot> dots(
            Function<ExtractorResult, OptionalDouble> x, Function<ExtractorResult, Optional<Double>> auroc) {
        var dots = new ArrayList<Dot>();
        for (int e = 0; e < cells.extractors().size(); e++) {
            ExtractorResult extractor = cells.extractors().get(e);
            OptionalDouble at = x.apply(extractor);
            Optional<Double> y = auroc.apply(extractor);
            if (at.isPresent() && y.isPresent()) {
                dots.add(new Dot(e, extractor.name(), at.getAsDouble(), y.get()));
            }
        }
        return dots;
    }

    private void table(String reference) {
        List<String> sets = cells.extractors().stream()
                .flatMap(extractor -> extractor.accuracy().keySet().stream())
                .distinct()
                .toList();
        page.table("Extractors", "class", "costs sortable");
        page.columns("Extractor");
        page.head("file", "Bytes of the network's files");
        page.head("images/s", "Images extracted a second on this machine");
        for (String set : sets) {
            page.head("accuracy, " + Page.brief(set).replace('-', '\u2011'), "k-NN accuracy (k = 20) on " + set);
        }
        List<Group> groups = cells.pairs().size() == 1
                ? List.of(new Group(cells.pairs().getFirst().name(), cells.pairs()))
                : cells.groups();
        for (Group group : groups) {
            page.head("AUROC, " + Page.brief(group.name()), "AUROC of " + reference);
        }
        page.rows();
        for (ExtractorResult extractor : cells.extractors()) {
            html.open("tr").open("th", "scope", "row");
            html.leaf("span", Page.brief(extractor.name()), "title", extractor.name());
            html.close("th");
            value(bytes(extractor.bytes()), bytes -> spaced(Numbers.amount(bytes)) + "B");
            value(extractor.imagesPerSecond(), Scatters::speed);
            for (String set : sets) {
                value(optional(extractor.accuracy().get(set)), Numbers::metric);
            }
            for (Group group : groups) {
                Mean mean = cells.mean(extractor.name(), reference, group.pairs());
                value(mean.complete() ? OptionalDouble.of(mean.auroc()) : OptionalDouble.empty(), Numbers::metric);
            }
            html.close("tr");
        }
        page.endTable();
    }

    private static String speed(double images) {
        return images < 999.5 ? Numbers.amount(images) : Numbers.count(Math.round(images));
    }

    private static String spaced(String amount) {
        return Character.isDigit(amount.charAt(amount.length() - 1)) ? amount + "\u00a0" : amount;
    }

    /** A number that the script sorts by. */
    private void value(OptionalDouble value, DoubleFunction<String> text) {
        String shown = value.isPresent() ? text.apply(value.getAsDouble()) : "\u2013";
        String sorted = value.isPresent() ? Double.toString(value.getAsDouble()) : "";
        html.leaf("td", shown, "class", "number", "data-v", sorted);
    }
}
