// SPDX-License-Identifier: Apache-2.0
package io.github.stray.report;

import static io.github.stray.report.Reports.elements;
import static io.github.stray.report.Reports.normal;
import static io.github.stray.report.Reports.ordinary;
import static io.github.stray.report.Reports.parsed;
import static io.github.stray.report.Reports.saying;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.stray.extract.FailedSample;
import io.github.stray.score.Scores;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

class HtmlReportTest {
    private static final double INFINITY = Double.POSITIVE_INFINITY;

    @Test
    void write_sameReport_givesTheSamePage() throws IOException {
        assertThat(withPictures(ordinary(), 100)).isEqualTo(withPictures(ordinary(), 100));
    }

    @Test
    void write_hostileText_isShownAndNeverRun() {
        String hostile = "</title></script><script>alert(1)</script>\" onload='x' & ]]> <!-- \u0000\u001b\uD800 \uFFFF";
        String page =
                page(saying(hostile, Scores.of(1, 2), Optional.of(Reports.calibration(1, 0.95, 20)), Scores.of(0)));
        Document document = parsed(page);
        assertThat(elements(document, "script")).hasSize(1);
        assertThat(elements(document, "script").getFirst().getTextContent()).doesNotContain("alert");
        assertThat(page).doesNotContain("<script>alert").contains("&lt;script&gt;alert(1)&lt;/script&gt;");
        assertThat(elements(document, "h1").getFirst().getTextContent())
                .isEqualTo(hostile.replaceAll("[\u0000\u001b\uFFFF]|\uD800", "\uFFFD"));
        assertThat(page).doesNotContain("onload='x'");
        for (Element element : elements(document, "*")) {
            for (int i = 0; i < element.getAttributes().getLength(); i++) {
                assertThat(element.getAttributes().item(i).getNodeName()).doesNotStartWith("on");
            }
        }
    }

    @Test
    void write_policy_allowsItsOwnScriptAlone() throws Exception {
        String page = page(ordinary());
        String script = elements(parsed(page), "script").getFirst().getTextContent();
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(script.getBytes(StandardCharsets.UTF_8));
        assertThat(page).contains("&#39;sha256-" + Base64.getEncoder().encodeToString(digest) + "&#39;");
    }

    @Test
    void write_ordinaryReport_loadsNothing() throws IOException {
        String page = withPictures(ordinary(), 100);
        Matcher addresses = Pattern.compile("(?i)(src|href|url|action)\\s*[=(]\\s*[\"']?([^\"')\\s]+)")
                .matcher(page);
        while (addresses.find()) {
            assertThat(addresses.group(2)).startsWith("data:image/png;base64,");
        }
        assertThat(page.replace("http://www.w3.org/2000/svg", "").replace("http://www.w3.org/1999/xhtml", ""))
                .doesNotContain("http:")
                .doesNotContain("https:")
                .doesNotContain("@import");
        assertThat(page).contains("default-src &#39;none&#39;").contains("<meta name=\"generator\" content=\"Stray ");
    }

    @Test
    void write_ordinaryReport_isAccessible() throws IOException {
        Document page = parsed(withPictures(ordinary(), 100));
        var ids = new HashSet<String>();
        for (Element element : elements(page, "*")) {
            if (element.hasAttribute("id")) {
                assertThat(ids.add(element.getAttribute("id")))
                        .as(element.getAttribute("id"))
                        .isTrue();
            }
        }
        for (Element element : elements(page, "*")) {
            for (String id : element.getAttribute("aria-labelledby").split(" ", -1)) {
                assertThat(id.isEmpty() || ids.contains(id)).as(id).isTrue();
            }
        }
        assertThat(elements(page, "html").getFirst().getAttribute("lang")).isEqualTo("en");
        assertThat(elements(page, "h1")).hasSize(1);
        assertThat(elements(page, "img"))
                .hasSize(4)
                .allSatisfy(image -> assertThat(image.getAttribute("alt")).isNotBlank());
        assertThat(elements(page, "th"))
                .isNotEmpty()
                .allSatisfy(head -> assertThat(head.getAttribute("scope")).isIn("col", "row"));
        assertThat(elements(page, "svg")).isNotEmpty().allSatisfy(chart -> {
            boolean hidden = chart.getAttribute("aria-hidden").equals("true");
            assertThat(hidden || chart.getAttribute("role").equals("img")).isTrue();
            assertThat(hidden || chart.getElementsByTagName("desc").getLength() == 1)
                    .isTrue();
        });
    }

    @Test
    void write_knownScores_saysWhatTheThresholdDoes() {
        String page = page(saying(
                "x",
                Scores.of(1, 2, 3, 4),
                Optional.of(Reports.calibration(2, 0.9, 50)),
                Scores.of(0, 1, 2, 5, -INFINITY)));
        String text = parsed(page).getDocumentElement().getTextContent().replace('\u00a0', ' ');
        assertThat(text)
                .contains("keeps 75 % of the ID images (it was set to keep 90 %) and rejects 60 % of the OOD images")
                .contains("AUROC 0.900")
                .contains("from 50 calibration scores");
    }

    @Test
    void write_withoutThreshold_hasNoVerdicts() {
        String page = page(saying("x", normal(1, 0, 9), Optional.empty(), normal(2, 0, 9)));
        assertThat(page).contains("fitted without calibration").doesNotContain("id=\"verdicts\"");
        parsed(page);
    }

    @Test
    void write_infiniteThreshold_saysThatAllAreKept() {
        String page = page(
                saying("x", normal(1, 0, 9), Optional.of(Reports.calibration(-INFINITY, 0.95, 7)), normal(2, 0, 9)));
        assertThat(page.replace('\u00a0', ' '))
                .contains("With 7 scores the calibration is too small for a finite threshold");
        assertThat(parsed(page).getDocumentElement().getTextContent()).doesNotContain("threshold \u2212\u221e");
    }

    @Test
    void write_oddScores_staysWellFormedAndFinite() {
        List<Scores> odd = List.of(
                Scores.of(1),
                Scores.of(5, 5, 5),
                Scores.of(INFINITY, -INFINITY, 0),
                Scores.of(-INFINITY),
                Scores.of(Double.MAX_VALUE, -Double.MAX_VALUE),
                Scores.of(Double.MIN_VALUE, 0, -0.0),
                normal(4, -1e6, 500));
        for (Scores id : odd) {
            for (Scores ood : odd) {
                for (double threshold : new double[] {0, -INFINITY}) {
                    String page = page(saying("x", id, Optional.of(Reports.calibration(threshold, 0.95, 20)), ood));
                    parsed(page);
                    assertThat(page).doesNotContain("NaN").doesNotContain("Infinity");
                }
            }
        }
    }

    @Test
    void write_manySets_tellsEachCurveApart() {
        Scores[] sets =
                IntStream.range(0, 18).mapToObj(i -> normal(i, -i / 9.0, 50)).toArray(Scores[]::new);
        Document page = parsed(page(saying("x", normal(99, 0, 60), Optional.empty(), sets)));
        List<String> looks = elements(page, "g").stream()
                .filter(group -> group.hasAttribute("data-series"))
                .map(group -> group.getAttribute("class")
                        + ((Element) group.getElementsByTagName("path").item(0)).getAttribute("stroke-dasharray"))
                .toList();
        assertThat(looks).hasSize(18).doesNotHaveDuplicates();
    }

    @Test
    void write_longNames_areShortenedButKeptInTitles() {
        String name = "\uD83D\uDEB8".repeat(300);
        String page = page(saying(name, normal(1, 0, 9), Optional.empty(), normal(2, 0, 9)));
        parsed(page);
        assertThat(page).contains("\uD83D\uDEB8".repeat(20) + "\u2026" + "\uD83D\uDEB8".repeat(19) + "<");
        assertThat(page).contains("title=\"" + name + "\"").doesNotContain("\uFFFD");
    }

    @Test
    void write_manyFailures_listsTheFirst() {
        Report few = ordinary();
        var many = new Report(
                few.title(),
                few.command(),
                few.provenance(),
                few.detector(),
                few.idName(),
                few.idScores(),
                few.results(),
                Collections.nCopies(1500, new FailedSample("broken.png", "cut short")),
                List.of());
        Document page = parsed(page(many));
        assertThat(elements(page, "td").stream()
                        .filter(cell -> cell.getTextContent().equals("cut short")))
                .hasSize(200);
        assertThat(page.getDocumentElement().getTextContent()).contains("And 1\u202f300 more.");
        assertThat(page.getElementById("examples")).isNull();
    }

    @Test
    void write_largePictures_areLeftOutAndNamed() throws IOException {
        assertThat(elements(parsed(withPictures(ordinary(), Page.LARGEST)), "img"))
                .hasSize(4);
        String page = withPictures(ordinary(), Page.LARGEST + 1);
        assertThat(elements(parsed(page), "img")).isEmpty();
        assertThat(page).contains("too large to show");
    }

    @Test
    void write_manyPictures_stopAtTheBudget() throws IOException {
        Report report = ordinary();
        List<ExampleGroup> groups =
                Stream.generate(() -> report.examples().getFirst()).limit(40).toList();
        var large = new Report(
                report.title(),
                report.command(),
                report.provenance(),
                report.detector(),
                report.idName(),
                report.idScores(),
                report.results(),
                report.failed(),
                groups);
        String page = withPictures(large, Page.LARGEST);
        assertThat(page.split("<img ", -1)).hasSize(1 + Page.BUDGET / Page.LARGEST);
        assertThat(page.length()).isLessThan(Page.BUDGET / 3 * 4 + 500_000);
    }

    @Test
    void write_pictureThatFails_passesTheErrorOn() {
        assertThatThrownBy(() -> HtmlReport.render(ordinary(), (set, id) -> {
                    throw new IOException("disk is gone");
                }))
                .isInstanceOf(IOException.class)
                .hasMessage("disk is gone");
    }

    @Test
    void write_neighbours_areAskedFromTheTrainingSet() throws IOException {
        var asked = new HashSet<String>();
        Report report = ordinary();
        HtmlReport.render(report, (set, id) -> {
            asked.add(set);
            return Optional.empty();
        });
        assertThat(asked).containsExactly(report.detector().trainingName());
    }

    @Test
    void report_withoutScoresOrSets_isRefused() {
        assertThatThrownBy(() -> saying("x", Scores.of(1), Optional.empty()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a report needs at least one OOD set, got none");
        assertThatThrownBy(() -> saying("x", Scores.of(1), Optional.empty(), Scores.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("set 'x' has no scores");
    }

    private static String withPictures(Report report, int bytes) throws IOException {
        return HtmlReport.render(report, (set, id) -> Optional.of(new byte[bytes]));
    }

    private static String page(Report report) {
        try {
            return HtmlReport.render(report, Thumbnails.NONE);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
