// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.run;

import io.github.stray.provenance.Provenance;
import io.github.stray.provenance.Sha256;
import java.util.ArrayList;
import java.util.List;

/**
 * The name of finished work: a digest of the version of Stray and of all else it depends on (sets, network, detector,
 * convention, seed, side inputs). Work is taken up only under the same name.
 */
final class UnitName {
    private final List<String> parts = new ArrayList<>(List.of("unit 1", Provenance.version()));

    UnitName and(String part) {
        parts.add(part.length() + ":" + part);
        return this;
    }

    String digest() {
        return Sha256.of(String.join("\n", parts));
    }
}
