// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.cache;

import static io.github.stray.store.JsonRow.row;

import com.grack.nanojson.JsonWriter;
import io.github.stray.extract.FailedSample;
import io.github.stray.feature.Layer;
import io.github.stray.store.AtomicFile;
import io.github.stray.store.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * What lies beside the features of an entry; it is written last, so an entry without it is unfinished. Its time of change is
 * when the entry was last used.
 *
 * @param dataset name of the set
 * @param extractor id of the extractor
 * @param layers layers kept
 * @param rows samples
 * @param failed samples that could not be read
 * @param surroundings what images were read with; with other libraries or more memory, samples that failed may be read
 * @param seconds how long extraction took
 */
record EntryNote(
        String dataset,
        String extractor,
        List<Layer> layers,
        long rows,
        List<FailedSample> failed,
        String surroundings,
        double seconds) {

    void write(Path file) throws IOException {
        var listed = failed.stream()
                .map(sample -> row(
                        "id",
                        sample.id(),
                        "reason",
                        sample.reason(),
                        "kind",
                        sample.kind().name()))
                .toList();
        var document = row(
                "dataset", dataset,
                "extractor", extractor,
                "layers", layers.stream().map(Layer::id).toList(),
                "rows", rows,
                "failed", listed,
                "surroundings", surroundings,
                "seconds", seconds);
        AtomicFile.write(file, JsonWriter.string(document));
    }

    static EntryNote read(Path file) throws IOException {
        JsonNode<IOException> document = JsonNode.read(
                file, (message, cause) -> new IOException("%s is damaged: %s".formatted(file, message), cause));
        return new EntryNote(
                document.at("dataset").or("").text(),
                document.at("extractor").or("").text(),
                document.at("layers").list(layer -> layer.parsed(Layer::of)),
                document.at("rows").count(),
                document.at("failed")
                        .list(sample -> new FailedSample(
                                sample.at("id").or("").text(),
                                sample.at("reason").or("").text(),
                                sample.at("kind").or("UNREADABLE").parsed(FailedSample.Kind::valueOf))),
                document.at("surroundings").or("not known").text(),
                document.at("seconds").number());
    }
}
