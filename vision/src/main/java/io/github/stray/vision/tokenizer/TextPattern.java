// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.tokenizer;

import io.github.stray.store.JsonNode;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What is looked for in a text: a piece of text, or an expression. Of expressions those are taken that a matcher gets through
 * in little time: alternatives of characters and sets of characters in a row, few of them repeated, none nested, none that may
 * match nothing. All that we know of text encoders are.
 */
final class TextPattern {
    private static final int LONGEST = 512;

    /** Most repeated parts of one alternative: the time grows with the length of the text to this power. */
    private static final int MOST_REPEATED = 4;

    private static final String CLASS = "\\\\[pP]\\{\\^?[A-Z][A-Za-z]{0,19}\\}|\\\\[^\\p{Alnum}]|\\\\[sSdDwWrnt]";

    /** One character or set of them, perhaps so many times. */
    private static final Pattern PART = Pattern.compile("(?:" + CLASS + "|\\[\\^?(?:" + CLASS
            + "|[^\\[\\]\\\\&]|&(?!&))++\\]|[^\\\\\\[\\](){}|*+?^$.])([?*+]|\\{\\d{1,2}(?:,\\d{0,2})?\\})?");

    /** English endings, whatever their case, as GPT-4 and those after it look for them. */
    private static final Pattern ENDINGS = Pattern.compile("\\(\\?i:'[a-z]{1,2}(?:\\|'[a-z]{1,2}){0,9}\\)");

    private static final Set<String> MAYBE_NOTHING = Set.of("?", "*");

    /** What may stand at the end of an alternative, and matches no character itself. */
    private static final Pattern END = Pattern.compile("\\(\\?!\\\\S\\)|\\$");

    private TextPattern() {}

    static void check(JsonNode<Unusable> pattern) throws Unusable {
        Kind.only(pattern, Set.of("String", "Regex"));
        if (pattern.keys().size() != 1) {
            throw pattern.refused("must be a String or a Regex");
        }
        JsonNode<Unusable> what = pattern.at(pattern.keys().iterator().next());
        String text = what.text();
        if (text.isEmpty() || text.length() > LONGEST) {
            throw what.refused("must have 1 to %d characters, has %d".formatted(LONGEST, text.length()));
        }
        if (pattern.at("Regex").isPresent() && !isSimple(text)) {
            throw what.refused(
                    "is no expression that is known of text encoders: expected alternatives of characters and sets of them, %d repeated at most, none nested, none empty"
                            .formatted(MOST_REPEATED));
        }
    }

    static boolean isSimple(String expression) {
        Matcher part = PART.matcher(expression);
        Matcher end = END.matcher(expression);
        Matcher endings = ENDINGS.matcher(expression);
        int at = 0;
        boolean something = false;
        int repeated = 0;
        while (at < expression.length()) {
            char c = expression.charAt(at);
            if (c == '^' && (at == 0 || expression.charAt(at - 1) == '|')) {
                at++;
            } else if (c == '|') {
                if (!something) {
                    return false;
                }
                something = false;
                repeated = 0;
                at++;
            } else if (part.region(at, expression.length()).lookingAt()) {
                String times = part.group(1);
                something |= times == null || !(MAYBE_NOTHING.contains(times) || times.startsWith("{0"));
                repeated += times == null ? 0 : 1;
                at = part.end();
            } else if (endings.region(at, expression.length()).lookingAt()) {
                something = true;
                at = endings.end();
            } else if (end.region(at, expression.length()).lookingAt()
                    && (end.end() == expression.length() || expression.charAt(end.end()) == '|')) {
                at = end.end();
            } else {
                return false;
            }
            if (repeated > MOST_REPEATED) {
                return false;
            }
        }
        return something;
    }
}
