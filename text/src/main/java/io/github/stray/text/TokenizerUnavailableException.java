// SPDX-License-Identifier: Apache-2.0
package io.github.stray.text;

import java.io.IOException;
import java.io.Serial;

/** The tokenizer library or its native part cannot be loaded on this machine. */
public final class TokenizerUnavailableException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    TokenizerUnavailableException(Throwable cause) {
        super(
                "the tokenizer library cannot be loaded (%s): text needs ai.djl.huggingface:tokenizers on the class path, its native part for this platform, and a folder to unpack it to (STRAY_HOME)"
                        .formatted(cause instanceof IOException ? cause.getMessage() : cause),
                cause);
    }
}
