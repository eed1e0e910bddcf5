// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import io.github.stray.vision.dataset.ImageInput;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A cleaned set as an id-list file.
 *
 * @param set key of the set
 * @param input what the user wrote
 * @param lines a line a sample, {@code id} or {@code id TAB class}
 */
record AuditLists(String set, String input, List<String> lines) {

    static AuditLists of(AuditSet set) {
        var lines = new ArrayList<String>(set.size());
        for (int row = 0; row < set.size(); row++) {
            lines.add(line(set.id(row), set.label(row)));
        }
        return new AuditLists(set.key(), set.input(), lines);
    }

    /** A class whose name a list cannot hold is left out: the sample then keeps that of its input. */
    static String line(String id, String label) {
        boolean plain =
                !label.isEmpty() && label.equals(label.strip()) && label.chars().noneMatch(Character::isISOControl);
        return plain ? id + "\t" + label : id;
    }

    String file() {
        return "clean-" + set + ".tsv";
    }

    String first() {
        return "#input\t" + ImageInput.absolute(input);
    }

    /** The list without the samples that some findings take out. */
    AuditLists without(Collection<AuditFinding> findings) {
        Set<String> out = new HashSet<>();
        for (AuditFinding finding : findings) {
            if (finding.remove() && finding.subject().set().equals(set)) {
                out.add(finding.subject().id());
            }
        }
        return new AuditLists(set, input, kept(out));
    }

    List<String> kept(Set<String> out) {
        return lines.stream()
                .filter(line -> !out.contains(line.split("\t", 2)[0]))
                .toList();
    }

    void write(Path folder) throws IOException {
        String text = first() + "\n" + String.join("\n", lines) + (lines.isEmpty() ? "" : "\n");
        AuditOutput.text(folder.resolve(file()), text);
    }
}
