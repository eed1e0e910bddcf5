// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.inspect;

import com.grack.nanojson.JsonWriter;
import io.github.stray.inspect.Evidence;
import io.github.stray.provenance.Provenance;
import io.github.stray.store.AtomicFile;
import io.github.stray.store.CsvFile;
import io.github.stray.study.review.IdList;
import io.github.stray.study.review.OutputFolder;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The folder that an inspection leaves everything in: {@code inspect.json}, {@code report.html}, {@code ranking.csv}, the
 * lists {@code clean.tsv}, {@code strangers.tsv} and {@code copies.tsv}, and {@code decisions.tsv} where someone decided.
 *
 * @param path of the folder
 */
public record InspectFolder(Path path) {
    /** The page to look at. */
    public static final String PAGE = "report.html";

    static final String DOCUMENT = "inspect.json";
    private static final String RANKING = "ranking.csv";
    private static final String DECISIONS = "decisions.tsv";
    private static final Set<String> LISTS = Set.of("clean.tsv", "strangers.tsv", "copies.tsv");

    /**
     * A list that was written.
     *
     * @param file its name
     * @param images in it
     */
    public record Written(String file, int images) {}

    /**
     * What was left in the folder.
     *
     * @param document as {@code inspect.json} holds it
     * @param lists that were written
     * @param dismissed findings that someone dismissed before, which are not shown again
     */
    public record Left(Map<String, Object> document, List<Written> lists, long dismissed) {
        /** Copies the list. */
        public Left {
            lists = List.copyOf(lists);
        }
    }

    /**
     * Makes sure, before any work is done, that an inspection of this input can be left here. Nothing is made yet.
     *
     * @param input what is to be inspected
     * @param decisions newer decisions, as a page saved them
     * @param replace whether files may lie there that no inspection has left
     * @throws io.github.stray.remedy.RefusedException if such files lie there
     * @throws IllegalArgumentException if the input cannot be named by a list, is read from a list in this folder, or the
     *     decisions in it cannot be understood
     * @throws IOException if the folder cannot be written to, or a file not be read
     */
    public void require(String input, Optional<Path> decisions, boolean replace) throws IOException {
        new OutputFolder(path, DOCUMENT, "inspection")
                .require(List.of(input), list -> LISTS.contains(String.valueOf(list.getFileName())), replace);
        decided(decisions);
    }

    /**
     * Writes everything. Decisions that were made about an earlier inspection in this folder hold on, and newer ones go
     * before them.
     *
     * @param result what was found
     * @param decisions newer decisions, as a page saved them
     * @param command the command line that asked for it, empty if there was none
     * @return what was left
     * @throws IllegalArgumentException if a file of decisions cannot be understood
     * @throws IOException if a file cannot be written, or an image to show not be read any more
     */
    public Left write(InspectResult result, Optional<Path> decisions, String command) throws IOException {
        Decisions decided = decided(decisions);
        Files.createDirectories(path);
        Provenance provenance = Provenance.now(Map.of("command", command));
        Map<String, Object> document =
                InspectJson.document(result, path.resolve(PAGE).toString(), provenance);
        writeRanking(result);
        writeDocument(document);
        Inspected inspected = Inspected.read(path.resolve(DOCUMENT));
        List<Written> lists = lists(inspected, decided);
        AtomicFile.write(path.resolve(PAGE), InspectPage.render(result, decided, command, provenance));
        long dismissed = inspected.proposals().keySet().stream()
                .filter(decided::dismissed)
                .count();
        return new Left(document, lists, dismissed);
    }

    /**
     * Writes the lists anew, as someone decided about the inspection in this folder.
     *
     * @param decisions as its page saved them
     * @return the lists that were written
     * @throws IllegalArgumentException if there is no inspection, its images have changed, or a line cannot be understood
     * @throws IOException if a file cannot be read or written
     */
    public List<Written> decide(Path decisions) throws IOException {
        Inspected inspected = Inspected.read(path.resolve(DOCUMENT));
        return lists(inspected, decided(Optional.of(decisions)));
    }

    /**
     * Puts the images aside that are taken out, as proposed or decided. Nothing is deleted.
     *
     * @param apply how, and where to
     * @return what was done
     * @throws IllegalArgumentException if there is no inspection, its images have changed or are no files of their own, or
     *     the place is not fit
     * @throws IOException if a file cannot be moved; what was done until then is in the log
     */
    public PutAside.Done apply(PutAside apply) throws IOException {
        Inspected inspected = Inspected.read(path.resolve(DOCUMENT));
        return apply.run(inspected.source(), inspected.removed(remembered()), path.resolve(PutAside.LOG));
    }

    private Decisions decided(Optional<Path> decisions) throws IOException {
        Decisions before = remembered();
        return decisions.isPresent() ? before.with(Decisions.read(decisions.get())) : before;
    }

    private Decisions remembered() throws IOException {
        Path file = path.resolve(DECISIONS);
        return Files.isRegularFile(file) ? Decisions.read(file) : Decisions.NONE;
    }

    private List<Written> lists(Inspected inspected, Decisions decided) throws IOException {
        var written = new ArrayList<Written>();
        for (IdList list : inspected.lists(decided)) {
            list.write(path);
            written.add(new Written(list.file(), list.lines().size()));
        }
        if (decided.size() > 0) {
            decided.write(path.resolve(DECISIONS));
        }
        return written;
    }

    private void writeDocument(Map<String, Object> document) throws IOException {
        try (AtomicFile file = AtomicFile.create(path.resolve(DOCUMENT));
                var out = new BufferedWriter(new OutputStreamWriter(file.stream(), StandardCharsets.UTF_8))) {
            JsonWriter.indent("  ").on(out).value(document).done();
            out.write("\n");
            out.flush();
            file.commit();
        }
    }

    private void writeRanking(InspectResult result) throws IOException {
        var columns = new ArrayList<>(List.of("id", "score", "rank"));
        for (int i = 1; i <= Evidence.SHOWN; i++) {
            columns.add("nearest_" + i);
            columns.add("similarity_" + i);
        }
        int[] order = result.ranking().order();
        CsvFile.write(
                path.resolve(RANKING),
                columns,
                IntStream.range(0, order.length).mapToObj(at -> cells(result, order[at], at + 1)));
    }

    private static List<Object> cells(InspectResult result, int row, int rank) {
        var cells =
                new ArrayList<Object>(List.of(result.id(row), result.ranking().score(row), rank));
        for (Evidence.Near near : result.ranking().evidence().of(row)) {
            cells.add(result.id(near.row()));
            cells.add(near.cosine());
        }
        while (cells.size() < 3 + 2 * Evidence.SHOWN) {
            cells.add("");
        }
        return cells;
    }
}
