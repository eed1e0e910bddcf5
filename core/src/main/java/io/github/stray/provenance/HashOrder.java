// SPDX-License-Identifier: Apache-2.0
package io.github.stray.provenance;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;

/**
 * An order of samples by a hash of their ids. The first samples in it are a choice that depends neither on chance nor on the
 * order in which the samples came. Immutable and safe for concurrent use.
 *
 * <p>The hash is the first eight bytes of a SHA-256, big-endian. There are two orders, and files depend on both: one reads
 * these bytes as a number without sign, the other as a number with sign. They take different samples.
 */
public final class HashOrder {
    private final byte[] before;
    private final long flipped;

    private HashOrder(byte[] before, long flipped) {
        this.before = before;
        this.flipped = flipped;
    }

    /**
     * {@return the order by the hash without sign of a text and the id, in UTF-8}
     *
     * @param before the text, perhaps empty
     */
    public static HashOrder unsigned(String before) {
        return new HashOrder(before.getBytes(StandardCharsets.UTF_8), Long.MIN_VALUE);
    }

    /**
     * {@return the order by the hash with sign of a seed, eight bytes, big-endian, and the id in UTF-8}
     *
     * @param seed any number
     */
    public static HashOrder signed(long seed) {
        return new HashOrder(ByteBuffer.allocate(Long.BYTES).putLong(seed).array(), 0);
    }

    /**
     * {@return where a sample stands: the smaller, the earlier} Two ids share a rank only if 64 bits of their hashes
     * agree.
     *
     * @param id its id
     */
    public long rank(String id) {
        return rank(Sha256.digest(), id);
    }

    /**
     * {@return where samples stand: {@link #rank} of each}
     *
     * @param ids their ids
     */
    public long[] ranks(List<String> ids) {
        MessageDigest sha256 = Sha256.digest();
        long[] ranks = new long[ids.size()];
        for (int i = 0; i < ranks.length; i++) {
            ranks[i] = rank(sha256, ids.get(i));
        }
        return ranks;
    }

    private long rank(MessageDigest sha256, String id) {
        sha256.update(before);
        return ByteBuffer.wrap(sha256.digest(id.getBytes(StandardCharsets.UTF_8)))
                        .getLong()
                ^ flipped;
    }
}
