// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * Prints text in UTF-8 so that nothing in it steers the terminal: names of files come from strangers. Control characters
 * other than line feed and tab, and those that turn the direction of writing, are printed as {@code \}{@code u001b}. Bytes
 * that are written, as opposed to text that is printed, stay as they are.
 */
final class VisibleText extends PrintStream {
    VisibleText(OutputStream out) {
        super(out, true, StandardCharsets.UTF_8);
    }

    /**
     * {@return a text that steers no terminal}
     *
     * @param text any text
     */
    static String of(String text) {
        if (text.chars().noneMatch(VisibleText::steers)) {
            return text;
        }
        StringBuilder visible = new StringBuilder();
        for (char character : text.toCharArray()) {
            if (steers(character)) {
                visible.append("\\u%04X".formatted((int) character));
            } else {
                visible.append(character);
            }
        }
        return visible.toString();
    }

    private static boolean steers(int character) {
        boolean layout = character == '\n' || character == '\t';
        boolean direction = character >= 0x202a && character <= 0x202e
                || character >= 0x2066 && character <= 0x2069
                || character == 0x200e
                || character == 0x200f
                || character == 0x061c;
        boolean line = character == 0x2028 || character == 0x2029;
        return Character.isISOControl(character) && !layout || direction || line;
    }

    @Override
    public void print(String text) {
        super.print(of(String.valueOf(text)));
    }

    @Override
    public void print(Object object) {
        print(String.valueOf(object));
    }

    /** Writes a sequence that is meant to steer the terminal. */
    static void steer(PrintStream out, String sequence) {
        out.writeBytes(sequence.getBytes(StandardCharsets.US_ASCII));
    }
}
