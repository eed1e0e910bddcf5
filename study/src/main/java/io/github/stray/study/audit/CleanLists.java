// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.audit;

import io.github.stray.study.review.IdList;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The cleaned sets of an audit as id lists, {@code clean-SET.tsv}. */
final class CleanLists {
    private static final Pattern WRITTEN = Pattern.compile("clean-(id|id-test|ood|ood-[0-9]+)\\.tsv");

    private CleanLists() {}

    static boolean isOne(Path file) {
        return WRITTEN.matcher(String.valueOf(file.getFileName())).matches();
    }

    static IdList of(String set, String input, List<String> lines) {
        return new IdList(set, "clean-" + set + ".tsv", input, lines);
    }

    /** A set without the samples that some findings take out. */
    static IdList of(AuditSet set, Stream<? extends Finding> findings) {
        Set<String> out = findings.filter(Finding::remove)
                .map(Finding::subject)
                .filter(subject -> subject.set().equals(set.key()))
                .map(subject -> subject.id())
                .collect(Collectors.toSet());
        return of(
                        set.key(),
                        set.input(),
                        IntStream.range(0, set.size())
                                .mapToObj(set::sample)
                                .map(IdList::line)
                                .toList())
                .without(out);
    }
}
