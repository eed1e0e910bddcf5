// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.image.heif;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;

/** What a file says it is, in its first box. */
public enum Brand {
    /** HEVC pictures, or a container of pictures that says no more. */
    HEIC,
    /** AV1 pictures. */
    AVIF;

    private static final Set<String> OF_AV1 = Set.of("avif", "avis");
    private static final Set<String> OF_HEVC = Set.of("heic", "heix", "heim", "heis", "hevc", "hevx", "hevm", "hevs");
    private static final Set<String> OF_ANY = Set.of("mif1", "mif2", "msf1", "miaf");

    /**
     * {@return the brand; empty where the file is no ISO media file, or another one, such as a film}
     *
     * @param file all bytes of the file
     */
    public static Optional<Brand> of(byte[] file) {
        if (file.length < 16 || !"ftyp".equals(fourCharacters(file, 4))) {
            return Optional.empty();
        }
        long size = ByteBuffer.wrap(file).getInt(0) & 0xFFFFFFFFL;
        String major = fourCharacters(file, 8);
        if (OF_AV1.contains(major)) {
            return Optional.of(AVIF);
        }
        if (OF_HEVC.contains(major)) {
            return Optional.of(HEIC);
        }
        var all = new LinkedHashSet<String>();
        all.add(major);
        for (int at = 16; at + 4 <= Math.min(size, Math.min(file.length, 1024)); at += 4) {
            all.add(fourCharacters(file, at));
        }
        if (all.stream().anyMatch(OF_HEVC::contains)) {
            return Optional.of(HEIC);
        }
        if (all.stream().anyMatch(OF_AV1::contains)) {
            return Optional.of(AVIF);
        }
        return OF_ANY.contains(major) ? Optional.of(HEIC) : Optional.empty();
    }

    /** Four characters of a file; what is not printable is {@code ?}, so that messages may quote them. */
    static String fourCharacters(byte[] file, int at) {
        return new String(file, at, 4, StandardCharsets.ISO_8859_1).replaceAll("[^ -~]", "?");
    }
}
