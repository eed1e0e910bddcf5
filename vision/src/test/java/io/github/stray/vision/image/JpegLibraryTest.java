// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class JpegLibraryTest {
    private static Optional<TurboJpeg> notAsked() {
        throw new AssertionError("looked for the library");
    }

    @Test
    void choose_installed_isTurbo() throws Exception {
        Optional<TurboJpeg> installed = InstalledTurboJpeg.require();
        for (Optional<String> forced : List.of(Optional.<String>empty(), Optional.of("turbo"))) {
            JpegLibrary library = JpegLibrary.choose(forced, true, () -> installed);
            assertThat(library.turbo()).isEqualTo(installed);
            assertThat(library.description()).startsWith("libjpeg-turbo (").contains("turbojpeg");
        }
    }

    @Test
    void choose_notInstalled_isImageIoAndSaysWhy() throws Exception {
        JpegLibrary library = JpegLibrary.choose(Optional.empty(), true, Optional::empty);
        assertThat(library.turbo()).isEmpty();
        assertThat(library.description()).isEqualTo("ImageIO (libturbojpeg is not installed)");
    }

    @Test
    void choose_withoutNativeAccess_isImageIoAndLooksForNothing() throws Exception {
        JpegLibrary library = JpegLibrary.choose(Optional.empty(), false, JpegLibraryTest::notAsked);
        assertThat(library.turbo()).isEmpty();
        assertThat(library.description())
                .isEqualTo("ImageIO (Java was started without --enable-native-access=ALL-UNNAMED)");
    }

    @Test
    void choose_switchedOff_looksForNothing() throws Exception {
        JpegLibrary library = JpegLibrary.choose(Optional.of("imageio"), true, JpegLibraryTest::notAsked);
        assertThat(library.turbo()).isEmpty();
        assertThat(library.description()).isEqualTo("ImageIO (asked for by STRAY_JPEG or -Dstray.jpeg)");
    }

    @Test
    void choose_forcedButUnusable_isRefused() {
        assertThatThrownBy(() -> JpegLibrary.choose(Optional.of("turbo"), true, Optional::empty))
                .isInstanceOf(IOException.class)
                .hasMessage("STRAY_JPEG (or -Dstray.jpeg) is turbo, but libturbojpeg is not installed");
        assertThatThrownBy(() -> JpegLibrary.choose(Optional.of("turbo"), false, JpegLibraryTest::notAsked))
                .hasMessageContaining("--enable-native-access=ALL-UNNAMED");
    }

    @Test
    void choose_unknownName_isRefused() {
        assertThatThrownBy(() -> JpegLibrary.choose(Optional.of("libjpeg"), true, JpegLibraryTest::notAsked))
                .isInstanceOf(IOException.class)
                .hasMessage("STRAY_JPEG (or -Dstray.jpeg) is 'libjpeg', expected turbo or imageio");
    }
}
