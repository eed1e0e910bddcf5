// SPDX-License-Identifier: Apache-2.0
package io.github.stray.provenance;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;

/**
 * What made a file: versions, machine, time, and whatever inputs the maker names. Results may differ in the last bits
 * between machines, because {@code Math} and vector widths may.
 *
 * @param entries name to value, in a stable order
 * @param before what was made of which file before this, oldest first: entries as these, and {@code sha256}, the digest of the
 *     file that they were written to; empty for what was made from the start
 */
public record Provenance(Map<String, String> entries, List<Map<String, String>> before) {
    /** The entry of {@link #before} that holds a digest. */
    public static final String SHA256 = "sha256";

    /** Keeps the orders. */
    public Provenance {
        entries = kept(entries);
        before = before.stream().map(Provenance::kept).toList();
    }

    /**
     * What was made from the start.
     *
     * @param entries name to value, in a stable order
     */
    public Provenance(Map<String, String> entries) {
        this(entries, List.of());
    }

    private static Map<String, String> kept(Map<String, String> entries) {
        return Collections.unmodifiableSequencedMap(new LinkedHashMap<>(entries));
    }

    /**
     * Provenance of work done now in this process.
     *
     * @param inputs what the work started from, such as the command and the datasets' fingerprints; in their order, or by
     *     name where the map has none
     * @return version, Java, operating system, processor, time, then the inputs
     */
    public static Provenance now(Map<String, String> inputs) {
        var entries = new LinkedHashMap<String, String>();
        entries.put("stray", version());
        entries.put("java", Runtime.version().toString());
        entries.put("os", System.getProperty("os.name", "unknown"));
        entries.put("arch", System.getProperty("os.arch", "unknown"));
        entries.put("created", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        entries.putAll(ordered(inputs));
        return new Provenance(entries);
    }

    /**
     * {@return the same provenance and more}
     *
     * @param more entries to add or replace; in their order, or by name where the map has none
     */
    public Provenance and(Map<String, String> more) {
        var all = new LinkedHashMap<>(entries);
        all.putAll(ordered(more));
        return new Provenance(all, before);
    }

    /**
     * {@return these entries, as the next step after another file}
     *
     * @param parent where that file comes from
     * @param sha256 its digest, 64 hexadecimal digits
     */
    public Provenance after(Provenance parent, String sha256) {
        var step = new LinkedHashMap<>(parent.entries);
        step.put(SHA256, sha256);
        var chain = new ArrayList<>(parent.before);
        chain.add(step);
        return new Provenance(entries, chain);
    }

    /** The order of {@code Map.of} and of hash maps may differ between two runs, and files would differ with it. */
    private static Map<String, String> ordered(Map<String, String> entries) {
        return entries instanceof SequencedMap ? entries : new TreeMap<>(entries);
    }

    /** {@return the release of Stray, or {@code development} when run from classes} */
    public static String version() {
        Module module = Provenance.class.getModule();
        Optional<String> version = module.isNamed()
                ? module.getDescriptor().rawVersion()
                : Optional.ofNullable(Provenance.class.getPackage().getImplementationVersion());
        return version.orElse("development");
    }
}
