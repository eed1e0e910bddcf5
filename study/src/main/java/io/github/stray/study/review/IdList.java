// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.review;

import io.github.stray.store.AtomicFile;
import io.github.stray.vision.dataset.ImageInput;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * Samples of an input as an id-list file, which every command takes as INPUT.
 *
 * @param set key of the set
 * @param file name of the file
 * @param input what the set was opened from
 * @param lines a line a sample, {@code id} or {@code id TAB class}
 */
public record IdList(String set, String file, String input, List<String> lines) {
    /** Copies the lines. */
    public IdList {
        lines = List.copyOf(lines);
    }

    /**
     * {@return the line of a sample} A class whose name a list cannot hold is left out: the sample then keeps that of its
     * input.
     *
     * @param sample the sample
     */
    public static String line(SetSample sample) {
        String label = sample.label();
        boolean plain =
                !label.isEmpty() && label.equals(label.strip()) && label.chars().noneMatch(Character::isISOControl);
        return plain ? sample.id() + "\t" + label : sample.id();
    }

    /** {@return the first line of the file} */
    public String first() {
        return "#input\t" + ImageInput.absolute(input);
    }

    /**
     * {@return the list without some samples}
     *
     * @param ids of those to leave out
     */
    public IdList without(Set<String> ids) {
        return new IdList(
                set,
                file,
                input,
                lines.stream()
                        .filter(line -> !ids.contains(line.split("\t", 2)[0]))
                        .toList());
    }

    /**
     * Writes the file.
     *
     * @param folder where to
     * @throws IOException if it cannot be written
     */
    public void write(Path folder) throws IOException {
        String text = first() + "\n" + String.join("\n", lines) + (lines.isEmpty() ? "" : "\n");
        AtomicFile.write(folder.resolve(file), text);
    }
}
