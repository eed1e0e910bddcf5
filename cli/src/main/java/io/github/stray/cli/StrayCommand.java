// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;

/** A command with the options that every command has; it gives its exit code. */
abstract class StrayCommand implements Callable<Integer> {
    @Mixin
    CommonOptions common = new CommonOptions();
}
