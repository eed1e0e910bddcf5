// SPDX-License-Identifier: Apache-2.0
package io.github.stray.text;

import io.github.stray.store.FolderRemoval;
import io.github.stray.vision.layout.NetworkOption;
import io.github.stray.vision.layout.NetworkOptions;
import io.github.stray.vision.model.AddOptions;
import io.github.stray.vision.model.ModelInstaller;
import io.github.stray.vision.model.ModelStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;

/**
 * Hostile networks, each added as an extractor, which runs it: those of {@link HostileNetworks}, and damaged copies of real ones.
 * For {@link MutantRun}.
 */
final class NetworkMutants {
    static final NetworkOptions OPTIONS = new NetworkOptions(new TreeMap<>(Map.of(
            NetworkOption.INPUT_SIZE, "8",
            NetworkOption.RESIZE, "exact:8x8",
            NetworkOption.CROP, "none",
            NetworkOption.INTERPOLATION, "bilinear",
            NetworkOption.MEAN, "0.5,0.5,0.5",
            NetworkOption.STD, "1,1,1",
            NetworkOption.OUTPUT, "features=features")));

    private static final List<String> DAMAGES = List.of("a bit", "a byte", "an end", "a hole", "a number");

    private NetworkMutants() {}

    /** How many kinds there are. */
    static int kinds() {
        return HostileNetworks.names().size() + 2 * DAMAGES.size();
    }

    /** FROM TO SEED FOLDER: tries those numbers; a number's kind is its rest by the number of kinds. */
    public static void main(String[] arguments) throws IOException {
        long seed = Long.parseLong(arguments[2]);
        Path work = Path.of(arguments[3]);
        boolean verbose = Boolean.getBoolean("verbose");
        for (long i = Long.parseLong(arguments[0]); i < Long.parseLong(arguments[1]); i++) {
            int kind = (int) (i % kinds());
            System.out.println("at " + i);
            String outcome = outcome(kind, new Random(seed * 1_000_003 + i), work, verbose);
            System.out.println("is " + outcome);
        }
    }

    private static String outcome(int kind, Random random, Path work, boolean verbose) throws IOException {
        List<String> names = HostileNetworks.names();
        String name = kind < names.size() ? names.get(kind) : "damaged";
        Path network = work.resolve("network.onnx");
        Files.write(
                network, kind < names.size() ? HostileNetworks.of(name, random) : damaged(kind - names.size(), random));
        Path home = work.resolve("home");
        try {
            new ModelInstaller(ModelStore.at(home))
                    .add(
                            network.toString(),
                            new AddOptions(Optional.of("m"), Optional.empty(), Optional.empty(), OPTIONS));
            return named(verbose, name, "taken");
        } catch (IOException | IllegalArgumentException e) {
            return named(verbose, name, "refused" + (verbose ? " " + e.getMessage() : ""));
        } catch (RuntimeException | Error e) {
            return "UNEXPECTED %s of %s".formatted(e, name);
        } finally {
            FolderRemoval.remove(home);
        }
    }

    private static String named(boolean verbose, String name, String outcome) {
        return verbose ? name + ": " + outcome : outcome;
    }

    private static byte[] damaged(int kind, Random random) throws IOException {
        byte[] file = kind < DAMAGES.size()
                ? HostileNetworks.of("good", random)
                : Files.readAllBytes(Path.of("..", "golden", "extractor", "relu.onnx"));
        int at = random.nextInt(file.length);
        switch (DAMAGES.get(kind % DAMAGES.size())) {
            case "a bit" -> file[at] ^= (byte) (1 << random.nextInt(8));
            case "a byte" -> file[at] = (byte) random.nextInt();
            case "an end" -> file = Arrays.copyOf(file, at);
            case "a number" -> Arrays.fill(file, at, Math.min(file.length, at + random.nextInt(1, 10)), (byte) 0xFF);
            default -> {
                int end = Math.min(file.length, at + random.nextInt(1, 20));
                var rest = new ArrayList<Byte>();
                for (int i = 0; i < file.length; i++) {
                    if (i < at || i >= end) {
                        rest.add(file[i]);
                    }
                }
                file = new byte[rest.size()];
                for (int i = 0; i < file.length; i++) {
                    file[i] = rest.get(i);
                }
            }
        }
        return file;
    }
}
