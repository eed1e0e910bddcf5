// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.cache;

import java.io.IOException;

/** The cache itself cannot be written, so that going on makes no sense: a full disk, a missing permission. */
public final class CacheFailedException extends IOException {
    private static final long serialVersionUID = 1L;

    CacheFailedException(IOException cause) {
        super(
                "the cache of features cannot be written, so the study stops here; what is finished is kept. "
                        + cause.getMessage(),
                cause);
    }
}
