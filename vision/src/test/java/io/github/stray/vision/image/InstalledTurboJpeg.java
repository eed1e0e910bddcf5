// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.image;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.Optional;

/** The system's libjpeg-turbo: tests that need it are skipped where it is missing. */
final class InstalledTurboJpeg {
    private static final Optional<TurboJpeg> INSTALLED = TurboJpeg.installed();

    private InstalledTurboJpeg() {}

    static Optional<TurboJpeg> require() {
        assumeTrue(INSTALLED.isPresent(), "libturbojpeg is not installed");
        return INSTALLED;
    }
}
