// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;

/** Test data that may not be copied into the repository: tests that need it are skipped where it is missing. */
public final class SharedData {
    private SharedData() {}

    public static Path require(String path) {
        String shared = System.getenv("STRAY_SHARED");
        Path file = Path.of(shared == null ? "../../shared" : shared).resolve(path);
        assumeTrue(Files.exists(file), () -> file + " is missing");
        return file;
    }
}
