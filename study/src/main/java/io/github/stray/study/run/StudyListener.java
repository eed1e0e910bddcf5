// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.run;

/** Told how far a study has come. Called from one thread. */
public interface StudyListener {
    /** Says nothing. */
    StudyListener NONE = new StudyListener() {
        @Override
        public void plan(long steps) {}

        @Override
        public void advance(long steps) {}

        @Override
        public void message(String text) {}
    };

    /**
     * How much there is to do.
     *
     * @param steps an image to extract is one, and so are twenty rows that a detector fits or scores
     */
    void plan(long steps);

    /**
     * Some of it is done.
     *
     * @param steps since the last call
     */
    void advance(long steps);

    /**
     * Something a user should know now.
     *
     * @param text one line
     */
    void message(String text);
}
