// SPDX-License-Identifier: Apache-2.0
package io.github.stray.extract;

import io.github.stray.extract.FailedSample.Kind;
import java.io.IOException;

/** An image cannot be had, for a reason of a known kind; the message is one line for a person. */
public class SampleException extends IOException {
    private static final long serialVersionUID = 1L;

    private final Kind kind;

    /**
     * Of a kind.
     *
     * @param kind sort of reason
     * @param reason one line for a person
     */
    public SampleException(Kind kind, String reason) {
        super(reason);
        this.kind = kind;
    }

    /**
     * Of a kind, with what it was told by.
     *
     * @param kind sort of reason
     * @param reason one line for a person
     * @param cause what it was told by
     */
    public SampleException(Kind kind, String reason, Throwable cause) {
        super(reason, cause);
        this.kind = kind;
    }

    /** {@return the sort of reason} */
    public Kind kind() {
        return kind;
    }
}
