// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.image.heif;

import java.io.IOException;
import java.util.Optional;
import java.util.function.Supplier;

/** The libheif of this process, looked for once. */
final class HeifLibrary {
    private HeifLibrary() {}

    /** Looked for when the first file needs it. */
    private static final class Found {
        private static final boolean NATIVE_ACCESS = LibHeif.class.getModule().isNativeAccessEnabled();
        private static final Optional<LibHeif> LIBRARY =
                NATIVE_ACCESS ? LibHeif.installed(LibHeif.NAMES) : Optional.empty();
    }

    /** The library, with a decoder for this codec; refused, in one line for a user, where there is none. */
    static LibHeif with(Codec codec) throws IOException {
        return choose(codec, Found.NATIVE_ACCESS, () -> Found.LIBRARY);
    }

    /** Java prints a warning when native code is called without leave, so without leave the library is not even looked for. */
    static LibHeif choose(Codec codec, boolean nativeAccess, Supplier<Optional<LibHeif>> installed) throws IOException {
        String files = codec == Codec.HEVC ? "HEIC" : "AVIF";
        if (!nativeAccess) {
            throw new IOException(
                    "%s files are read by libheif, and Java was started without --enable-native-access=ALL-UNNAMED"
                            .formatted(files));
        }
        Optional<LibHeif> library = installed.get();
        if (library.isEmpty()) {
            throw new IOException(
                    "%s files are read by libheif, which is not installed; Debian and Ubuntu: apt-get install libheif1 (and %s, where there is such a package); macOS: brew install libheif"
                            .formatted(files, codec.plugin));
        }
        if (!library.get().decodes(codec)) {
            throw new IOException("%s files need a decoder that this %s lacks; Debian and Ubuntu: apt-get install %s"
                    .formatted(files, library.get().description(), codec.plugin));
        }
        return library.get();
    }
}
