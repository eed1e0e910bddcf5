// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import io.github.stray.report.AuditReport;
import io.github.stray.report.AuditReport.Sample;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * A sample that something is the matter with.
 *
 * @param kind what
 * @param subject the sample
 * @param besides samples to compare it with, the most telling first
 * @param figures what was measured, by the names of the document
 * @param facts the same for a reader
 * @param remove whether it is taken out unless someone decides otherwise
 */
record AuditFinding(
        Kind kind,
        Sample subject,
        List<Sample> besides,
        SequencedMap<String, Object> figures,
        SequencedMap<String, String> facts,
        boolean remove) {

    /** What may be the matter. */
    enum Kind {
        EXACT("exact-duplicates", "exact_duplicates", "the same pixels"),
        NEAR("near-duplicates", "near_duplicates", "almost the same picture"),
        CONTENT("id-content", "id_content", "nearest ID training images"),
        LABEL("label-noise", "label_noise", "");

        private final String id;
        private final String key;
        private final String caption;

        Kind(String id, String key, String caption) {
            this.id = id;
            this.key = key;
            this.caption = caption;
        }

        /** For pages and lists of decisions. */
        String id() {
            return id;
        }

        /** For the document. */
        String key() {
            return key;
        }
    }

    AuditReport.Finding shown() {
        return new AuditReport.Finding(subject, kind.caption, besides, facts, remove);
    }

    Map<String, Object> document() {
        var row = new LinkedHashMap<String, Object>(named(subject));
        row.putAll(figures);
        if (!besides.isEmpty()) {
            row.put("beside", besides.stream().map(AuditFinding::named).toList());
        }
        row.put("proposal", remove ? "remove" : "keep");
        return row;
    }

    private static Map<String, Object> named(Sample sample) {
        var row = new LinkedHashMap<String, Object>();
        row.put("set", sample.set());
        row.put("id", sample.id());
        if (!sample.label().isEmpty()) {
            row.put("label", sample.label());
        }
        return row;
    }
}
