// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.result;

import io.github.stray.study.suite.OodGroup;
import java.util.Optional;

/** What the ID images of a cell are told from. */
public sealed interface Comparison {
    /** {@return its name in the files of results: of the OOD set, under one-class of the class} */
    String name();

    /** {@return what it is averaged with: near, far or one-class} */
    OodGroup group();

    /**
     * The ID set against an OOD set.
     *
     * @param name of the OOD set
     * @param group near or far
     */
    record Versus(String name, OodGroup group) implements Comparison {}

    /**
     * One class of the ID set against its other classes.
     *
     * @param of name of the class; empty where the classes are not known, then one cell stands for all of them
     */
    record OneClass(Optional<String> of) implements Comparison {
        @Override
        public String name() {
            return of.orElse(group().id());
        }

        @Override
        public OodGroup group() {
            return OodGroup.ONE_CLASS;
        }
    }
}
