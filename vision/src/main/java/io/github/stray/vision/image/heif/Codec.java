// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.image.heif;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;

/** What compresses a picture inside a HEIF file. */
enum Codec {
    HEVC("HEIC", "hvc1", "heic", "hvcC", 1, "libheif-plugin-libde265"),
    AV1("AVIF", "av01", "avif", "av1C", 4, "libheif-plugin-dav1d");

    /** What files with it are called. */
    final String files;

    /** Type of its items. */
    final String item;

    /** Brand of files that hold nothing else. */
    final String brand;

    /** Type of the box that configures its decoder. */
    final String configuration;

    /** Its number in libheif. */
    final int format;

    /** Debian's package of the decoder, since libheif has it apart. */
    final String plugin;

    Codec(String files, String item, String brand, String configuration, int format, String plugin) {
        this.files = files;
        this.item = item;
        this.brand = brand;
        this.configuration = configuration;
        this.format = format;
        this.plugin = plugin;
    }

    static Optional<Codec> of(HeifItem item) {
        return Arrays.stream(values())
                .filter(codec -> codec.item.equals(item.type()))
                .findFirst();
    }

    /** What the headers of a picture say. */
    CodedPicture picture(byte[] configurationBox, byte[] data) throws IOException {
        return switch (this) {
            case HEVC -> HevcHeader.of(configurationBox, data);
            case AV1 -> {
                var all = new ByteArrayOutputStream();
                if (configurationBox.length > 4) {
                    all.write(configurationBox, 4, configurationBox.length - 4);
                }
                all.writeBytes(data);
                yield Av1Header.of(all.toByteArray());
            }
        };
    }
}
