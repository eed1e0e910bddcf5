// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import io.github.stray.vision.onnx.Provider;
import picocli.CommandLine.Option;

/** What networks run on. */
final class ProviderOptions {
    @Option(
            names = "--provider",
            paramLabel = "P",
            defaultValue = "cpu",
            description =
                    "What networks run on: cpu (default), or cuda, which needs another build of ONNX Runtime (README).")
    Provider provider = Provider.CPU;
}
