// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.audit;

import com.grack.nanojson.JsonWriter;
import io.github.stray.provenance.Provenance;
import io.github.stray.remedy.RefusedException;
import io.github.stray.remedy.Remedy;
import io.github.stray.store.AtomicFile;
import io.github.stray.study.review.OutputFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The folder that an audit leaves everything in: {@code audit.json}, {@code report.html}, {@code clean-SET.tsv}.
 *
 * @param path of the folder
 */
public record AuditFolder(Path path) {
    /** The page to look at. */
    public static final String PAGE = "report.html";

    static final String DOCUMENT = "audit.json";

    /**
     * Makes sure, before any work is done, that an audit of these inputs can be left here. Nothing is made yet.
     *
     * @param inputs of all sets
     * @param replace whether files may lie there that no audit has left
     * @throws RefusedException if such files lie there
     * @throws IllegalArgumentException for the first input that a list file cannot name, or that is read from a list which
     *     an audit in this folder writes; the message says why
     * @throws IOException if a file stands in the folder's place, it may not be written to, or a list cannot be read
     */
    public void require(Collection<String> inputs, boolean replace) throws IOException {
        new OutputFolder(path, DOCUMENT, "audit").require(inputs, CleanLists::isOne, replace);
    }

    /**
     * Writes everything. Lists of an earlier audit go; whatever else lies in the folder stays.
     *
     * @param result what was found
     * @param command the command line that asked for it, empty if there was none
     * @param remedies how a user of the program does what would help, the end of a clause; empty where the clause says all
     * @return the document, as {@code audit.json} holds it
     * @throws IOException if a file cannot be written, or an image to show not be read any more
     */
    public Map<String, Object> write(AuditResult result, String command, Function<Remedy, String> remedies)
            throws IOException {
        Files.createDirectories(path);
        if (Files.isRegularFile(document())) {
            removeLists();
        }
        for (AuditSet set : result.sets()) {
            result.clean(set).write(path);
        }
        Provenance provenance = Provenance.now(Map.of("command", command));
        Map<String, Object> document =
                AuditJson.document(result, path.resolve(PAGE).toString(), provenance, remedies);
        AtomicFile.write(
                document(), JsonWriter.indent("  ").string().value(document).done() + "\n");
        AtomicFile.write(path.resolve(PAGE), AuditPage.render(result, command, provenance, remedies));
        return document;
    }

    /**
     * Writes the cleaned lists anew, as someone decided. A line a decision, {@code kind TAB set TAB id TAB remove|keep},
     * after the first line {@code #stray-audit-decisions TAB 1}; a finding without a line keeps its proposal.
     *
     * @param decisions the file
     * @return the lists that were written
     * @throws IllegalArgumentException if there is no audit, its images have changed, or a line cannot be understood
     * @throws IOException if a file cannot be read or written
     */
    public List<AuditResult.Cleaned> decide(Path decisions) throws IOException {
        return AuditDecisions.apply(document(), decisions);
    }

    private Path document() {
        return path.resolve(DOCUMENT);
    }

    private void removeLists() throws IOException {
        List<Path> earlier;
        try (Stream<Path> files = Files.list(path)) {
            earlier = files.filter(CleanLists::isOne).toList();
        }
        for (Path file : earlier) {
            Files.delete(file);
        }
    }
}
