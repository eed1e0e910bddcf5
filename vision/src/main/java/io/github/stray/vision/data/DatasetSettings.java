// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.data;

import io.github.stray.store.StrayHome;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where datasets are kept, and whether a network may be asked.
 *
 * @param home Stray's home; need not exist
 * @param offline whether nothing may be fetched
 */
public record DatasetSettings(Path home, boolean offline) {
    /**
     * {@return the settings of this user: {@link StrayHome}; {@code stray.offline} or {@code STRAY_OFFLINE=1}}
     */
    public static DatasetSettings ofEnvironment() {
        @Nullable String offline = System.getProperty("stray.offline", System.getenv("STRAY_OFFLINE"));
        return new DatasetSettings(
                StrayHome.ofEnvironment(),
                offline != null && !offline.isBlank() && !offline.strip().equals("0"));
    }

    Path data() {
        return home.resolve("data");
    }
}
