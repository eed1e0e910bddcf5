// SPDX-License-Identifier: Apache-2.0
package io.github.stray.detect;

import java.util.Map;

/**
 * A detector of this library: its id, options and needs are those that {@link Detectors} lists for it. Detectors of others
 * implement {@link Detector}.
 */
public interface BuiltIn extends Detector {
    @Override
    default String id() {
        return Detectors.method(this).id();
    }

    @Override
    default Map<String, String> options() {
        return Detectors.method(this).written(this);
    }

    @Override
    default Needs needs() {
        return Detectors.method(this).needs();
    }
}
