// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.data;

import java.nio.file.Path;
import java.util.List;

/**
 * A dataset that is here.
 *
 * @param entry what the catalogue said when it was pulled
 * @param folder where its files lie: in Stray's home, or where the user keeps it
 * @param given whether the user gave the folder
 * @param files how many files were unpacked; 0 if given
 * @param bytes their length in all
 * @param archives what they were unpacked from
 * @param notes what was not as the catalogue says
 */
public record InstalledDataset(
        DatasetEntry entry,
        Path folder,
        boolean given,
        long files,
        long bytes,
        List<PulledArchive> archives,
        List<String> notes) {
    /** Copies the lists. */
    public InstalledDataset {
        archives = List.copyOf(archives);
        notes = List.copyOf(notes);
    }
}
