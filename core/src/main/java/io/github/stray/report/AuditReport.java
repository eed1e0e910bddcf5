// SPDX-License-Identifier: Apache-2.0
package io.github.stray.report;

import io.github.stray.provenance.Provenance;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;

/**
 * What an audit of a benchmark found. Any text may hold any characters; it is escaped where it is shown.
 *
 * @param title heading of the page
 * @param lead a sentence or two that say how it stands
 * @param command the command line that made it, empty if there was none
 * @param provenance versions, machine, time, inputs
 * @param setup what was looked at, names and values in the order to show
 * @param tiles the main figures
 * @param groups findings of one kind each
 * @param tables further figures
 * @param lists the samples of each set, from which the page makes cleaned lists; may be empty where they are too long
 */
public record AuditReport(
        String title,
        String lead,
        String command,
        Provenance provenance,
        SequencedMap<String, String> setup,
        List<Tile> tiles,
        List<Group> groups,
        List<Table> tables,
        List<Listed> lists) {
    /** Copies the lists. */
    public AuditReport {
        setup = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(setup));
        tiles = List.copyOf(tiles);
        groups = List.copyOf(groups);
        tables = List.copyOf(tables);
        lists = List.copyOf(lists);
    }

    /**
     * A figure.
     *
     * @param name what it is
     * @param value the figure
     * @param detail what it says
     */
    public record Tile(String name, String value, String detail) {}

    /**
     * Findings of one kind.
     *
     * @param id short name, letters and hyphens, of its own in the page
     * @param title heading
     * @param explanation what they are and how they were found
     * @param total how many were found, those not shown included
     * @param missing why there are none to look for, such as no labels; empty where they were looked for
     * @param findings those to show, the surest first
     */
    public record Group(
            String id, String title, String explanation, long total, Optional<String> missing, List<Finding> findings) {
        /** Copies the list. */
        public Group {
            findings = List.copyOf(findings);
        }
    }

    /**
     * A sample that something is the matter with.
     *
     * @param subject the sample
     * @param caption what the samples beside it are
     * @param besides samples to compare it with
     * @param facts figures by name, in the order to show
     * @param remove whether it is proposed to be taken out of its set
     */
    public record Finding(
            Sample subject, String caption, List<Sample> besides, SequencedMap<String, String> facts, boolean remove) {
        /** Copies list and map. */
        public Finding {
            besides = List.copyOf(besides);
            facts = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(facts));
        }
    }

    /**
     * A sample.
     *
     * @param set key of its set, such as {@code id} or {@code ood}
     * @param id its id there
     * @param label its class, empty where there is none
     */
    public record Sample(String set, String id, String label) {}

    /**
     * A table.
     *
     * @param id short name, letters and hyphens, of its own in the page
     * @param title heading
     * @param explanation what its figures mean
     * @param head column headings
     * @param rows cells; shown as numbers where they start with a digit
     */
    public record Table(String id, String title, String explanation, List<String> head, List<List<String>> rows) {
        /** Copies the lists. */
        public Table {
            head = List.copyOf(head);
            rows = rows.stream().map(List::copyOf).toList();
        }
    }

    /**
     * All samples of a set that no finding outside the page takes out.
     *
     * @param set its key
     * @param file name of the cleaned list file
     * @param first first line of that file
     * @param lines its other lines, one a sample, starting with the id and ending before or at the first tab
     */
    public record Listed(String set, String file, String first, List<String> lines) {
        /** Copies the list. */
        public Listed {
            lines = List.copyOf(lines);
        }
    }
}
