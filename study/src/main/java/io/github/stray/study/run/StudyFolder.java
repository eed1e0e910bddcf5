// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.run;

import io.github.stray.remedy.RefusedException;
import io.github.stray.remedy.Remedy;
import io.github.stray.store.AtomicFile;
import io.github.stray.store.OutputGuard;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** The folder that a study is run in: a mark says of which suite it is, so that only that suite goes on in it. */
public final class StudyFolder {
    private static final String MARK = "study.txt";

    private StudyFolder() {}

    /**
     * Takes a folder that is new, empty, or holds a study of the suite.
     *
     * @param folder made if absent
     * @param suite name of the suite
     * @param force whether to take it whatever it holds
     * @return the folder for finished work in it, which exists
     * @throws RefusedException if it holds the study of another suite or anything else
     * @throws IOException if it cannot be read or written
     */
    public static Path claim(Path folder, String suite, boolean force) throws IOException {
        Path mark = folder.resolve(MARK);
        String line = "stray study %s%n".formatted(suite);
        if (Files.isRegularFile(mark)) {
            if (!force && !Arrays.equals(Files.readAllBytes(mark), line.getBytes(StandardCharsets.UTF_8))) {
                throw new RefusedException(
                        "%s holds the study of another suite; take another folder".formatted(folder), Remedy.FORCE);
            }
        } else if (!force && Files.exists(folder) && !OutputGuard.isEmpty(folder)) {
            throw new RefusedException(
                    "%s is not empty and holds no study; take another folder".formatted(folder), Remedy.FORCE);
        }
        Path cells = Files.createDirectories(folder.resolve("cells"));
        AtomicFile.removeLeft(cells);
        AtomicFile.write(mark, line);
        return cells;
    }
}
