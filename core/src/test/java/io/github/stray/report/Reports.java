// SPDX-License-Identifier: Apache-2.0
package io.github.stray.report;

import io.github.stray.detect.Detection;
import io.github.stray.detect.Neighbour;
import io.github.stray.extract.FailedSample;
import io.github.stray.metric.Convention;
import io.github.stray.metric.Interval;
import io.github.stray.metric.OodReport;
import io.github.stray.provenance.Provenance;
import io.github.stray.report.OodResult.Shift;
import io.github.stray.score.Scores;
import io.github.stray.threshold.Calibration;
import io.github.stray.threshold.Verdict;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.Random;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/** Reports to test with. */
final class Reports {
    private Reports() {}

    /** A calibration by equal scores, so that its threshold is that score, or minus infinity where they are too few. */
    static Calibration calibration(double score, double tpr, int size) {
        double[] scores = new double[size];
        Arrays.fill(scores, score);
        return Calibration.of(Scores.of(scores), tpr);
    }

    /** Every text of the report is this one. */
    static Report saying(String text, Scores id, Optional<Calibration> cut, Scores... ood) {
        var results = new ArrayList<OodResult>();
        for (Scores scores : ood) {
            results.add(new OodResult(text, Optional.of(Shift.NEAR), figures(id.size(), scores.size()), scores));
        }
        var detection = new Detection(
                text,
                id.get(0),
                Optional.of(Verdict.OUT),
                OptionalDouble.of(0.02),
                OptionalInt.empty(),
                List.of(new Neighbour(text, 3, 0.5)));
        var group = new ExampleGroup(
                text, text, List.of(new Example(text, true, detection), new Example(text, false, detection)));
        return new Report(
                text,
                text,
                new Provenance(Map.of(text, text)),
                new DetectorSummary(text, Map.of(text, text), text, text, cut, List.of(text)),
                text,
                id,
                results,
                List.of(new FailedSample(text, text)),
                List.of(group, new ExampleGroup(text, text, List.of())));
    }

    private static OodReport figures(int idSize, int oodSize) {
        return new OodReport(
                idSize,
                oodSize,
                Convention.CANONICAL,
                0.9,
                new Interval(0.8, 1),
                0.95,
                0.25,
                0.75,
                0.7,
                Optional.empty());
    }

    static Report ordinary() {
        return saying(
                "some set",
                normal(1, 2, 300),
                Optional.of(calibration(0.4, 0.95, 200)),
                normal(2, 0, 150),
                normal(3, 1, 80));
    }

    static Scores normal(long seed, double mean, int n) {
        var random = new Random(seed);
        double[] scores = new double[n];
        for (int i = 0; i < n; i++) {
            scores[i] = mean + random.nextGaussian();
        }
        return Scores.of(scores);
    }

    /** The page as XML: fails where a tag is left open or a character is not escaped. */
    static Document parsed(String page) {
        try {
            return DocumentBuilderFactory.newInstance()
                    .newDocumentBuilder()
                    .parse(new ByteArrayInputStream(page.getBytes(StandardCharsets.UTF_8)));
        } catch (ParserConfigurationException | SAXException | IOException e) {
            throw new AssertionError("page is not well-formed: " + e.getMessage(), e);
        }
    }

    static List<Element> elements(Document page, String tag) {
        NodeList nodes = page.getElementsByTagName(tag);
        var elements = new ArrayList<Element>();
        for (int i = 0; i < nodes.getLength(); i++) {
            elements.add((Element) nodes.item(i));
        }
        return elements;
    }
}
