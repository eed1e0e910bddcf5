// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

/** Exit codes of the contract. */
final class ExitCode {
    static final int DONE = 0;
    static final int FAILED = 1;
    static final int USAGE = 2;
    static final int ENVIRONMENT = 3;

    private ExitCode() {}
}
