// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.result;

import io.github.stray.metric.Interval;
import io.github.stray.score.IdOodScores;
import io.github.stray.score.Scores;
import io.github.stray.store.BadFileException;
import io.github.stray.store.Safetensors;
import io.github.stray.store.SafetensorsWriter;
import io.github.stray.study.result.Outcome.Measured;
import io.github.stray.tensor.Tensor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finished work of a study, a file each: {@code FOLDER/NAME.safetensors} with a checksum inside. A name is a digest of
 * everything the work depends on, so what is there need not be done again. Tensors: {@code id.K} and {@code ood.K}, F64, the
 * scores of OOD set K (where {@code id.K} is missing it is {@code id.0}); {@code numbers} {@code [K x 8]}, the measured
 * values; metadata {@code stray.notes}, lines.
 *
 * @param folder where the files lie; must exist before something is written
 */
public record UnitStore(Path folder) {
    private static final String NUMBERS = "numbers";
    private static final String NOTES = "stray.notes";
    private static final String SECONDS = "stray.seconds";

    /**
     * Scores of one OOD set and what they say.
     *
     * @param measured the numbers
     * @param scores the scores they come from
     */
    public record Scored(Measured measured, IdOodScores scores) {}

    /**
     * Finished work.
     *
     * @param scored one entry an OOD set, in the order of the pair
     * @param notes what the detector said when it was fitted
     * @param seconds how long it took
     */
    public record Unit(List<Scored> scored, List<String> notes, double seconds) {
        /** Keeps the lists. */
        public Unit {
            scored = List.copyOf(scored);
            notes = List.copyOf(notes);
        }
    }

    /**
     * {@return finished work, its scores read, if its file is there and sound}
     *
     * @param name name of the work
     * @throws IOException if the folder cannot be read
     */
    public Optional<Unit> find(String name) throws IOException {
        if (!Files.exists(file(name))) {
            return Optional.empty();
        }
        Safetensors file = Safetensors.open(file(name));
        double[] numbers = file.tensor(NUMBERS).toDoubles();
        var scored = new ArrayList<Scored>();
        for (int k = 0; k < numbers.length / 8; k++) {
            scored.add(new Scored(measured(numbers, 8 * k), scores(file, k)));
        }
        String notes = file.metadata().getOrDefault(NOTES, "");
        return Optional.of(new Unit(
                scored,
                notes.isEmpty() ? List.of() : List.of(notes.split("\n", -1)),
                Double.parseDouble(file.metadata().getOrDefault(SECONDS, "0"))));
    }

    /**
     * {@return the scores of one OOD set}
     *
     * @param name name of the work
     * @param place number of the OOD set
     * @throws IOException if the file cannot be read
     */
    public IdOodScores scores(String name, int place) throws IOException {
        return scores(Safetensors.open(file(name)), place);
    }

    private static IdOodScores scores(Safetensors file, int k) throws IOException {
        String id = file.names().contains("id." + k) ? "id." + k : "id.0";
        return new IdOodScores(
                Scores.of(file.tensor(id).toDoubles()),
                Scores.of(file.tensor("ood." + k).toDoubles()));
    }

    private static Measured measured(double[] numbers, int at) {
        return new Measured(
                numbers[at],
                new Interval(numbers[at + 1], numbers[at + 2]),
                numbers[at + 3],
                numbers[at + 4],
                numbers[at + 5],
                (int) numbers[at + 6],
                (int) numbers[at + 7]);
    }

    /**
     * Writes finished work.
     *
     * @param name name of the work
     * @param unit what it gave
     * @throws IOException if it cannot be written
     */
    public void write(String name, Unit unit) throws IOException {
        var tensors = new LinkedHashMap<String, Tensor>();
        double[] numbers = new double[8 * unit.scored().size()];
        IdOodScores first = null;
        for (int k = 0; k < unit.scored().size(); k++) {
            Measured measured = unit.scored().get(k).measured();
            IdOodScores scores = unit.scored().get(k).scores();
            double[] row = {
                measured.auroc(),
                measured.interval().lower(),
                measured.interval().upper(),
                measured.fpr95(),
                measured.auprIn(),
                measured.auprOut(),
                measured.idSize(),
                measured.oodSize()
            };
            System.arraycopy(row, 0, numbers, 8 * k, 8);
            if (first == null || !first.id().equals(scores.id())) {
                tensors.put(
                        "id." + k,
                        Tensor.ofDoubles(scores.id().toArray(), scores.id().size()));
            }
            if (first == null) {
                first = scores;
            }
            tensors.put(
                    "ood." + k,
                    Tensor.ofDoubles(scores.ood().toArray(), scores.ood().size()));
        }
        tensors.put(NUMBERS, Tensor.ofDoubles(numbers, unit.scored().size(), 8));
        SafetensorsWriter.write(
                file(name),
                tensors,
                Map.of(NOTES, String.join("\n", unit.notes()), SECONDS, Double.toString(unit.seconds())));
    }

    /**
     * {@return a single number, such as an accuracy, if it is there and sound}
     *
     * @param name name of the work
     * @throws IOException if the folder cannot be read
     */
    public Optional<Double> number(String name) throws IOException {
        if (!Files.exists(file(name))) {
            return Optional.empty();
        }
        try {
            return Optional.of(Safetensors.open(file(name)).tensor(NUMBERS).toDoubles()[0]);
        } catch (BadFileException damaged) {
            forget(name);
            return Optional.empty();
        }
    }

    /**
     * Writes a single number.
     *
     * @param name name of the work
     * @param number the number
     * @throws IOException if it cannot be written
     */
    public void writeNumber(String name, double number) throws IOException {
        SafetensorsWriter.write(file(name), Map.of(NUMBERS, Tensor.ofDoubles(new double[] {number}, 1)), Map.of());
    }

    /**
     * Forgets work whose file turned out to be damaged.
     *
     * @param name name of the work
     * @throws IOException if it cannot be deleted
     */
    public void forget(String name) throws IOException {
        Files.deleteIfExists(file(name));
    }

    private Path file(String name) {
        return folder.resolve(name + ".safetensors");
    }
}
