// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.run;

/** Told how far a study has come, from one thread; nothing unless a method is overridden. */
public interface StudyListener {
    /** Says nothing. */
    StudyListener NONE = new StudyListener() {};

    /**
     * How much there is to do.
     *
     * @param steps an image to extract is one, and so are twenty rows that a detector fits or scores
     */
    default void plan(long steps) {}

    /**
     * Some of it is done.
     *
     * @param steps since the last call
     */
    default void advance(long steps) {}

    /**
     * Something a user should know now.
     *
     * @param text one line
     */
    default void message(String text) {}
}
