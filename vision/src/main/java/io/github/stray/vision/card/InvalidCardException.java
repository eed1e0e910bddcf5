// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.card;

import io.github.stray.remedy.Remedied;
import io.github.stray.remedy.Remedy;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A card ({@code extractor.json}) cannot be used. The message names the file and the key. */
public final class InvalidCardException extends IOException implements Remedied {
    private static final long serialVersionUID = 1L;

    private final Remedy remedy;
    private final String about;

    /**
     * A refusal.
     *
     * @param message names the file and the key
     */
    public InvalidCardException(String message) {
        this(message, Remedy.NONE);
    }

    /**
     * A refusal of which it is known what would help.
     *
     * @param message names the file and the key
     * @param remedy what would help
     */
    public InvalidCardException(String message, Remedy remedy) {
        this(message, remedy, "");
    }

    /**
     * A refusal whose remedy speaks of something by name.
     *
     * @param message names the file and the key
     * @param remedy what would help
     * @param about the name, such as that of a layer
     */
    public InvalidCardException(String message, Remedy remedy, String about) {
        super(message);
        this.remedy = remedy;
        this.about = about;
    }

    /**
     * A refusal with its cause.
     *
     * @param message names the file and the key
     * @param cause what went wrong
     */
    public InvalidCardException(String message, @Nullable Throwable cause) {
        super(message, cause);
        this.remedy = Remedy.NONE;
        this.about = "";
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
