// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import java.nio.file.Path;
import java.util.function.Supplier;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A home of its own for each test, so that models added in one are not there in the next. */
final class FreshHome implements BeforeEachCallback, AfterEachCallback {
    private static final String PROPERTY = "stray.home";

    private final Supplier<Path> home;
    private String previous = "";

    FreshHome(Supplier<Path> home) {
        this.home = home;
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        previous = System.setProperty(PROPERTY, home.get().toString());
    }

    @Override
    public void afterEach(ExtensionContext context) {
        System.setProperty(PROPERTY, previous);
    }
}
