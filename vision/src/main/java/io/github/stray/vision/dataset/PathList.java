// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.dataset;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;

/** File paths in the order they were added, at about a byte a character. */
final class PathList {
    private static final int BLOCK = 1024;

    /** Ends a path: no file name of any system holds it. */
    private static final String END = "\0";

    private final List<String> blocks = new ArrayList<>();
    private final StringBuilder last = new StringBuilder();
    private int inLast;

    void add(String path) {
        last.append(path).append(END);
        inLast++;
        if (inLast == BLOCK) {
            blocks.add(last.toString());
            last.setLength(0);
            inLast = 0;
        }
    }

    /** Nothing may be added any more. */
    Iterator<String> iterator() {
        return Stream.concat(blocks.stream(), Stream.of(last.toString()))
                .flatMap(block -> block.isEmpty() ? Stream.empty() : Arrays.stream(block.split(END)))
                .iterator();
    }
}
