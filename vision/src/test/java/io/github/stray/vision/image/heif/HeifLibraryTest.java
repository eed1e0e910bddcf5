// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.image.heif;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HeifLibraryTest {
    @Test
    void choose_installed_isTheLibrary() throws IOException {
        LibHeif library = HeifCases.requireLibrary();
        for (Codec codec : Codec.values()) {
            assertThat(HeifLibrary.choose(codec, true, () -> Optional.of(library)))
                    .isSameAs(library);
        }
        assertThat(library.description()).matches("libheif 1\\.\\d+\\.\\d+ \\(.*heif.*\\)");
    }

    @Test
    void installed_noSuchLibrary_isEmptyAndNamesThePackage() {
        Optional<LibHeif> none = LibHeif.installed(List.of("libheif-that-is-not-there.so.1"));
        assertThat(none).isEmpty();
        assertThatThrownBy(() -> HeifLibrary.choose(Codec.HEVC, true, () -> none))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("HEIC files are read by libheif, which is not installed")
                .hasMessageContaining("apt-get install libheif1")
                .hasMessageContaining("libheif-plugin-libde265");
        assertThatThrownBy(() -> HeifLibrary.choose(Codec.AV1, true, () -> none))
                .hasMessageStartingWith("AVIF files are read by libheif")
                .hasMessageContaining("libheif-plugin-dav1d");
    }

    @Test
    void described_tellsWhichFilesAreRead() {
        LibHeif library = HeifCases.requireLibrary();
        assertThat(HeifLibrary.described(true, () -> Optional.of(library)))
                .isEqualTo("HEIC by %s, AVIF by %s".formatted(library.description(), library.description()));
        assertThat(HeifLibrary.described(true, Optional::empty)).isEqualTo("HEIC not at all, AVIF not at all");
        assertThat(HeifLibrary.described(false, () -> Optional.of(library)))
                .isEqualTo("HEIC not at all, AVIF not at all");
    }

    @Test
    void choose_withoutNativeAccess_looksForNothing() {
        assertThatThrownBy(() -> HeifLibrary.choose(Codec.HEVC, false, () -> {
                    throw new AssertionError("looked for the library");
                }))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("--enable-native-access=ALL-UNNAMED");
    }
}
