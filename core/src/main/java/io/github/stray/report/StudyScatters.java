// SPDX-License-Identifier: Apache-2.0
package io.github.stray.report;

import static io.github.stray.report.Numbers.metric;

import io.github.stray.metric.Correlation;
import io.github.stray.report.ScatterChart.Dot;
import io.github.stray.report.StudyCells.Group;
import io.github.stray.report.StudyCells.Mean;
import io.github.stray.report.StudyReport.Accuracies;
import io.github.stray.report.StudyReport.Extractor;
import io.github.stray.report.StudyReport.Figures;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.DoubleFunction;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/** What explains the AUROC of an extractor: its accuracy on the ID set, its size, its speed. */
record StudyScatters(StudyReport report, StudyCells cells, Html html, Page page) {

    void accuracy() throws IOException {
        if (report.correlations().isEmpty() || cells.reference().isEmpty()) {
            return;
        }
        String reference = cells.reference().get();
        page.section("accuracy", "ID accuracy and OOD detection");
        html.leaf(
                "p",
                "Each dot is an extractor: how often its nearest neighbours name the right class of an ID image (k\u2011NN accuracy), and how well %s tells ID from OOD. R\u00b2 is the share of the differences in AUROC that the line explains; few extractors say little.%s"
                        .formatted(reference, summary()),
                "class",
                "soft");
        html.open("div", "class", "charts broad");
        int chart = 0;
        for (Accuracies each : report.correlations()) {
            var dots = new ArrayList<Dot>();
            for (int e = 0; e < report.extractors().size(); e++) {
                Extractor extractor = report.extractors().get(e);
                Optional<Figures> figures = cells.figures(extractor.name(), reference, each.pair());
                Double accuracy = extractor.accuracy().get(each.pair().id());
                if (figures.isPresent() && accuracy != null) {
                    dots.add(
                            new Dot(e, extractor.name(), accuracy, figures.get().auroc()));
                }
            }
            if (dots.isEmpty()) {
                continue;
            }
            Correlation fit = each.correlation();
            html.open("figure");
            html.open("figcaption")
                    .leaf("span", each.pair().name(), "class", "label")
                    .leaf("span", fitted(fit), "class", "soft")
                    .close("figcaption");
            new ScatterChart(
                            "accuracy-" + chart++,
                            "ID accuracy and AUROC on " + each.pair().name(),
                            "ID k-NN accuracy",
                            "AUROC of " + Page.brief(reference),
                            false,
                            Numbers::percent,
                            Optional.of(fit))
                    .write(html, dots);
            html.close("figure");
        }
        html.close("div");
        html.close("section");
    }

    /** Two dots always lie on a line, which says nothing. */
    private static String fitted(Correlation fit) {
        return fit.size() < 3
                ? "n = " + fit.size()
                : "R\u00b2 %s, n = %d".formatted(metric(fit.rSquared()), fit.size());
    }

    private String summary() {
        double[] shares = report.correlations().stream()
                .filter(each -> each.correlation().size() > 2)
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

    void cost() throws IOException {
        if (report.extractors().isEmpty() || cells.reference().isEmpty()) {
            return;
        }
        String reference = cells.reference().get();
        List<Dot> size = dots(
                reference,
                extractor -> extractor.bytes().isPresent(),
                extractor -> extractor.bytes().getAsLong());
        List<Dot> speed = dots(
                reference,
                extractor -> extractor.imagesPerSecond().isPresent(),
                extractor -> extractor.imagesPerSecond().getAsDouble());
        page.section("cost", "Extractors: size, speed, accuracy");
        if (!size.isEmpty() || !speed.isEmpty()) {
            html.leaf(
                    "p",
                    "AUROC of %s, %s, against what an extractor costs. Both scales are logarithmic; speed is that of this machine."
                            .formatted(
                                    reference,
                                    report.pairs().size() == 1
                                            ? "on " + report.pairs().getFirst().name()
                                            : "the mean over all pairs"),
                    "class",
                    "soft");
            html.open("div", "class", "charts two");
            if (!size.isEmpty()) {
                figure("size", "Size", "bytes of the network", size, Numbers::amount, reference);
            }
            if (!speed.isEmpty()) {
                figure("speed", "Speed", "images a second", speed, StudyScatters::speed, reference);
            }
            html.close("div");
        }
        table(reference);
        html.close("section");
    }

    private void figure(
            String key, String heading, String across, List<Dot> dots, DoubleFunction<String> unit, String reference)
            throws IOException {
        html.open("figure");
        html.open("figcaption").leaf("span", heading, "class", "label").close("figcaption");
        new ScatterChart(
                        key,
                        heading + " and AUROC",
                        across,
                        "AUROC of " + Page.brief(reference),
                        true,
                        unit,
                        Optional.empty())
                .write(html, dots);
        html.close("figure");
    }

    private List<Dot> dots(String reference, Function<Extractor, Boolean> known, ToDoubleFunction<Extractor> x) {
        var dots = new ArrayList<Dot>();
        for (int e = 0; e < report.extractors().size(); e++) {
            Extractor extractor = report.extractors().get(e);
            Mean mean = cells.mean(extractor.name(), reference, report.pairs());
            if (known.apply(extractor) && mean.complete() && mean.ran() > 0) {
                dots.add(new Dot(e, extractor.name(), x.applyAsDouble(extractor), mean.auroc()));
            }
        }
        return dots;
    }

    private void table(String reference) throws IOException {
        var sets = new LinkedHashSet<String>();
        report.extractors()
                .forEach(extractor -> sets.addAll(extractor.accuracy().keySet()));
        page.table("Extractors", "class", "costs sortable");
        html.open("thead").open("tr").leaf("th", "Extractor", "scope", "col");
        page.head("file", "Bytes of the network's files");
        page.head("images/s", "Images extracted a second on this machine");
        for (String set : sets) {
            page.head("accuracy, " + Page.brief(set).replace('-', '\u2011'), "k-NN accuracy (k = 20) on " + set);
        }
        List<Group> groups = report.pairs().size() == 1
                ? List.of(new Group(report.pairs().getFirst().name(), report.pairs()))
                : cells.groups();
        for (Group group : groups) {
            page.head("AUROC, " + Page.brief(group.name()), "AUROC of " + reference);
        }
        html.close("tr").close("thead").open("tbody");
        for (Extractor extractor : report.extractors()) {
            html.open("tr").open("th", "scope", "row");
            html.leaf("span", Page.brief(extractor.name()), "title", extractor.name())
                    .close("th");
            size(extractor.bytes());
            double speed = extractor.imagesPerSecond().orElse(Double.NaN);
            value(speed, Double.isNaN(speed) ? "\u2013" : speed(speed));
            for (String set : sets) {
                Double accuracy = extractor.accuracy().get(set);
                value(accuracy == null ? Double.NaN : accuracy, accuracy == null ? "\u2013" : metric(accuracy));
            }
            for (Group group : groups) {
                Mean mean = cells.mean(extractor.name(), reference, group.pairs());
                value(mean.complete() ? mean.auroc() : Double.NaN, mean.complete() ? metric(mean.auroc()) : "\u2013");
            }
            html.close("tr");
        }
        html.close("tbody");
        page.endTable();
    }

    private void size(OptionalLong bytes) throws IOException {
        if (bytes.isPresent()) {
            double size = (double) bytes.getAsLong();
            value(size, spaced(Numbers.amount(size)) + "B");
        } else {
            value(Double.NaN, "\u2013");
        }
    }

    private static String speed(double images) {
        return images < 999.5 ? Numbers.amount(images) : Numbers.count(Math.round(images));
    }

    private static String spaced(String amount) {
        return Character.isDigit(amount.charAt(amount.length() - 1)) ? amount + "\u00a0" : amount;
    }

    /** A number that the script sorts by. */
    private void value(double value, String text) throws IOException {
        html.leaf("td", text, "class", "number", "data-v", Double.isNaN(value) ? "" : Double.toString(value));
    }
}
