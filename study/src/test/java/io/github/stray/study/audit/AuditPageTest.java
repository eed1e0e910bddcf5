// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.audit;

import static io.github.stray.study.Pages.elements;
import static io.github.stray.study.Pages.parsed;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.stray.audit.ClassOverlap;
import io.github.stray.audit.Likeness;
import io.github.stray.feature.FeatureMatrix;
import io.github.stray.feature.FeatureSet;
import io.github.stray.provenance.Provenance;
import io.github.stray.remedy.Remedy;
import io.github.stray.study.audit.Finding.ExactCopy;
import io.github.stray.study.audit.Finding.Kind;
import io.github.stray.study.audit.Finding.NearCopy;
import io.github.stray.study.review.SetSample;
import io.github.stray.vision.audit.ImageReadings;
import io.github.stray.vision.demo.DemoSample;
import io.github.stray.vision.demo.DemoSet;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.Element;

class AuditPageTest {
    private static final DemoSet IMAGES = new DemoSample(5).train().first(1);

    /** The images of {@link #IMAGES}, the first of them under another id, which then has no picture. */
    private static AuditSet set(String key, String first) throws IOException {
        var signatures = ImageReadings.of(IMAGES, 1, read -> {}).images();
        var ids = new ArrayList<>(signatures.keySet());
        ids.set(0, first);
        int n = ids.size();
        FeatureSet rows = FeatureSet.of(FeatureMatrix.copyOf(new float[n], n, 1), "rows");
        var features = new FeatureSet(rows.features(), ids, Optional.empty(), rows.space(), "rows");
        return new AuditSet(key, "in/" + key, IMAGES, List.copyOf(signatures.values()), features);
    }

    private static AuditResult saying(String text, int exactCopies) throws IOException {
        AuditSet id = set("id", "first");
        AuditSet ood = set("ood", text);
        var subject = new SetSample("ood", text, text);
        var original = id.sample(1);
        List<ExactCopy> exact = IntStream.range(0, exactCopies)
                .mapToObj(i -> new ExactCopy(ood.sample(1 + i % 2), original, true))
                .toList();
        var likeness = new Likeness(0.9951, 0.95, 3, true);
        return new AuditResult(
                Audit.of(text, "in/id", List.of("in/ood")),
                List.of(id, ood),
                Findings.of(Kind.EXACT_DUPLICATES, exact),
                Findings.of(
                        Kind.NEAR_DUPLICATES,
                        List.of(
                                new NearCopy(subject, original, likeness, 0.75),
                                new NearCopy(id.sample(2), original, likeness, 0.5))),
                12,
                Findings.missing(Kind.ID_CONTENT, "there is no test", Remedy.OWN_TEST_IMAGES),
                Optional.empty(),
                Findings.missing(Kind.LABEL_NOISE, text, Remedy.NONE),
                List.of(new SharedClasses(
                        "ood",
                        Optional.of(List.of(new ClassOverlap.Named(text, text, ClassOverlap.Relation.PART))),
                        Optional.empty(),
                        Optional.of(List.of(new ClassOverlap.Near(text, "cat", 0.625, true))))),
                0,
                new LinkedHashMap<>(),
                new LinkedHashMap<>(),
                new LinkedHashMap<>());
    }

    private static String page(AuditResult result, String text) throws IOException {
        return AuditPage.render(
                result,
                text,
                new Provenance(Map.of(text, text)),
                remedy -> remedy == Remedy.NONE ? "" : " <" + remedy + ">");
    }

    @Test
    void write_findings_canBeTickedAndSaved() throws IOException {
        Document document = parsed(page(saying("picture 1", 0), "stray audit"));
        List<Element> boxes = elements(document, "input");
        assertThat(boxes).hasSize(2);
        assertThat(boxes.getFirst().getAttribute("checked")).isEqualTo("checked");
        assertThat(boxes.getFirst().getAttribute("data-set")).isEqualTo("ood");
        assertThat(boxes.getFirst().getAttribute("data-id")).isEqualTo("picture 1");
        assertThat(boxes.getFirst().getAttribute("data-kind")).isEqualTo("near-duplicates");
        assertThat(boxes.getLast().hasAttribute("checked")).isFalse();
        assertThat(elements(document, "button").stream().map(Element::getTextContent))
                .contains("Save clean-id.tsv", "Save clean-ood.tsv", "Save decisions.tsv");
        assertThat(elements(document, "pre").getLast().getTextContent()).isEqualTo("stray audit");
        assertThat(elements(document, "pre").get(1).getTextContent()).startsWith("picture 1\n");
        assertThat(elements(document, "img")).hasSize(3);
        String text = document.getDocumentElement().getTextContent();
        assertThat(text)
                .contains("Near copies: 2", "0.995", "mirrored", "no picture")
                .contains("Not looked for: there is no test <OWN_TEST_IMAGES>.", "Not looked for: picture 1.")
                .contains("saved decisions go back to the audit <DECISIONS>.")
                .contains("one is part of the other", "cosine 0.625, as near as close ID classes")
                .contains("0 exact copies and 1 near copy between the sets; 0 OOD images look like an ID class.")
                .doesNotContain("are shown; audit.json has all", "What is left to win");
    }

    @Test
    void write_moreFindingsThanShown_takesTheOthersOutOfTheLists() throws IOException {
        AuditResult result = saying("x", 0);
        AuditSet ood = result.sets().getLast();
        var exact = new ArrayList<ExactCopy>(saying("x", 100).exactCopies().found());
        exact.add(new ExactCopy(ood.sample(3), ood.sample(0), true));
        exact.add(new ExactCopy(ood.sample(2), ood.sample(0), true));
        var more = new AuditResult(
                result.audit(),
                result.sets(),
                Findings.of(Kind.EXACT_DUPLICATES, exact),
                result.nearCopies(),
                0,
                result.idContent(),
                Optional.empty(),
                result.labelNoise(),
                List.of(),
                0,
                new LinkedHashMap<>(),
                new LinkedHashMap<>(),
                new LinkedHashMap<>());
        Document document = parsed(page(more, ""));
        assertThat(document.getDocumentElement().getTextContent())
                .contains("Exact copies: 102", "The first 100 are shown");
        // What is shown is decided on the page, so only the sample that nothing shown is about is gone.
        List<String> listed =
                elements(document, "pre").get(1).getTextContent().lines().toList();
        assertThat(listed)
                .hasSize(ood.size() - 1)
                .contains(ood.sample(1).id(), ood.sample(2).id())
                .doesNotContain(ood.sample(3).id());
    }

    @Test
    void write_policy_allowsItsScriptAlone() throws IOException {
        String page = page(saying("x", 0), "x");
        assertThat(elements(parsed(page), "script")).hasSize(1);
        assertThat(page.split("sha256-", -1)).hasSize(2);
        assertThat(page).doesNotContain("http://www.w3.org/2000/svg\" src", "https://");
    }

    @Test
    void write_hostileText_isShownAndNeverRun() throws IOException {
        String hostile = "</pre></title><script>alert(1)</script>\" onload='x' & \u0000";
        String page = page(saying(hostile, 0), hostile);
        assertThat(elements(parsed(page), "script")).hasSize(1);
        assertThat(page).doesNotContain("<script>alert").doesNotContain("onload='x'");
    }
}
