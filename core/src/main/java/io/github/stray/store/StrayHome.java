// SPDX-License-Identifier: Apache-2.0
package io.github.stray.store;

import java.nio.file.Path;

/** The folder of a user's models, datasets and caches. */
public final class StrayHome {
    private StrayHome() {}

    /**
     * {@return the system property {@code stray.home}, else the environment's {@code STRAY_HOME}, else {@code
     * ~/.cache/stray}; need not exist}
     */
    public static Path ofEnvironment() {
        String home = System.getProperty("stray.home", System.getenv("STRAY_HOME"));
        return home == null || home.isBlank()
                ? Path.of(System.getProperty("user.home"), ".cache", "stray")
                : Path.of(home);
    }
}
