// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.hub;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What was fetched of a repository.
 *
 * @param folder its files as they lie in the repository; links into the cache, not to be altered
 * @param origin {@code hf:organisation/name@commit}
 * @param licence as the repository states it, if it does
 */
public record HubSnapshot(Path folder, String origin, Optional<String> licence) {}
