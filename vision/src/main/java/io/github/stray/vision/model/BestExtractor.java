// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.model;

import io.github.stray.vision.hub.Catalogue;
import io.github.stray.vision.hub.CatalogueEntry;
import io.github.stray.vision.hub.Use;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * The extractor to take where nobody names one: the best that is installed and fits a laptop.
 *
 * <p>First those that the catalogue recommends for a laptop, in its order; then the largest of the others whose files take at
 * most {@value #MOST_BYTES} bytes; last {@code stray-mini}, which is always there.
 *
 * @param model the extractor
 * @param better what one command fetches that is better; empty where the best of all is installed
 */
public record BestExtractor(StoredModel model, Optional<CatalogueEntry> better) {
    private static final long MOST_BYTES = 400_000_000;

    /**
     * {@return the best extractor of a store}
     *
     * @param store the extractors there are
     * @throws IOException if the store cannot be read
     */
    public static BestExtractor of(ModelStore store) throws IOException {
        List<StoredModel> installed = store.list().models();
        List<CatalogueEntry> recommended = Catalogue.ofStray().recommended().getOrDefault(Use.LAPTOP, List.of());
        for (int i = 0; i < recommended.size(); i++) {
            String name = recommended.get(i).name();
            Optional<StoredModel> found = installed.stream()
                    .filter(model -> model.name().equals(name))
                    .findFirst();
            if (found.isPresent()) {
                return new BestExtractor(
                        found.get(),
                        recommended.stream()
                                .limit(i)
                                .filter(CatalogueEntry::downloadable)
                                .findFirst());
            }
        }
        StoredModel best = installed.getFirst();
        long most = 0;
        for (StoredModel model : installed) {
            long bytes = model.builtIn() ? 0 : model.bytes();
            if (bytes > most && bytes <= MOST_BYTES) {
                most = bytes;
                best = model;
            }
        }
        return new BestExtractor(
                best, recommended.stream().filter(CatalogueEntry::downloadable).findFirst());
    }
}
