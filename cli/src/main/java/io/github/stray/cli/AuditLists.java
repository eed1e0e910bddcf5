// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import io.github.stray.vision.dataset.ImageInput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A cleaned set as an id-list file.
 *
 * @param set key of the set
 * @param input what the user wrote
 * @param lines a line a sample, {@code id} or {@code id TAB class}
 */
record AuditLists(String set, String input, List<String> lines) {
    private static final Pattern WRITTEN = Pattern.compile("clean-(id|id-test|ood|ood-[0-9]+)\\.tsv");

    /** Refuses an input that a list file cannot name, or that is read from a list which this audit writes. */
    static void requireNameable(String input, Path folder) throws IOException {
        if (input.chars().anyMatch(Character::isISOControl)) {
            throw new UsageException(
                    "the input '%s' has a tab, line break or other control character in its name, which no list file can hold; rename it"
                            .formatted(input));
        }
        for (Path list : ImageInput.lists(input)) {
            Path parent = list.toRealPath().getParent();
            boolean written = isWritten(list);
            if (written && Files.isDirectory(folder) && folder.toRealPath().equals(parent)) {
                throw new UsageException(
                        "the input %s is read from %s, which this audit would overwrite; take another folder for -o"
                                .formatted(input, list));
            }
        }
    }

    private static boolean isWritten(Path file) {
        return WRITTEN.matcher(String.valueOf(file.getFileName())).matches();
    }

    /** Removes the lists of an earlier audit in the folder. */
    static void removeEarlier(Path folder) throws IOException {
        if (!Files.isRegularFile(folder.resolve(AuditOutput.DOCUMENT))) {
            return;
        }
        List<Path> earlier;
        try (Stream<Path> files = Files.list(folder)) {
            earlier = files.filter(AuditLists::isWritten).toList();
        }
        for (Path file : earlier) {
            Files.delete(file);
        }
    }

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
