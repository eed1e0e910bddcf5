// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.image;

import java.io.IOException;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What decodes JPEG files in this process, chosen once: libjpeg-turbo where it is installed and Java may call native code,
 * else ImageIO. The system property {@code stray.jpeg}, or the environment variable {@code STRAY_JPEG}, set to
 * {@code imageio} or {@code turbo}, forces one.
 *
 * @param turbo libjpeg-turbo, where it is used
 * @param description what is used, and if that is not libjpeg-turbo, why not
 */
record JpegLibrary(Optional<TurboJpeg> turbo, String description) {
    static final String PROPERTY = "stray.jpeg";
    static final String VARIABLE = "STRAY_JPEG";

    /** Chosen when the first JPEG file is decoded. */
    private static final class Chosen {
        /** As the flag names it. */
        private static final String MODULE =
                Objects.requireNonNullElse(TurboJpeg.class.getModule().getName(), "ALL-UNNAMED");

        private static final @Nullable JpegLibrary LIBRARY;
        private static final String PROBLEM;

        static {
            JpegLibrary library = null;
            String problem = "";
            try {
                library = choose(
                        Optional.ofNullable(System.getProperty(PROPERTY))
                                .or(() -> Optional.ofNullable(System.getenv(VARIABLE))),
                        TurboJpeg.class.getModule().isNativeAccessEnabled(),
                        TurboJpeg::installed);
            } catch (IOException e) {
                problem = String.valueOf(e.getMessage());
            }
            LIBRARY = library;
            PROBLEM = problem;
        }
    }

    /** The library in use; refused, in one line for a user, if the one that is forced is unknown or cannot be used. */
    static JpegLibrary current() throws IOException {
        JpegLibrary library = Chosen.LIBRARY;
        if (library == null) {
            throw new IOException(Chosen.PROBLEM);
        }
        return library;
    }

    /** Java prints a warning when native code is called without leave, so without leave the library is not even looked for. */
    static JpegLibrary choose(Optional<String> forced, boolean nativeAccess, Supplier<Optional<TurboJpeg>> installed)
            throws IOException {
        String wanted = forced.orElse("");
        if (wanted.equals("imageio")) {
            return imageIo("asked for by %s or -D%s".formatted(VARIABLE, PROPERTY));
        }
        if (!wanted.isEmpty() && !wanted.equals("turbo")) {
            throw new IOException(
                    "%s (or -D%s) is '%s', expected turbo or imageio".formatted(VARIABLE, PROPERTY, wanted));
        }
        Optional<TurboJpeg> turbo = nativeAccess ? installed.get() : Optional.empty();
        if (turbo.isPresent()) {
            return new JpegLibrary(
                    turbo, "libjpeg-turbo (%s)".formatted(turbo.get().name()));
        }
        String reason = nativeAccess
                ? "libturbojpeg is not installed"
                : "Java was started without --enable-native-access=" + Chosen.MODULE;
        if (!wanted.isEmpty()) {
            throw new IOException("%s (or -D%s) is turbo, but %s".formatted(VARIABLE, PROPERTY, reason));
        }
        return imageIo(reason);
    }

    private static JpegLibrary imageIo(String reason) {
        return new JpegLibrary(Optional.empty(), "ImageIO (%s)".formatted(reason));
    }
}
