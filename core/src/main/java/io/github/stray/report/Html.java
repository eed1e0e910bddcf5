// SPDX-License-Identifier: Apache-2.0
package io.github.stray.report;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Writes markup that is HTML and XML at once. Every text and attribute is escaped, and tags cannot be closed in the wrong
 * order. The markup is kept in memory. Not safe for concurrent use.
 */
public final class Html {
    private static final Set<String> BLOCKS = Set.of(
            "head", "body", "header", "main", "footer", "section", "table", "thead", "tfoot", "tbody", "tr", "figure",
            "svg", "p", "ul", "li", "dl", "h1", "h2", "h3", "div", "style", "script", "title");

    private final StringBuilder out = new StringBuilder();
    private final Deque<String> open = new ArrayDeque<>();

    /** No markup yet. */
    public Html() {}

    /**
     * Opens a tag.
     *
     * @param tag its name
     * @param attributes name, value, name, value, ..
     * @return this
     */
    public Html open(String tag, String... attributes) {
        tag(tag, attributes);
        out.append('>');
        open.push(tag);
        return this;
    }

    /**
     * Closes the innermost tag.
     *
     * @param tag its name
     * @return this
     * @throws IllegalStateException if another tag is the innermost one
     */
    public Html close(String tag) {
        if (!tag.equals(open.peek())) {
            throw new IllegalStateException("closing <%s> inside %s".formatted(tag, open));
        }
        open.pop();
        out.append("</").append(tag).append('>');
        if (BLOCKS.contains(tag)) {
            out.append('\n');
        }
        return this;
    }

    /**
     * A tag without content.
     *
     * @param tag its name
     * @param attributes name, value, name, value, ..
     * @return this
     */
    public Html empty(String tag, String... attributes) {
        tag(tag, attributes);
        out.append("/>");
        return this;
    }

    /**
     * A tag with text alone.
     *
     * @param tag its name
     * @param text any text
     * @param attributes name, value, name, value, ..
     * @return this
     */
    public Html leaf(String tag, String text, String... attributes) {
        return open(tag, attributes).text(text).close(tag);
    }

    /**
     * Text.
     *
     * @param text any text
     * @return this
     */
    public Html text(String text) {
        escape(text);
        return this;
    }

    /**
     * Text that must not be escaped: style, script, and what was written by another {@code Html}.
     *
     * @param text markup, never made from names or file contents
     * @return this
     */
    public Html verbatim(String text) {
        out.append(text);
        return this;
    }

    /** Opens a drawing. */
    Html svg(String viewBox, String... attributes) {
        Stream<String> first = Stream.of("xmlns", "http://www.w3.org/2000/svg", "viewBox", viewBox);
        return open("svg", Stream.concat(first, Stream.of(attributes)).toArray(String[]::new));
    }

    private void tag(String tag, String... attributes) {
        if (attributes.length % 2 != 0) {
            throw new IllegalArgumentException("attribute without value in <%s>".formatted(tag));
        }
        out.append('<').append(tag);
        for (int i = 0; i < attributes.length; i += 2) {
            out.append(' ').append(attributes[i]).append("=\"");
            escape(attributes[i + 1]);
            out.append('"');
        }
    }

    /** Characters that no XML may hold, lone surrogates among them, become U+FFFD. */
    private void escape(String text) {
        for (int i = 0; i < text.length(); ) {
            int character = text.codePointAt(i);
            i += Character.charCount(character);
            switch (character) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '"' -> out.append("&quot;");
                case '\'' -> out.append("&#39;");
                default -> {
                    boolean control = Character.isISOControl(character) && character != '\n' && character != '\t';
                    boolean surrogate = character >= Character.MIN_SURROGATE && character <= Character.MAX_SURROGATE;
                    boolean unassigned = (character & 0xFFFE) == 0xFFFE;
                    out.appendCodePoint(control || surrogate || unassigned ? 0xFFFD : character);
                }
            }
        }
    }

    /** The markup so far, to be encoded as UTF-8. */
    @Override
    public String toString() {
        return out.toString();
    }
}
