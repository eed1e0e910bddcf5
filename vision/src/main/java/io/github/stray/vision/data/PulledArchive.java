// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.data;

import static io.github.stray.store.JsonRow.row;

import java.util.Map;

/**
 * An archive that a dataset was unpacked from.
 *
 * @param file its name
 * @param source address or path it came from
 * @param bytes its length
 * @param sha256 its SHA-256, in lower-case hexadecimal
 * @param checked whether a checksum was known and agreed
 */
public record PulledArchive(String file, String source, long bytes, String sha256, boolean checked) {
    /** {@return the same as a JSON object} */
    public Map<String, Object> document() {
        return row(
                "file", file,
                "source", source,
                "bytes", bytes,
                "sha256", sha256,
                "checked", checked);
    }
}
