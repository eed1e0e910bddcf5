// SPDX-License-Identifier: Apache-2.0
package io.github.stray.report;

import static io.github.stray.report.Numbers.count;

import io.github.stray.extract.FailedSample;
import io.github.stray.provenance.Provenance;
import io.github.stray.provenance.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;

/** What all reports have in common: one file with its style and script, headings, tiles, tables, pictures, provenance. */
final class Page {
    /** Largest PNG shown. */
    static final int LARGEST = 256 * 1024;

    /** Bytes of PNG a page holds; later pictures are left out. */
    static final int BUDGET = 16 * 1024 * 1024;

    private static final int LONGEST_NAME = 40;
    private static final int FAILED_SHOWN = 200;

    private final Html html;
    private final List<String> resources;
    private final SequencedMap<String, String> sections = new LinkedHashMap<>();
    private int left = BUDGET;

    Page(Html html) {
        this(html, "report");
    }

    /** A page whose style and script are those of these resources, one after the other. */
    Page(Html html, String... resources) {
        this.html = html;
        this.resources = List.of(resources);
    }

    /** Everything up to the page's own header. */
    void begin(String title) throws IOException {
        html.verbatim("<!DOCTYPE html>\n");
        html.open("html", "lang", "en", "xmlns", "http://www.w3.org/1999/xhtml");
        html.open("head");
        html.empty("meta", "charset", "utf-8");
        html.empty("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
        html.empty("meta", "name", "generator", "content", "Stray " + Provenance.version());
        html.empty("meta", "name", "color-scheme", "content", "light dark");
        html.empty(
                "meta",
                "http-equiv",
                "Content-Security-Policy",
                "content",
                "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'sha256-%s'"
                        .formatted(sha256(all(".js"))));
        html.leaf("title", title);
        html.open("style").verbatim(all(".css")).close("style");
        html.close("head");
        html.open("body");
    }

    /** Everything behind the page's sections. */
    void end() throws IOException {
        html.open("footer");
        html.leaf("p", "Made by Stray %s. Everything is in this one file.".formatted(Provenance.version()));
        html.close("footer");
        html.open("script").verbatim(all(".js")).close("script");
        html.close("body");
        html.close("html");
        html.verbatim("\n");
    }

    /** Opens a section. */
    void section(String id, String heading) throws IOException {
        html.open("section", "id", id, "aria-labelledby", id + "-heading");
        html.leaf("h2", heading, "id", id + "-heading");
        sections.put(id, heading);
    }

    /** Headings so far by the ids of their sections. */
    SequencedMap<String, String> sections() {
        return Collections.unmodifiableSequencedMap(sections);
    }

    /** Opens a table that scrolls by itself; ended by {@link #endTable}. */
    void table(String label, String... attributes) throws IOException {
        html.open("div", "class", "scroll", "tabindex", "0", "role", "region", "aria-label", label);
        html.open("table", attributes);
        html.leaf("caption", label, "class", "hidden");
    }

    void endTable() throws IOException {
        html.close("table").close("div");
    }

    void tile(String name, String value, String detail) throws IOException {
        html.open("div", "class", "tile");
        html.leaf("dt", name);
        html.leaf("dd", value, "class", "value");
        html.leaf("dd", detail, "class", "detail");
        html.close("div");
    }

    /** An entry of a list of definitions. */
    void entry(String name, String value) throws IOException {
        html.open("div");
        html.leaf("dt", name);
        html.leaf("dd", value);
        html.close("div");
    }

    /** What was set up, by name, below the tiles. */
    void setup(SequencedMap<String, String> entries) throws IOException {
        html.open("dl", "class", "setup");
        for (Map.Entry<String, String> each : entries.entrySet()) {
            entry(each.getKey(), each.getValue());
        }
        html.close("dl");
    }

    /** A section of the samples that could not be read; none where there are none. */
    void failedSamples(String id, List<FailedSample> failed) throws IOException {
        if (failed.isEmpty()) {
            return;
        }
        section(id, "Failed samples");
        html.leaf(
                "p",
                "%s could not be read. Nothing listed here is counted above.".formatted(count(failed.size(), "sample")),
                "class",
                "soft");
        table("Failed samples", "class", "plain");
        html.open("thead").open("tr");
        html.leaf("th", "Sample", "scope", "col").leaf("th", "Reason", "scope", "col");
        html.close("tr").close("thead").open("tbody");
        for (FailedSample sample : failed.stream().limit(FAILED_SHOWN).toList()) {
            html.open("tr").leaf("th", sample.id(), "scope", "row", "class", "sample");
            html.leaf("td", sample.reason()).close("tr");
        }
        html.close("tbody");
        endTable();
        if (failed.size() > FAILED_SHOWN) {
            html.leaf("p", "And %s more.".formatted(count(failed.size() - FAILED_SHOWN)), "class", "soft");
        }
        html.close("section");
    }

    /** Heading of a column of numbers. */
    void head(String name, String explanation) throws IOException {
        html.leaf("th", name, "scope", "col", "class", "number", "title", explanation);
    }

    void number(String text) throws IOException {
        html.leaf("td", text, "class", "number");
    }

    /** A picture, or what is shown in its place where there is none, it is too large, or the page holds enough. */
    void picture(Optional<byte[]> png, String alternative, String size) throws IOException {
        if (png.isPresent() && png.get().length <= LARGEST && png.get().length <= left) {
            left -= png.get().length;
            html.empty(
                    "img",
                    "class",
                    size,
                    "alt",
                    alternative,
                    "src",
                    "data:image/png;base64," + Base64.getEncoder().encodeToString(png.get()));
        } else {
            String reason = png.isPresent() ? "too large to show" : "no picture";
            html.open("span", "class", size + " missing", "role", "img", "aria-label", alternative + ", " + reason);
            html.leaf("span", reason, "aria-hidden", "true");
            html.close("span");
        }
    }

    void provenance(String command, Provenance provenance) throws IOException {
        section("provenance", "Provenance");
        if (!command.isEmpty()) {
            html.open("div", "class", "command");
            html.leaf("pre", command, "id", "command", "tabindex", "0");
            html.leaf("button", "Copy", "type", "button", "id", "copy", "hidden", "hidden");
            html.close("div");
        }
        html.open("dl", "class", "provenance");
        for (Map.Entry<String, String> each : provenance.entries().entrySet()) {
            entry(each.getKey(), each.getValue());
        }
        html.close("dl");
        html.close("section");
    }

    /** A name short enough for a table; a long one keeps its beginning and its end. */
    static String brief(String name) {
        int length = name.codePointCount(0, name.length());
        if (length <= LONGEST_NAME) {
            return name;
        }
        String start = name.substring(0, name.offsetByCodePoints(0, LONGEST_NAME / 2));
        String end = name.substring(name.offsetByCodePoints(0, length - LONGEST_NAME / 2 + 1));
        return start + "\u2026" + end;
    }

    private String all(String suffix) throws IOException {
        var text = new StringBuilder();
        for (String name : resources) {
            text.append(resource(name + suffix));
        }
        return text.toString();
    }

    private static String resource(String name) throws IOException {
        try (InputStream in = Objects.requireNonNull(Page.class.getResourceAsStream(name), name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static String sha256(String text) {
        return Base64.getEncoder().encodeToString(Sha256.digest().digest(text.getBytes(StandardCharsets.UTF_8)));
    }
}
