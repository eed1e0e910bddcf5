// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.card;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.text.Normalizer;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The usual cases of what open_clip repairs in a text by ftfy and by HTML's entities: curly quotes, ligatures, full width,
 * invisible characters, entities by number and the common ones by name, and UTF-8 that was read as Windows-1252 where it
 * begins with {@code Ã}, {@code Â} or {@code â}. Rarer entities and encodings stay as they are.
 */
final class TextRepair {
    private static final Map<String, String> ENTITIES =
            Map.of("amp", "&", "lt", "<", "gt", ">", "quot", "\"", "apos", "'", "nbsp", "\u00a0");
    private static final Pattern ENTITY = Pattern.compile("&(?:#([0-9]{1,7})|#[xX]([0-9a-fA-F]{1,6})|([a-z]{2,4}));");
    private static final Charset WINDOWS = Charset.forName("windows-1252");
    private static final String BYTE = "[\u00a0-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]";
    private static final Pattern MISREAD = Pattern.compile("Ã" + BYTE + "|Â[\u00a0-\u00bf]|â[€‚ƒ„…]" + BYTE);
    private static final Pattern COMPATIBLE =
            Pattern.compile("[\uff01-\uffef\u3000\ufb00-\ufb06\u0132\u0133\u01c4-\u01cc]");
    private static final Pattern INVISIBLE =
            Pattern.compile("[\\x00-\\x08\\x0b\\x0e-\\x1f\\x7f\u206a-\u206f\ufeff\ufff9-\ufffc]");

    private TextRepair() {}

    /** The repaired text. */
    static String of(String text) {
        String read = MISREAD.matcher(unescaped(text))
                .replaceAll(found ->
                        Matcher.quoteReplacement(new String(found.group().getBytes(WINDOWS), StandardCharsets.UTF_8)));
        String plain = COMPATIBLE
                .matcher(read)
                .replaceAll(
                        found -> Matcher.quoteReplacement(Normalizer.normalize(found.group(), Normalizer.Form.NFKC)))
                .replaceAll("[\u02bc\u2018-\u201b]", "'")
                .replaceAll("[\u201c-\u201f]", "\"");
        String visible = INVISIBLE.matcher(plain).replaceAll("");
        return unescaped(unescaped(Normalizer.normalize(visible, Normalizer.Form.NFC)));
    }

    private static String unescaped(String text) {
        return ENTITY.matcher(text).replaceAll(found -> Matcher.quoteReplacement(entity(found)));
    }

    private static String entity(MatchResult found) {
        if (found.group(3) != null) {
            return ENTITIES.getOrDefault(found.group(3), found.group());
        }
        int character =
                found.group(1) != null ? Integer.parseInt(found.group(1)) : Integer.parseInt(found.group(2), 16);
        boolean printed = Character.isDefined(character)
                && !Character.isISOControl(character)
                && Character.getType(character) != Character.SURROGATE;
        return printed ? Character.toString(character) : found.group();
    }
}
