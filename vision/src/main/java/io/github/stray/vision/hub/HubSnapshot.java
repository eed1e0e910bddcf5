// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.hub;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What was fetched of a repository.
 *
 * @param folder its files as they lie in the repository, or around the network that was chosen; links into the cache, not to be
 *     altered
 * @param network name of the network that was chosen
 * @param origin {@code hf:organisation/name@commit}, with a comma and the path of the network that was chosen
 * @param licence as the repository states it, if it does
 */
public record HubSnapshot(Path folder, Optional<String> network, String origin, Optional<String> licence) {}
