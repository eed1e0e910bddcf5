// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.download;

import java.util.stream.Collectors;

/** Text from elsewhere, made fit for a message on a terminal. */
public final class Text {
    private static final int LONGEST = 200;

    private Text() {}

    /**
     * {@return a text without control characters, cut where it is long: at most 200 characters and two dots}
     *
     * @param text any text
     */
    public static String printable(String text) {
        String shown = text.codePoints()
                .limit(LONGEST)
                .mapToObj(c -> Character.isISOControl(c) || Character.getType(c) == Character.FORMAT
                        ? "\\u%04x".formatted(c)
                        : Character.toString(c))
                .collect(Collectors.joining());
        return text.codePointCount(0, text.length()) > LONGEST ? shown + ".." : shown;
    }
}
