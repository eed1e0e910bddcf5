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
    /** Marks, embeddings, overrides and isolates of the direction of writing. */
    private static final String DIRECTIONS = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069";

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
        for (int i = 0; i < text.length(); i++) {
            char character = text.charAt(i);
            if (steers(character)) {
                visible.append("\\u%04X".formatted((int) character));
            } else {
                visible.append(character);
            }
        }
        return visible.toString();
    }

    private static boolean steers(int character) {
        if (character == '\n' || character == '\t') {
            return false;
        }
        return switch (Character.getType(character)) {
            case Character.CONTROL, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR -> true;
            case Character.FORMAT -> DIRECTIONS.indexOf(character) >= 0;
            default -> false;
        };
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
