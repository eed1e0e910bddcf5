// SPDX-License-Identifier: Apache-2.0
package io.github.stray.provenance;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Digests by Python's hashlib: {@code sha256(b"a")}, {@code sha256((42).to_bytes(8, "big") + b"a")}. */
class HashOrderTest {
    private static final List<String> IDS = List.of("a", "b", "c", "d");

    private static List<String> ordered(HashOrder order, List<String> ids) {
        long[] ranks = order.ranks(ids);
        return ids.stream()
                .sorted((a, b) -> Long.compare(ranks[ids.indexOf(a)], ranks[ids.indexOf(b)]))
                .toList();
    }

    @Test
    void unsigned_idsAlone_firstBytesAsNumberWithoutSign() {
        assertThat(HashOrder.unsigned("").ranks(List.of("a", "b", "c")))
                .containsExactly(
                        0xca978112ca1bbdcaL ^ Long.MIN_VALUE,
                        0x3e23e8160039594aL ^ Long.MIN_VALUE,
                        0x2e7d2c03a9507ae2L ^ Long.MIN_VALUE);
        assertThat(ordered(HashOrder.unsigned(""), List.of("a", "b", "c"))).containsExactly("c", "b", "a");
    }

    @Test
    void unsigned_textBefore_isHashedFirst() {
        assertThat(HashOrder.unsigned("42:").ranks(List.of("a", "b")))
                .containsExactly(0x971344798d4f4ac7L ^ Long.MIN_VALUE, 0xc5a36c75553dcdc6L ^ Long.MIN_VALUE);
    }

    @Test
    void signed_seed_firstBytesAsNumberWithSign() {
        assertThat(HashOrder.signed(42).ranks(IDS))
                .containsExactly(0x9df4ae6380a3d2aeL, 0x4133d2bd7ac19009L, 0xf9dbee56dbd5f72aL, 0x98a50fefe6603adfL);
        assertThat(ordered(HashOrder.signed(42), IDS)).containsExactly("d", "a", "c", "b");
        assertThat(ordered(HashOrder.signed(-1), IDS)).containsExactly("d", "c", "b", "a");
    }

    @Test
    void rank_oneId_isThatOfAll() {
        for (HashOrder order : List.of(HashOrder.signed(7), HashOrder.unsigned("x"))) {
            assertThat(order.rank("b")).isEqualTo(order.ranks(IDS)[1]);
        }
    }
}
