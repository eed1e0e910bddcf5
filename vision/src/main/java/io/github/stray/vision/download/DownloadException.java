// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.download;

import io.github.stray.remedy.Remedied;
import io.github.stray.remedy.Remedy;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Whoever was asked did not give what it should: wrong bytes, a listing that cannot be read. No message holds an access
 * token, nor the query of an address, which may be signed.
 */
public class DownloadException extends IOException implements Remedied {
    private static final long serialVersionUID = 1L;

    private final Remedy remedy;
    private final String about;

    /**
     * A failure.
     *
     * @param message one line for a user
     */
    public DownloadException(String message) {
        this(message, Remedy.NONE, "");
    }

    /**
     * A failure with its cause.
     *
     * @param message one line for a user
     * @param cause what happened below
     */
    public DownloadException(String message, @Nullable Throwable cause) {
        super(message, cause);
        this.remedy = Remedy.NONE;
        this.about = "";
    }

    /**
     * A failure of which it is known what would help.
     *
     * @param message one line for a user, without the remedy
     * @param remedy what would help
     * @param about the name that the remedy speaks of; empty if it needs none
     */
    public DownloadException(String message, Remedy remedy, String about) {
        super(message);
        this.remedy = remedy;
        this.about = about;
    }

    @Override
    public Remedy remedy() {
        return remedy;
    }

    @Override
    public String about() {
        return about;
    }
}
