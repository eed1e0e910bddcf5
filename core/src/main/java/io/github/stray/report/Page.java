// SPDX-License-Identifier: Apache-2.0
package io.github.stray.report;

import static io.github.stray.report.Numbers.count;

import io.github.stray.extract.FailedSample;
import io.github.stray.provenance.Provenance;
import io.github.stray.provenance.Sha256;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.stream.Stream;

/**
 * What all pages have in common: one file with its style and script, headings, tiles, tables, pictures, provenance. Order:
 * {@link #begin}, a header, sections inside {@code main}, {@link #end}. Not safe for concurrent use.
 */
public final class Page {
    /** Bytes of the largest PNG shown. */
    public static final int LARGEST = 256 * 1024;

    /** Bytes of PNG a page holds; later pictures are left out. */
    public static final int BUDGET = 16 * 1024 * 1024;

    private static final int LONGEST_NAME = 40;
    private static final int FAILED_SHOWN = 200;

    private final Html html;
    private final String style;
    private final String script;
    private final SequencedMap<String, String> sections = new LinkedHashMap<>();
    private int left = BUDGET;

    /**
     * A page with the style and script of all pages.
     *
     * @param html receives it
     */
    public Page(Html html) {
        this.html = html;
        this.style = resource(Page.class, "report.css");
        this.script = resource(Page.class, "report.js");
    }

    /**
     * A page that adds a style and a script of its own: the resources {@code NAME.css} and {@code NAME.js}.
     *
     * @param html receives it
     * @param beside a class in the package of the resources
     * @param name their name
     */
    public Page(Html html, Class<?> beside, String name) {
        this.html = html;
        this.style = resource(Page.class, "report.css") + resource(beside, name + ".css");
        this.script = resource(Page.class, "report.js") + resource(beside, name + ".js");
    }

    /**
     * Everything up to the page's own header.
     *
     * @param title of the window
     */
    public void begin(String title) {
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
                        .formatted(sha256(script)));
        html.leaf("title", title);
        html.open("style").verbatim(style).close("style");
        html.close("head");
        html.open("body");
    }

    /**
     * Opens the page's header with what stands first in it; tiles and the like may follow.
     *
     * @param kind of page, above the heading
     * @param heading of the page
     * @param lead a sentence or two that say how it stands
     */
    public void header(String kind, String heading, String lead) {
        html.open("header");
        html.leaf("p", kind, "class", "kicker");
        html.leaf("h1", heading);
        html.leaf("p", lead, "class", "lead");
    }

    /** Everything behind the page's sections. */
    public void end() {
        html.open("footer");
        html.leaf("p", "Made by Stray %s. Everything is in this one file.".formatted(Provenance.version()));
        html.close("footer");
        html.open("script").verbatim(script).close("script");
        html.close("body");
        html.close("html");
        html.verbatim("\n");
    }

    /**
     * Opens a section.
     *
     * @param id of its own in the page, letters and hyphens
     * @param heading any text
     */
    public void section(String id, String heading) {
        html.open("section", "id", id, "aria-labelledby", id + "-heading");
        html.leaf("h2", heading, "id", id + "-heading");
        sections.put(id, heading);
    }

    /** {@return headings of the sections so far by their ids} */
    public SequencedMap<String, String> sections() {
        return Collections.unmodifiableSequencedMap(sections);
    }

    /**
     * A paragraph of explanation.
     *
     * @param text any text
     */
    public void explain(String text) {
        html.leaf("p", text, "class", "soft");
    }

    /**
     * Opens a table that scrolls by itself, and the row of its headings; {@link #rows} and {@link #endTable} follow.
     *
     * @param label says what it holds
     * @param attributes of the table: name, value, name, value, ..
     */
    public void table(String label, String... attributes) {
        html.open("div", "class", "scroll", "tabindex", "0", "role", "region", "aria-label", label);
        html.open("table", attributes);
        html.leaf("caption", label, "class", "hidden");
        html.open("thead").open("tr");
    }

    /** Ends the headings of a table; its rows follow. */
    public void rows() {
        html.close("tr").close("thead").open("tbody");
    }

    /** Ends a table and its rows. */
    public void endTable() {
        html.close("tbody").close("table").close("div");
    }

    /**
     * Opens a part that the reader can fold.
     *
     * @param open whether it is unfolded at first
     * @param attributes name, value, name, value, ..
     */
    public void details(boolean open, String... attributes) {
        Stream<String> more = open ? Stream.of("open", "open") : Stream.empty();
        html.open("details", Stream.concat(Stream.of(attributes), more).toArray(String[]::new));
    }

    /**
     * A main figure.
     *
     * @param name what it is
     * @param value the figure
     * @param detail what it says
     */
    public void tile(String name, String value, String detail) {
        html.open("div", "class", "tile");
        html.leaf("dt", name);
        html.leaf("dd", value, "class", "value");
        html.leaf("dd", detail, "class", "detail");
        html.close("div");
    }

    /**
     * An entry of a list of definitions.
     *
     * @param name what is said something of
     * @param value what is said
     */
    public void entry(String name, String value) {
        html.open("div");
        html.leaf("dt", name);
        html.leaf("dd", value);
        html.close("div");
    }

    /**
     * What was set up, below the tiles.
     *
     * @param entries values by name, in the order to show
     */
    public void setup(SequencedMap<String, String> entries) {
        entries("setup", entries);
    }

    private void entries(String style, Map<String, String> entries) {
        html.open("dl", "class", style);
        entries.forEach(this::entry);
        html.close("dl");
    }

    /**
     * A section of the samples that could not be read; none where there are none.
     *
     * @param id of the section
     * @param failed the samples
     */
    public void failedSamples(String id, List<FailedSample> failed) {
        if (failed.isEmpty()) {
            return;
        }
        section(id, "Failed samples");
        explain("%s could not be read. Nothing listed here is counted above."
                .formatted(count(failed.size(), "sample")));
        table("Failed samples", "class", "plain");
        columns("Sample", "Reason");
        rows();
        for (FailedSample sample : failed.stream().limit(FAILED_SHOWN).toList()) {
            html.open("tr").leaf("th", sample.id(), "scope", "row", "class", "sample");
            html.leaf("td", sample.reason()).close("tr");
        }
        endTable();
        if (failed.size() > FAILED_SHOWN) {
            explain("And %s more.".formatted(count(failed.size() - FAILED_SHOWN)));
        }
        html.close("section");
    }

    /**
     * Headings of columns of text.
     *
     * @param names of the columns
     */
    public void columns(String... names) {
        for (String name : names) {
            html.leaf("th", name, "scope", "col");
        }
    }

    /**
     * Heading of a column of numbers.
     *
     * @param name of the column
     * @param explanation what the numbers mean
     */
    public void head(String name, String explanation) {
        html.leaf("th", name, "scope", "col", "class", "number", "title", explanation);
    }

    /**
     * A cell that holds a number.
     *
     * @param text the number as it is shown
     */
    public void number(String text) {
        html.leaf("td", text, "class", "number");
    }

    /** A cell that holds the number that counts most in its row. */
    void strong(String text) {
        html.open("td", "class", "number").leaf("b", text).close("td");
    }

    /**
     * A picture, or what is shown in its place where there is none, it is too large, or the page holds enough.
     *
     * @param png a PNG file, if there is one
     * @param alternative what it shows, in words
     * @param size class of the style sheet: {@code thumb}, {@code small}, {@code wide} or one of the page's own
     */
    public void picture(Optional<byte[]> png, String alternative, String size) {
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

    /**
     * A section that says how the page came about.
     *
     * @param command the command line that made it, empty if there was none
     * @param provenance versions, machine, time, inputs
     */
    public void provenance(String command, Provenance provenance) {
        section("provenance", "Provenance");
        if (!command.isEmpty()) {
            html.open("div", "class", "command");
            html.leaf("pre", command, "id", "command", "tabindex", "0");
            html.leaf("button", "Copy", "type", "button", "id", "copy", "hidden", "hidden");
            html.close("div");
        }
        entries("provenance", provenance.entries());
        html.close("section");
    }

    /** A name, short enough for a table, and in full for who points at it. */
    void label(String name) {
        html.leaf("span", brief(name), "class", "label", "title", name);
    }

    /**
     * {@return a name short enough for a table: itself, or its beginning and its end where it is long}
     *
     * @param name any text
     */
    public static String brief(String name) {
        int length = name.codePointCount(0, name.length());
        if (length <= LONGEST_NAME) {
            return name;
        }
        String start = name.substring(0, name.offsetByCodePoints(0, LONGEST_NAME / 2));
        String end = name.substring(name.offsetByCodePoints(0, length - LONGEST_NAME / 2 + 1));
        return start + "\u2026" + end;
    }

    private static String resource(Class<?> beside, String name) {
        try (InputStream in = Objects.requireNonNull(beside.getResourceAsStream(name), name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String sha256(String text) {
        return Base64.getEncoder().encodeToString(Sha256.digest().digest(text.getBytes(StandardCharsets.UTF_8)));
    }
}
