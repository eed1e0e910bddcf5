// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.audit;

import io.github.stray.store.AtomicFile;
import io.github.stray.study.audit.Finding.Sample;
import io.github.stray.vision.dataset.ImageInput;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A cleaned set as an id-list file.
 *
 * @param set key of the set
 * @param input what it was opened from
 * @param lines a line a sample, {@code id} or {@code id TAB class}
 */
record CleanList(String set, String input, List<String> lines) {
    private static final Pattern WRITTEN = Pattern.compile("clean-(id|id-test|ood|ood-[0-9]+)\\.tsv");

    static boolean isOne(Path file) {
        return WRITTEN.matcher(String.valueOf(file.getFileName())).matches();
    }

    static CleanList of(AuditSet set) {
        return new CleanList(
                set.key(),
                set.input(),
                IntStream.range(0, set.size())
                        .mapToObj(set::sample)
                        .map(CleanList::line)
                        .toList());
    }

    /** A class whose name a list cannot hold is left out: the sample then keeps that of its input. */
    static String line(Sample sample) {
        String label = sample.label();
        boolean plain =
                !label.isEmpty() && label.equals(label.strip()) && label.chars().noneMatch(Character::isISOControl);
        return plain ? sample.id() + "\t" + label : sample.id();
    }

    String file() {
        return "clean-" + set + ".tsv";
    }

    String first() {
        return "#input\t" + ImageInput.absolute(input);
    }

    /** The list without the samples that some findings take out. */
    CleanList without(Stream<? extends Finding> findings) {
        var out = new HashSet<String>();
        findings.filter(finding -> finding.remove() && finding.subject().set().equals(set))
                .forEach(finding -> out.add(finding.subject().id()));
        return without(out);
    }

    CleanList without(Set<String> ids) {
        return new CleanList(
                set,
                input,
                lines.stream()
                        .filter(line -> !ids.contains(line.split("\t", 2)[0]))
                        .toList());
    }

    void write(Path folder) throws IOException {
        String text = first() + "\n" + String.join("\n", lines) + (lines.isEmpty() ? "" : "\n");
        AtomicFile.write(folder.resolve(file()), text);
    }
}
