// SPDX-License-Identifier: Apache-2.0
package io.github.stray.store;

import static io.github.stray.store.JsonRow.row;
import static io.github.stray.store.JsonRow.rows;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JsonRowTest {
    @Test
    void rows_values_areARowEachInOrder() {
        assertThat(rows(List.of("b", "a"), name -> row("name", name)))
                .containsExactly(Map.of("name", "b"), Map.of("name", "a"));
        assertThat(rows(List.<String>of(), name -> row("name", name))).isEmpty();
    }
}
