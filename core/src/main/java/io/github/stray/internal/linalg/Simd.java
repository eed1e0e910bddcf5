// SPDX-License-Identifier: Apache-2.0
package io.github.stray.internal.linalg;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import org.jspecify.annotations.Nullable;

/**
 * The provider of {@link Kernels} of this process, chosen on first use: the Vector API where the module
 * {@code jdk.incubator.vector} is present, else plain loops with a warning. The system property {@code stray.simd}, set to
 * {@code vector} or {@code scalar}, forces one.
 */
public final class Simd {
    /** Name of the system property that forces a provider. */
    public static final String PROPERTY = "stray.simd";

    private static final Logger LOG = System.getLogger(Simd.class.getName());
    private static final int NARROWEST_BITS = 128;
    private static @Nullable Kernels chosen;

    private Simd() {}

    /**
     * The chosen provider, the same at every call.
     *
     * @return its kernels
     * @throws IllegalArgumentException if {@code stray.simd} is neither {@code vector} nor {@code scalar}
     * @throws IllegalStateException if {@code stray.simd} is {@code vector} and the Vector API is missing
     */
    public static synchronized Kernels kernels() {
        Kernels known = chosen;
        if (known == null) {
            known = choose(System.getProperty(PROPERTY), vectorApiPresent());
            chosen = known;
        }
        return known;
    }

    static Kernels choose(@Nullable String wanted, boolean vectorApi) {
        if (wanted == null) {
            if (vectorApi && vectorBits() >= NARROWEST_BITS) {
                return new VectorKernels();
            }
            LOG.log(
                    Level.WARNING,
                    "no Vector API: nearest neighbours and covariances run in plain loops, several times slower; "
                            + "start Java with --add-modules jdk.incubator.vector (or set -D" + PROPERTY
                            + "=scalar to accept it)");
            return new ScalarKernels();
        }
        return switch (wanted) {
            case "scalar" -> new ScalarKernels();
            case "vector" -> {
                if (!vectorApi) {
                    throw new IllegalStateException(
                            "-D" + PROPERTY
                                    + "=vector needs the module jdk.incubator.vector: start Java with --add-modules jdk.incubator.vector");
                }
                yield new VectorKernels();
            }
            default ->
                throw new IllegalArgumentException(
                        "-D%s must be vector or scalar, was '%s'".formatted(PROPERTY, wanted));
        };
    }

    private static int vectorBits() {
        String name = new VectorKernels().name();
        return Integer.parseInt(name.substring(name.indexOf('-') + 1));
    }

    private static boolean vectorApiPresent() {
        return ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();
    }
}
