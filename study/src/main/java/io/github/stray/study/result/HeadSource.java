// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.result;

/** Where the logits and heads of an extractor come from. */
public enum HeadSource {
    /** There are none. */
    NONE("none"),
    /** The last layer of the network itself. */
    OWN("the network's own"),
    /** A linear probe trained on the features of the ID training set. */
    PROBE("a linear probe on the ID training set");

    private final String text;

    HeadSource(String text) {
        this.text = text;
    }

    /** {@return a few words for a person} */
    public String text() {
        return text;
    }
}
