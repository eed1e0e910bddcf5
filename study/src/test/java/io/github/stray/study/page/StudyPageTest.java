// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.page;

import static io.github.stray.study.Pages.elements;
import static io.github.stray.study.Pages.parsed;
import static io.github.stray.study.page.Studies.cell;
import static io.github.stray.study.page.Studies.extractor;
import static io.github.stray.study.page.Studies.measured;
import static io.github.stray.study.page.Studies.pair;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.stray.study.result.Cell;
import io.github.stray.study.result.Comparison.OneClass;
import io.github.stray.study.result.FeatureMap;
import io.github.stray.study.result.FeatureMap.Kind;
import io.github.stray.study.result.FeatureMap.Point;
import io.github.stray.study.result.Outcome.Failed;
import io.github.stray.study.result.Outcome.NotApplicable;
import io.github.stray.study.result.Rank;
import io.github.stray.study.result.StudyResults;
import io.github.stray.study.result.UnitStore;
import io.github.stray.study.suite.OodGroup;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

class StudyPageTest {
    private static final OodPair NEAR = pair("near", OodGroup.NEAR);
    private static final OodPair FAR = pair("far", OodGroup.FAR);

    @TempDir
    Path folder;

    private String page(StudyResults results) throws IOException {
        return StudyPage.render(results, Studies.write(new UnitStore(folder)));
    }

    private static String text(Element element) {
        return element.getTextContent().replace('\u00a0', ' ');
    }

    private static String text(Document document) {
        return text(document.getDocumentElement());
    }

    private static Element byId(Document document, String id) {
        return elements(document, "*").stream()
                .filter(element -> element.getAttribute("id").equals(id))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no element " + id));
    }

    /** Two extractors, three detectors, a near and a far pair; c failed on a near and is n/a on b. */
    private static StudyResults small() {
        return Studies.of(
                List.of(extractor("a"), extractor("b")),
                List.of("knn", "gen", "mcm"),
                List.of(
                        cell("a", "knn", NEAR, measured(0.75)),
                        cell("a", "knn", FAR, measured(0.95)),
                        cell("a", "gen", NEAR, measured(0.8)),
                        cell("a", "gen", FAR, measured(0.82)),
                        cell("a", "mcm", NEAR, new Failed("disk is full")),
                        cell("a", "mcm", FAR, measured(0.99)),
                        cell("b", "knn", NEAR, measured(0.65)),
                        cell("b", "knn", FAR, measured(0.85)),
                        cell("b", "gen", NEAR, measured(0.7)),
                        cell("b", "gen", FAR, measured(0.72)),
                        cell("b", "mcm", NEAR, new NotApplicable("no text tower")),
                        cell("b", "mcm", FAR, new NotApplicable("no text tower"))));
    }

    /** Cells of a row of the matrix, its heading first. */
    private static List<Element> row(Document document, int row) {
        Element body =
                (Element) byId(document, "matrix").getElementsByTagName("tbody").item(0);
        var cells = new ArrayList<Element>();
        Element tr = (Element) body.getElementsByTagName("tr").item(row);
        for (int i = 0; i < tr.getChildNodes().getLength(); i++) {
            if (tr.getChildNodes().item(i) instanceof Element element) {
                cells.add(element);
            }
        }
        return cells;
    }

    @Test
    void write_means_areOverPairsAndTheBestIsMarked() throws IOException {
        List<Element> cells = row(parsed(page(small())), 0);
        assertThat(cells).extracting(StudyPageTest::text).containsExactly("a", "0.850", "0.810", "0.990*");
        assertThat(cells.get(1).getAttribute("class")).isEqualTo("h5 best");
        assertThat(cells.get(2).getAttribute("class")).isEqualTo("h4");
    }

    @Test
    void write_meanOverAPartOfThePairs_isNeitherBestNorInTheHeadline() throws IOException {
        Document document = parsed(page(small()));
        Element partial = row(document, 0).get(3);
        assertThat(partial.getAttribute("class")).isEqualTo("h9 lost");
        assertThat(partial.getAttribute("title")).contains("over 1 of 2 pairs", "failed: disk is full");
        String lead = text(elements(document, "header").getFirst());
        assertThat(lead).contains("knn on a reaches a mean AUROC of 0.850 over 2 pairs");
        assertThat(lead)
                .contains(
                        "Averaged over all 2 extractors, knn is the best of the 2 detectors with figures on each, with 0.800");
        assertThat(lead)
                .contains("gen on a")
                .contains("Best on near pairs0.800")
                .contains("Best on far pairs0.990mcm on a");
    }

    @Test
    void write_failedAndAbsentCells_areNamedWithTheirReasons() throws IOException {
        Document document = parsed(page(small()));
        List<Element> cells = row(document, 1);
        assertThat(text(cells.get(3))).isEqualTo("n/a");
        assertThat(cells.get(3).getAttribute("class")).isEqualTo("na");
        assertThat(cells.get(3).getAttribute("title")).isEqualTo("n/a: no text tower");
        assertThat(text(byId(document, "failed"))).contains("1 cell failed", "disk is full", "mcm", "id vs near");
        assertThat(text(byId(document, "absent")))
                .contains("2 cells", "no text tower")
                .doesNotContain("disk");
        assertThat(text(elements(document, "header").getFirst()))
                .contains("1 cell failed: a with mcm (disk is full)", "of 12; 2 n/a, 1 failed");
        String failed = text(byId(document, "extractor-0"));
        assertThat(failed).contains("failed").contains("0.740\u20130.760");
    }

    @Test
    void write_cellsNotRun_areCountedAndShownAsSuch() throws IOException {
        StudyResults report = Studies.of(
                List.of(extractor("a")), List.of("knn", "gen"), List.of(cell("a", "knn", NEAR, measured(0.75))));
        Document document = parsed(page(report));
        assertThat(row(document, 0)).extracting(StudyPageTest::text).containsExactly("a", "0.750", "\u2013");
        assertThat(text(document)).contains("1 cell of 2 was not run");
    }

    @Test
    void write_cellsAmongTheBest_areMarkedWhereAllTheirPairsAre() throws IOException {
        var rank = new Rank(false, OptionalDouble.of(0.5));
        StudyResults report = Studies.of(
                List.of(extractor("a")),
                List.of("knn", "gen", "mcm"),
                List.of(
                        cell("a", "knn", NEAR, measured(0.8)).ranked(Rank.NONE, Rank.BEST),
                        cell("a", "knn", FAR, measured(0.8)).ranked(Rank.NONE, Rank.BEST),
                        cell("a", "gen", NEAR, measured(0.79)).ranked(Rank.NONE, rank),
                        cell("a", "gen", FAR, measured(0.79)).ranked(Rank.NONE, rank),
                        cell("a", "mcm", NEAR, measured(0.79)).ranked(Rank.NONE, rank),
                        cell("a", "mcm", FAR, measured(0.3))));
        assertThat(row(parsed(page(report)), 0))
                .extracting(StudyPageTest::text)
                .containsExactly("a", "0.800", "0.790\u2248", "0.545");
    }

    @Test
    void write_lastRow_isOverTheExtractorsWithCompleteMeans() throws IOException {
        Element foot = (Element) byId(parsed(page(small())), "matrix")
                .getElementsByTagName("tfoot")
                .item(0);
        assertThat(elementsOf(foot, "td")).extracting(StudyPageTest::text).containsExactly("0.800", "0.760", "n/a");
        assertThat(elementsOf(foot, "td").getFirst().getAttribute("class")).isEqualTo("h4 best");
    }

    @Test
    void write_dataOfTheScript_saysWhatTheTablesSay() throws IOException {
        String data = byId(parsed(page(small())), "study-data").getTextContent();
        assertThat(data).contains("\"name\":\"all pairs\",\"mean\":true,\"auroc\":[850,810,990,750,710,-1,800,760,-2]");
        assertThat(data).contains("\"marks\":\"b.!b..b..\"");
        assertThat(data).contains("\"reasons\":[[\"n/a\",\"no text tower\"],[\"n/a\",\"no figures on any extractor\"]");
        assertThat(data)
                .contains("\"name\":\"id vs near\",\"mean\":false,\"auroc\":[750,800,-3,650,700,-1,700,750,-2]");
        assertThat(data).contains("\"low\":[740,790,0,640,690,0],\"high\":[760,810,0,660,710,0]");
        assertThat(ScriptData.thousandths(1)).isEqualTo("1000");
        assertThat(ScriptData.thousandths(0.9999)).isEqualTo("999.5");
        assertThat(ScriptData.thousandths(1e-9)).isEqualTo("0.5");
        assertThat(ScriptData.thousandths(0)).isEqualTo("0");
    }

    @Test
    void shade_isThatOfTheNumberShown() {
        assertThat(Heat.of(0.89951)).isEqualTo("h6");
        assertThat(Heat.of(0.89949)).isEqualTo("h5");
        assertThat(Heat.of(0)).isEqualTo("h0");
        assertThat(Heat.of(1)).isEqualTo("h9");
    }

    @Test
    void write_contents_leadToEverySection() throws IOException {
        Document document = parsed(page(Studies.saying("net")));
        Element contents = elements(document, "nav").getFirst();
        assertThat(elementsOf(contents, "a"))
                .extracting(link -> link.getAttribute("href").substring(1))
                .containsExactlyElementsOf(elements(document, "section").stream()
                        .map(section -> section.getAttribute("id"))
                        .toList());
    }

    @Test
    void write_emptyStudy_saysSo() throws IOException {
        Document document = parsed(page(Studies.empty()));
        assertThat(text(document)).contains("Nothing was run.").doesNotContain("NaN");
        assertThat(page(Studies.of(List.of(extractor("a")), List.of("knn"), List.of())))
                .contains("Nothing was run.");
    }

    @Test
    void write_oneCell_hasNoMeansOverOnePair() throws IOException {
        StudyResults report =
                Studies.of(List.of(extractor("a")), List.of("knn"), List.of(cell("a", "knn", NEAR, measured(0.75))));
        Document document = parsed(page(report));
        assertThat(text(elements(document, "header").getFirst()))
                .contains("knn on a reaches an AUROC of 0.750 on id vs near", "1 detector on 1 extractor");
        assertThat(text(document)).doesNotContain("Mean over").doesNotContain("1 pairs");
    }

    @Test
    void write_nothingButFailures_isWellFormedAndFinite() throws IOException {
        StudyResults report = Studies.of(
                List.of(extractor("a")),
                List.of("knn"),
                List.of(cell("a", "knn", NEAR, new NotApplicable("y")), cell("a", "knn", FAR, new Failed("x"))));
        String page = page(report);
        Document document = parsed(page);
        assertThat(text(document)).contains("No cell of this study has figures.");
        assertThat(text(row(document, 0).get(1))).isEqualTo("failed");
        assertThat(elements(document, "main").getFirst().getTextContent()).doesNotContain("NaN");
    }

    @Test
    void write_everything_showsItsFigures() throws IOException {
        Document document = parsed(page(Studies.saying("net")));
        String text = text(document);
        assertThat(text).contains("0.875", "0.800 \u2013 0.950", "FPR 0.250", "publ. 0.886", "\u22120.011");
        assertThat(text).contains("R\u00b2 ", "n = 3", "350 MB", "0.910", "+0.049");
        assertThat(text).contains("1 of 2 ID images rejected, 1 of 2 OOD images kept.");
        for (String id : List.of(
                "overview",
                "extractors",
                "accuracy",
                "cost",
                "heads",
                "roc",
                "scores",
                "maps",
                "published",
                "figures",
                "failed",
                "absent",
                "samples",
                "provenance")) {
            assertThat(byId(document, id).getTagName()).isEqualTo("section");
        }
    }

    @Test
    void write_hostileText_isShownAndNeverRun() throws IOException {
        String hostile =
                "</title></script><script>alert(1)</script>\" onload='x' & ]]> <!-- \u0000\u001b\uD800 \uFFFF javascript:";
        String page = page(Studies.saying(hostile));
        Document document = parsed(page);
        assertThat(elements(document, "script")).hasSize(2);
        assertThat(elements(document, "script").getLast().getTextContent()).doesNotContain("alert");
        assertThat(page).doesNotContain("<script>alert").doesNotContain("onload='x'");
        assertThat(elements(document, "h1").getFirst().getTextContent())
                .isEqualTo(hostile.replaceAll("[\u0000\u001b\uFFFF]|\uD800", "\uFFFD"));
        for (Element element : elements(document, "*")) {
            for (int i = 0; i < element.getAttributes().getLength(); i++) {
                assertThat(element.getAttributes().item(i).getNodeName()).doesNotStartWith("on");
            }
            if (element.hasAttribute("href")) {
                assertThat(element.getAttribute("href")).matches("#[-a-z0-9]+|\\./[-A-Za-z0-9_./%]+");
            }
        }
    }

    @Test
    void write_policy_allowsItsOwnScriptAlone() throws Exception {
        String page = page(Studies.saying("x"));
        String script = elements(parsed(page), "script").getLast().getTextContent();
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(script.getBytes(StandardCharsets.UTF_8));
        assertThat(page).contains("&#39;sha256-" + Base64.getEncoder().encodeToString(digest) + "&#39;");
        assertThat(page.replace("http://www.w3.org/2000/svg", "").replace("http://www.w3.org/1999/xhtml", ""))
                .doesNotContain("http:")
                .doesNotContain("https:")
                .doesNotContain("@import")
                .doesNotContain("src=");
    }

    @Test
    void write_everything_isAccessible() throws IOException {
        Document page = parsed(page(Studies.synthetic(4, 5, 8)));
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
            String href = element.getAttribute("href");
            assertThat(!href.startsWith("#") || ids.contains(href.substring(1)))
                    .as(href)
                    .isTrue();
        }
        assertThat(elements(page, "h1")).hasSize(1);
        assertThat(elements(page, "th"))
                .isNotEmpty()
                .allSatisfy(head -> assertThat(head.getAttribute("scope")).isIn("col", "row"));
        assertThat(elements(page, "table"))
                .isNotEmpty()
                .allSatisfy(table -> assertThat(elementsOf(table, "caption")).hasSize(1));
        assertThat(elements(page, "select"))
                .isNotEmpty()
                .allSatisfy(select -> assertThat(((Element) select.getParentNode()).getTagName())
                        .isEqualTo("label"));
        assertThat(elements(page, "input"))
                .isNotEmpty()
                .allSatisfy(input -> assertThat(((Element) input.getParentNode()).getTagName())
                        .isEqualTo("label"));
        assertThat(elements(page, "svg")).isNotEmpty().allSatisfy(chart -> {
            boolean hidden = chart.getAttribute("aria-hidden").equals("true");
            assertThat(hidden || chart.getAttribute("role").equals("img")).isTrue();
            assertThat(hidden || elementsOf(chart, "desc").size() == 1).isTrue();
        });
    }

    private static List<Element> elementsOf(Element parent, String tag) {
        return elementsOf(parent.getElementsByTagName(tag));
    }

    private static List<Element> elementsOf(NodeList nodes) {
        var found = new ArrayList<Element>();
        for (int i = 0; i < nodes.getLength(); i++) {
            found.add((Element) nodes.item(i));
        }
        return found;
    }

    @Test
    void write_largestStudy_isUnderFiveMegabytesAndComplete() throws IOException {
        StudyResults report = Studies.synthetic(20, 15, 18);
        String page = page(report);
        Document document = parsed(page);
        assertThat(page.getBytes(StandardCharsets.UTF_8).length).isLessThan(5_000_000);
        int cells = 0;
        for (int e = 0; e < 20; e++) {
            Element table = byId(document, "extractor-" + e);
            cells += elementsOf(table, "td").size();
        }
        assertThat(cells).isEqualTo(20 * 15 * (18 + 3));
        String drawn = page.substring(0, page.lastIndexOf("<script"));
        assertThat(drawn).doesNotContain("NaN").doesNotContain("Infinity").contains("R\u00b2 0.", "n = 20");
    }

    @Test
    void write_sameStudy_givesTheSamePage() throws IOException {
        assertThat(page(Studies.synthetic(3, 5, 4))).isEqualTo(page(Studies.synthetic(3, 5, 4)));
    }

    @Test
    void write_largeMap_isThinnedAndSaysSo() throws IOException {
        StudyResults whole = Studies.saying("net");
        var map = new FeatureMap(
                whole.cells().getFirst(), 0.5, 9000, Collections.nCopies(9000, new Point(1, 1, Kind.ID)));
        StudyResults report = Studies.with(whole, map);
        Document document = parsed(page(report));
        assertThat(text(byId(document, "maps")).replace('\u202f', ','))
                .contains("6,000 of 9,000 images are drawn", "0 of 9,000 ID images rejected");
    }

    @Test
    void write_oneClass_namesTheClassAndTheOthers() throws IOException {
        var red = new Cell("a", "colours", new OneClass(Optional.of("red")), "knn", measured(0.75));
        var unknown = new Cell("a", "shapes", new OneClass(Optional.empty()), "knn", new Failed("no labels"));
        Document document = parsed(page(Studies.of(List.of(extractor("a")), List.of("knn"), List.of(red, unknown))));
        assertThat(text(byId(document, "extractor-0")))
                .contains("red of colours vs its other classes", "one-class of shapes vs its other classes");
        assertThat(elements(document, "span"))
                .extracting(span -> span.getAttribute("class"))
                .doesNotContain("chip near", "chip far");
    }
}
