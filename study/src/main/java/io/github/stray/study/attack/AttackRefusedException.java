// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.attack;

/** An attack lacks something that its caller can give. The message says what. */
public final class AttackRefusedException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private final Lacking lacking;

    /** What is lacking. */
    public enum Lacking {
        /** Names of the ID classes, for a detector that reads language. */
        CLASS_NAMES,
        /** A linear head, for a detector that needs one. */
        HEAD,
        /** A detector that takes the head that was given. */
        DETECTOR_WITH_HEAD,
        /** ID test images. */
        TEST_IMAGES,
        /** A folder that may be written to. */
        FOLDER
    }

    AttackRefusedException(Lacking lacking, String message) {
        super(message);
        this.lacking = lacking;
    }

    /**
     * What is lacking.
     *
     * @return what to give
     */
    public Lacking lacking() {
        return lacking;
    }
}
