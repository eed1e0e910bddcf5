// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.image.heif;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;

/** The libheif of this process, looked for once. */
final class HeifLibrary {
    /** As the flag names it. */
    private static final String MODULE =
            Objects.requireNonNullElse(LibHeif.class.getModule().getName(), "ALL-UNNAMED");

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

    /** Which files are read by what, in one line; without a library, or a decoder in it, that they are not. */
    static String described(boolean nativeAccess, Supplier<Optional<LibHeif>> installed) {
        var parts = new ArrayList<String>();
        for (Codec codec : Codec.values()) {
            try {
                parts.add("%s by %s"
                        .formatted(
                                codec.files,
                                choose(codec, nativeAccess, installed).description()));
            } catch (IOException notRead) {
                parts.add("%s not at all".formatted(codec.files));
            }
        }
        return String.join(", ", parts);
    }

    static String described() {
        return described(Found.NATIVE_ACCESS, () -> Found.LIBRARY);
    }

    /** Java prints a warning when native code is called without leave, so without leave the library is not even looked for. */
    static LibHeif choose(Codec codec, boolean nativeAccess, Supplier<Optional<LibHeif>> installed) throws IOException {
        if (!nativeAccess) {
            throw new IOException("%s files are read by libheif, and Java was started without --enable-native-access=%s"
                    .formatted(codec.files, MODULE));
        }
        Optional<LibHeif> library = installed.get();
        if (library.isEmpty()) {
            throw new IOException(
                    "%s files are read by libheif, which is not installed; Debian and Ubuntu: apt-get install libheif1 (and %s, where there is such a package); macOS: brew install libheif"
                            .formatted(codec.files, codec.plugin));
        }
        if (!library.get().decodes(codec)) {
            throw new IOException("%s files need a decoder that this %s lacks; Debian and Ubuntu: apt-get install %s"
                    .formatted(codec.files, library.get().description(), codec.plugin));
        }
        return library.get();
    }
}
