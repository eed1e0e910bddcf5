// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.review;

import io.github.stray.remedy.RefusedException;
import io.github.stray.remedy.Remedy;
import io.github.stray.store.OutputGuard;
import io.github.stray.vision.dataset.ImageInput;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Objects;
import java.util.function.Predicate;

/**
 * A folder that findings and lists are left in.
 *
 * @param path of the folder
 * @param document name of the file by which such a folder is known
 * @param what is left there, such as {@code audit}
 */
public record OutputFolder(Path path, String document, String what) {
    /**
     * Makes sure, before any work is done, that something about these inputs can be left here. Nothing is made yet.
     *
     * @param inputs of all sets
     * @param lists which files are lists that are written there
     * @param replace whether other files may lie there
     * @throws RefusedException if such files lie there
     * @throws IllegalArgumentException for the first input that a list file cannot name, or that is read from a list which
     *     is written in this folder; the message says why
     * @throws IOException if a file stands in the folder's place, it may not be written to, or a list cannot be read
     */
    public void require(Collection<String> inputs, Predicate<Path> lists, boolean replace) throws IOException {
        boolean ours = Files.isRegularFile(path.resolve(document));
        if (!replace && !ours && Files.isDirectory(path) && !OutputGuard.isEmpty(path)) {
            throw new RefusedException(
                    "%s is not empty and holds no %s; take another folder".formatted(path, what), Remedy.FORCE);
        }
        for (String input : inputs) {
            requireNameable(input, lists);
        }
        requireWritable();
    }

    private void requireWritable() throws IOException {
        Path nearest = path.toAbsolutePath();
        while (!Files.exists(nearest)) {
            nearest = Objects.requireNonNull(nearest.getParent(), "a root exists");
        }
        if (!Files.isDirectory(nearest)) {
            throw new FileAlreadyExistsException(nearest.toString());
        }
        if (!Files.isWritable(nearest)) {
            throw new AccessDeniedException(nearest.toString());
        }
    }

    private void requireNameable(String input, Predicate<Path> lists) throws IOException {
        if (input.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException(
                    "the input '%s' has a tab, line break or other control character in its name, which no list file can hold; rename it"
                            .formatted(input));
        }
        for (Path list : ImageInput.lists(input)) {
            Path parent = list.toRealPath().getParent();
            if (lists.test(list) && Files.isDirectory(path) && path.toRealPath().equals(parent)) {
                throw new IllegalArgumentException(
                        "the input %s is read from %s, which this %s would overwrite; take another folder"
                                .formatted(input, list, what));
            }
        }
    }
}
