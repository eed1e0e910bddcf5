// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.inspect;

import io.github.stray.extract.DatasetSource;
import io.github.stray.extract.SampleIterator;
import io.github.stray.store.AtomicFile;
import io.github.stray.vision.dataset.ImageInput;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Puts images aside, and back. The log {@code applied.tsv} is written before the first image moves: {@code #stray-applied TAB
 * 1}, then a line an image, {@code move|link TAB from TAB to}, absolute paths. What is put aside later is added to it.
 *
 * @param how the images are moved, or links to them made
 * @param folder where to; images keep their paths inside the set there
 */
public record PutAside(How how, Path folder) {
    static final String LOG = "applied.tsv";

    private static final String FIRST = "#stray-applied\t1";

    /** What happens to images that are taken out. */
    public enum How {
        /** They are moved. */
        MOVE,
        /** They stay, and links to them are made. */
        LINK
    }

    /**
     * What was done.
     *
     * @param images put aside or put back
     * @param left why others were not, a line each
     */
    public record Done(int images, List<String> left) {
        /** Copies the list. */
        public Done {
            left = List.copyOf(left);
        }
    }

    private record Step(How how, Path from, Path to) {
        String line() {
            return String.join("\t", how == How.MOVE ? "move" : "link", from.toString(), to.toString());
        }
    }

    /**
     * {@return what a user typed}
     *
     * @param text {@code move:DIR} or {@code link:DIR}
     * @throws IllegalArgumentException if it is neither
     */
    public static PutAside of(String text) {
        for (How how : How.values()) {
            String prefix = how.name().toLowerCase(Locale.ROOT) + ":";
            if (text.startsWith(prefix) && text.length() > prefix.length()) {
                return new PutAside(how, Path.of(text.substring(prefix.length())));
            }
        }
        throw new IllegalArgumentException("expected move:DIR or link:DIR, got '%s'".formatted(text));
    }

    Done run(DatasetSource source, Set<String> ids, Path log) throws IOException {
        Path target = folder.toAbsolutePath().normalize();
        var steps = new ArrayList<Step>();
        try (SampleIterator samples = source.open()) {
            while (samples.hasNext()) {
                var sample = samples.next();
                if (ids.contains(sample.id())) {
                    Path file = ImageInput.file(sample)
                            .map(Path::toAbsolutePath)
                            .orElseThrow(() -> new IllegalArgumentException(
                                    "%s is no file of its own but lies inside an archive or a file of records; it cannot be put aside. Take clean.tsv as INPUT instead"
                                            .formatted(sample.id())));
                    steps.add(step(file, target, sample.id()));
                }
            }
        }
        for (Step step : steps) {
            if (Files.exists(step.to, LinkOption.NOFOLLOW_LINKS)) {
                throw new FileAlreadyExistsException(
                        step.to.toString(), null, "it is there already, so nothing was put aside; take another folder");
            }
        }
        if (steps.isEmpty()) {
            return new Done(0, List.of());
        }
        var all = new ArrayList<>(Files.exists(log) ? read(log) : List.<Step>of());
        all.addAll(steps);
        write(log, all);
        for (Step step : steps) {
            Files.createDirectories(parent(step.to));
            if (how == How.MOVE) {
                Files.move(step.from, step.to);
            } else {
                Files.createSymbolicLink(step.to, step.from);
            }
        }
        return new Done(steps.size(), List.of());
    }

    private Step step(Path file, Path target, String id) {
        if (file.normalize().startsWith(target)) {
            throw new IllegalArgumentException(
                    "%s holds the images themselves; put them aside in another folder".formatted(folder));
        }
        Path to = target.resolve(id).normalize();
        boolean inside = to.startsWith(target) && !to.equals(target);
        if (!inside || (file.toString() + to).chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException(
                    "the image %s has a name that cannot be kept in another folder or in a list; rename it"
                            .formatted(id));
        }
        return new Step(how, file, to);
    }

    /**
     * Puts everything back that a log names, the last first. What was done is taken out of the log; an empty log goes.
     *
     * @param log {@code applied.tsv}
     * @return what was put back, and what could not be
     * @throws IllegalArgumentException if the log cannot be understood
     * @throws IOException if it cannot be read or written
     */
    public static Done undo(Path log) throws IOException {
        List<Step> steps = read(log);
        var left = new ArrayList<Step>();
        var reasons = new ArrayList<String>();
        int back = 0;
        for (Step step : steps.reversed()) {
            Optional<String> obstacle = undo(step);
            if (obstacle.isPresent()) {
                left.addFirst(step);
                reasons.add(obstacle.get());
            } else {
                back++;
            }
        }
        if (left.isEmpty()) {
            Files.delete(log);
        } else {
            write(log, left);
        }
        return new Done(back, reasons);
    }

    /** Puts an image back; a step that was never done is undone already. Says why it cannot be, if it cannot. */
    private static Optional<String> undo(Step step) {
        try {
            boolean there = Files.exists(step.to, LinkOption.NOFOLLOW_LINKS);
            boolean back = Files.exists(step.from, LinkOption.NOFOLLOW_LINKS);
            if (step.how == How.LINK) {
                if (there && Files.isSymbolicLink(step.to)) {
                    Files.delete(step.to);
                }
                return Optional.empty();
            }
            if (there && back) {
                return Optional.of("%s: another file lies at %s by now".formatted(step.to, step.from));
            }
            if (!there && !back) {
                return Optional.of("%s is gone".formatted(step.to));
            }
            if (there) {
                Files.createDirectories(parent(step.from));
                Files.move(step.to, step.from);
            }
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of("%s: %s".formatted(step.to, e.getMessage()));
        }
    }

    private static Path parent(Path file) {
        return Objects.requireNonNull(file.getParent(), "files lie in folders");
    }

    private static List<Step> read(Path log) throws IOException {
        List<String> lines;
        try {
            lines = Files.readAllLines(log);
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("%s is not UTF-8 text".formatted(log), e);
        }
        if (lines.isEmpty() || !lines.getFirst().equals(FIRST)) {
            throw new IllegalArgumentException(
                    "%s, line 1: expected '#stray-applied<TAB>1', as an inspection leaves it in applied.tsv"
                            .formatted(log));
        }
        var steps = new ArrayList<Step>();
        for (int i = 1; i < lines.size(); i++) {
            String[] parts = lines.get(i).split("\t", -1);
            if (parts.length != 3 || !(parts[0].equals("move") || parts[0].equals("link"))) {
                throw new IllegalArgumentException("%s, line %d: expected 'move|link<TAB>from<TAB>to', got '%s'"
                        .formatted(log, i + 1, lines.get(i)));
            }
            steps.add(new Step(parts[0].equals("move") ? How.MOVE : How.LINK, Path.of(parts[1]), Path.of(parts[2])));
        }
        return steps;
    }

    private static void write(Path log, Collection<Step> steps) throws IOException {
        var text = new StringBuilder(FIRST).append('\n');
        steps.forEach(step -> text.append(step.line()).append('\n'));
        AtomicFile.write(log, text.toString());
    }
}
