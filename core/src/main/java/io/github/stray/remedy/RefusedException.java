// SPDX-License-Identifier: Apache-2.0
package io.github.stray.remedy;

/** An argument was refused, and it is known what would help. */
public final class RefusedException extends IllegalArgumentException implements Remedied {
    private static final long serialVersionUID = 1;

    private final Remedy remedy;
    private final String about;

    /**
     * A refusal.
     *
     * @param message what was given and what was expected, without the remedy
     * @param remedy what would help
     */
    public RefusedException(String message, Remedy remedy) {
        this(message, remedy, "");
    }

    /**
     * A refusal whose remedy speaks of something by name.
     *
     * @param message what was given and what was expected, without the remedy
     * @param remedy what would help
     * @param about the name, such as that of a layer
     */
    public RefusedException(String message, Remedy remedy, String about) {
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
