// SPDX-License-Identifier: Apache-2.0
package io.github.stray.provenance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ProvenanceTest {
    private static Map<String, String> ordered(String... names) {
        var entries = new LinkedHashMap<String, String>();
        for (String name : names) {
            entries.put(name, name.toUpperCase(java.util.Locale.ROOT));
        }
        return entries;
    }

    @Test
    void now_inputsInOrder_keepIt() {
        assertThat(Provenance.now(ordered("b", "c", "a")).entries().keySet())
                .containsExactly("stray", "java", "os", "arch", "created", "b", "c", "a");
    }

    @Test
    void now_inputsWithoutOrder_byName() {
        assertThat(Provenance.now(Map.of("b", "1", "c", "2", "a", "3", "d", "4"))
                        .entries()
                        .keySet())
                .containsExactly("stray", "java", "os", "arch", "created", "a", "b", "c", "d");
    }

    @Test
    void and_more_comesLast() {
        Provenance first = new Provenance(ordered("z", "a"));
        assertThat(first.and(ordered("y", "b")).entries().keySet()).containsExactly("z", "a", "y", "b");
        assertThat(first.and(Map.of("y", "1", "b", "2", "c", "3")).entries().keySet())
                .containsExactly("z", "a", "b", "c", "y");
        assertThat(first.and(first.entries())).isEqualTo(first);
    }
}
