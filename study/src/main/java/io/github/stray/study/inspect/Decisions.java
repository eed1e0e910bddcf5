// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.inspect;

import io.github.stray.store.AtomicFile;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What someone decided about findings: whether the image is taken out. A line a decision, {@code kind TAB images TAB id TAB
 * remove|keep}, and for a copy {@code TAB id of the kept image} behind it; the first line is {@code #stray-inspect-decisions
 * TAB 1}. Immutable.
 */
final class Decisions {
    static final String FIRST = "#stray-inspect-decisions\t1";

    /** Decided on. */
    record Subject(String kind, String id, String about) {}

    static final Decisions NONE = new Decisions(Map.of());

    private final Map<Subject, Boolean> removed;

    private Decisions(Map<Subject, Boolean> removed) {
        this.removed = new LinkedHashMap<>(removed);
    }

    static Decisions read(Path file) throws IOException {
        List<String> lines;
        try {
            lines = Files.readAllLines(file);
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("%s is not UTF-8 text".formatted(file), e);
        }
        String first = lines.isEmpty() ? "" : lines.getFirst().replaceFirst("^\uFEFF", "");
        if (!first.equals(FIRST)) {
            throw new IllegalArgumentException(
                    "%s, line 1: expected '#stray-inspect-decisions<TAB>1', as the page of an inspection saves it"
                            .formatted(file));
        }
        var removed = new LinkedHashMap<Subject, Boolean>();
        for (int i = 1; i < lines.size(); i++) {
            if (lines.get(i).isBlank()) {
                continue;
            }
            String[] parts = lines.get(i).split("\t", -1);
            boolean known = (parts.length == 4 || parts.length == 5)
                    && parts[1].equals(InspectResult.SET)
                    && (parts[3].equals("remove") || parts[3].equals("keep"));
            if (!known) {
                throw new IllegalArgumentException(
                        "%s, line %d: expected 'kind<TAB>images<TAB>id<TAB>remove|keep' and perhaps '<TAB>id', got '%s'"
                                .formatted(file, i + 1, lines.get(i)));
            }
            removed.put(new Subject(parts[0], parts[2], parts.length == 5 ? parts[4] : ""), parts[3].equals("remove"));
        }
        return new Decisions(removed);
    }

    /** These, and what later ones say besides or instead. */
    Decisions with(Decisions later) {
        var both = new LinkedHashMap<>(removed);
        both.putAll(later.removed);
        return new Decisions(both);
    }

    /** These, but for some. */
    Decisions without(Set<Subject> subjects) {
        var others = new LinkedHashMap<>(removed);
        others.keySet().removeAll(subjects);
        return new Decisions(others);
    }

    int size() {
        return removed.size();
    }

    /** Whether the image is taken out; empty if nobody decided. */
    Optional<Boolean> of(Subject subject) {
        return Optional.ofNullable(removed.get(subject));
    }

    /** Whether it was decided that the image stays: then the finding does not come back. */
    boolean dismissed(Subject subject) {
        return of(subject).filter(remove -> !remove).isPresent();
    }

    /** The lines behind the first one. */
    List<String> lines() {
        return removed.entrySet().stream()
                .map(each -> {
                    Subject subject = each.getKey();
                    String line = String.join(
                            "\t", subject.kind(), InspectResult.SET, subject.id(), each.getValue() ? "remove" : "keep");
                    return subject.about().isEmpty() ? line : line + "\t" + subject.about();
                })
                .toList();
    }

    void write(Path file) throws IOException {
        AtomicFile.write(
                file, FIRST + "\n" + lines().stream().map(line -> line + "\n").collect(Collectors.joining()));
    }
}
