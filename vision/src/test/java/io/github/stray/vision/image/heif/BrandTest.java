// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.image.heif;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BrandTest {
    @ParameterizedTest
    @CsvSource({
        "heic, mif1heic, HEIC",
        "hevc, mif1hevcheic, HEIC",
        "avif, mif1avif, AVIF",
        "avis, avifavismsf1, AVIF",
        "mif1, mif1avifmiaf, AVIF",
        "mif1, mif1heic, HEIC",
        "mif1, mif1, HEIC",
        "isom, isomheic, HEIC",
    })
    void of_files(String major, String compatible, Brand brand) {
        assertThat(Brand.of(file(major, compatible))).contains(brand);
    }

    @ParameterizedTest
    @CsvSource({"qt, qt", "mp42, isommp42", "crx, crx isom"})
    void of_films_isNone(String major, String compatible) {
        assertThat(Brand.of(file(major, compatible))).isEmpty();
    }

    @Test
    void of_brandsBehindTheFirstBox_areNotLookedAt() {
        byte[] file = file("isom", "isomheic");
        ByteBuffer.wrap(file).putInt(0, 20);
        assertThat(Brand.of(file)).isEmpty();
        assertThat(Brand.of(new byte[3])).isEmpty();
    }

    private static byte[] file(String major, String compatible) {
        byte[] brands = compatible.getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(64)
                .putInt(16 + brands.length)
                .put("ftyp".getBytes(StandardCharsets.US_ASCII))
                .put("%-4s".formatted(major).getBytes(StandardCharsets.US_ASCII))
                .putInt(0)
                .put(brands)
                .array();
    }
}
