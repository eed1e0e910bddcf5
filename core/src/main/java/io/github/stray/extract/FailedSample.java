// SPDX-License-Identifier: Apache-2.0
package io.github.stray.extract;

import java.io.IOException;

/**
 * A sample that could not be read.
 *
 * @param id sample id
 * @param reason one line for a person
 * @param kind what sort of reason it is, for a program
 */
public record FailedSample(String id, String reason, Kind kind) implements Checked {
    /** Sorts of reasons, told apart by what a program would answer. */
    public enum Kind {
        /** The bytes are no image of a format that is read. */
        NOT_AN_IMAGE,

        /** It is such an image, cut off or spoilt. */
        DAMAGED,

        /** It has more pixels or bytes than are allowed, or decoding it would take too long. */
        TOO_LARGE,

        /** There was not memory enough to decode it just then. */
        NO_MEMORY,

        /**
         * All else: the bytes cannot be had, the image is of a variant that is not read, or the network makes no numbers of
         * it.
         */
        UNREADABLE
    }

    /**
     * Of no kind that is known: {@link Kind#UNREADABLE}.
     *
     * @param id sample id
     * @param reason one line for a person
     */
    public FailedSample(String id, String reason) {
        this(id, reason, Kind.UNREADABLE);
    }

    /**
     * {@return the failure that an exception means}
     *
     * @param id sample id
     * @param cause why there is no image; the message of an {@link IOException} or {@link IllegalArgumentException} is taken
     *     to be fit for a person, and the kind is that of a {@link SampleException}
     */
    public static FailedSample of(String id, Exception cause) {
        boolean explained = cause instanceof IOException || cause instanceof IllegalArgumentException;
        String message = cause.getMessage();
        return new FailedSample(
                id,
                explained && message != null ? message : cause.toString(),
                cause instanceof SampleException known ? known.kind() : Kind.UNREADABLE);
    }
}
