// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import static io.github.stray.store.JsonRow.row;

import com.grack.nanojson.JsonAppendableWriter;
import io.github.stray.detect.Detection;
import io.github.stray.detect.DetectionSink;
import io.github.stray.detect.DiscoverySink;
import io.github.stray.extract.OneLineId;
import io.github.stray.store.ScoreFormat;
import io.github.stray.store.ScoreWriter;
import io.github.stray.store.ScoreWriter.Columns;
import io.github.stray.threshold.Verdict;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Where scored samples go: a file, standard output, or the JSON document. Counts them on the way. */
final class ScoreOutput implements DetectionSink, AutoCloseable {
    private final @Nullable ScoreWriter writer;
    private final Columns columns;
    private final @Nullable JsonAppendableWriter json;
    private final @Nullable DiscoverySink batch;
    private long in;
    private long out;
    private long rows;

    private @Nullable DetectionSink further;

    private ScoreOutput(
            @Nullable ScoreWriter writer, @Nullable JsonAppendableWriter json, Columns columns, @Nullable Double fdr) {
        this.writer = writer;
        this.json = json;
        this.columns = columns;
        this.batch = fdr == null ? null : new DiscoverySink(this::write, fdr);
    }

    /** {@code csvSafe}: for spreadsheets; {@code fdr}: judge the samples together, when all are there. */
    static ScoreOutput open(
            @Nullable Path output, Columns columns, boolean csvSafe, @Nullable Double fdr, CommonOptions common)
            throws IOException {
        if (output == null && common.json) {
            return new ScoreOutput(null, common.jsonStream().object().array("scores"), columns, fdr);
        }
        ScoreWriter writer = output == null
                ? ScoreWriter.to(common.out(), ScoreFormat.CSV, columns)
                : ScoreWriter.create(output, columns);
        return new ScoreOutput(csvSafe ? writer.forSpreadsheets() : writer, null, columns, fdr);
    }

    /** Hands the judged samples to another sink too, with all their neighbours. */
    ScoreOutput alsoTo(@Nullable DetectionSink other) {
        further = other;
        return this;
    }

    @Override
    public void accept(List<Detection> detections) throws IOException {
        if (batch != null) {
            batch.accept(detections);
        } else {
            write(detections);
        }
    }

    private void write(List<Detection> detections) throws IOException {
        if (further != null) {
            further.accept(detections);
        }
        for (Detection each : detections) {
            Detection detection = each.withNeighbours(columns.neighbours());
            rows++;
            in += detection.verdict().filter(Verdict.IN::equals).isPresent() ? 1 : 0;
            out += detection.verdict().filter(Verdict.OUT::equals).isPresent() ? 1 : 0;
            if (writer != null) {
                writer.write(detection);
            } else if (json != null) {
                json.object(document(detection));
            }
        }
    }

    private Map<String, Object> document(Detection detection) {
        var row = row(
                "id", OneLineId.name(detection.id()),
                "score", Console.finiteOrText(detection.score()));
        detection.verdict().ifPresent(verdict -> row.put("verdict", verdict.word()));
        detection.pValue().ifPresent(p -> row.put("p_value", p));
        List<String> names = columns.classNames();
        detection.label().ifPresent(label -> row.put("label", names.isEmpty() ? (Object) label : names.get(label)));
        for (int i = 0; i < detection.neighbours().size(); i++) {
            row.put(
                    "neighbour_" + (i + 1),
                    OneLineId.name(detection.neighbours().get(i).id()));
            row.put("similarity_" + (i + 1), detection.neighbours().get(i).similarity());
        }
        return row;
    }

    void finish() throws IOException {
        if (batch != null) {
            batch.finish();
        }
        if (writer != null) {
            writer.commit();
        }
    }

    long rows() {
        return rows;
    }

    long in() {
        return in;
    }

    long out() {
        return out;
    }

    /** The document, whose rows are printed by now where it is they that were asked for. */
    void print(Map<String, Object> document, @Nullable Path output, CommonOptions common) {
        if (json == null) {
            document.put("scores", String.valueOf(output));
            common.json(document);
            return;
        }
        json.end();
        document.forEach(json::value);
        json.end().done();
        common.out().println();
    }

    @Override
    public void close() throws IOException {
        if (writer != null) {
            writer.close();
        }
    }
}
