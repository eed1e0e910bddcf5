// SPDX-License-Identifier: Apache-2.0
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * [COMMAND,..]: runs the commands that write where nothing can be written: results on a full disk or in a read-only folder,
 * Stray's home likewise, and the folder of temporary files full or missing. Each must end with exit code 3 and one line that
 * says why, or do its work. Places are made by mounting a small file system, so this needs root.
 */
void main(String[] arguments) throws Exception {
    List<Commands.Command> commands = arguments.length == 0
            ? Commands.ALL
            : Commands.ALL.stream().filter(one -> List.of(arguments[0].split(",")).contains(one.name)).toList();
    Path work = Commands.WORK;
    Path full = Files.createDirectories(work.resolve("full"));
    Path closed = Files.createDirectories(work.resolve("closed"));
    if (!mounted(full, "size=64k") || !mounted(closed, "ro")) {
        System.err.println("disk.sh: left out: file systems cannot be mounted here");
        return;
    }
    boolean held = true;
    try {
        Files.write(full.resolve("filler"), new byte[64 << 10]);
    } catch (IOException expected) {
        // Full.
    }
    try {
        Commands.prepare();
        Files.createDirectories(work.resolve("OUT"));
        var places = new TreeMap<String, Map<String, String>>();
        places.put("results on a full disk", Map.of("CHAOS_OUT", full.toString()));
        places.put("results in a read-only folder", Map.of("CHAOS_OUT", closed.toString()));
        places.put("home on a full disk", Map.of("STRAY_HOME", full + "/home"));
        places.put("home in a read-only folder", Map.of("STRAY_HOME", closed + "/home"));
        places.put("temporary folder full", temporary(full));
        places.put("temporary folder read-only", temporary(closed));
        places.put("temporary folder missing", temporary(work.resolve("none")));
        for (var place : places.entrySet()) {
            var row = new Row(place.getKey(), "");
            for (Commands.Command command : commands) {
                String outcome = outcome(command, place.getValue());
                row.add(outcome, 0);
                held &= !outcome.startsWith("WRONG");
            }
            row.print(0);
        }
    } finally {
        run("umount", full.toString());
        run("umount", closed.toString());
    }
    System.exit(held ? 0 : 1);
}

Map<String, String> temporary(Path folder) {
    return Map.of("TMPDIR", folder.toString(), "STRAY_JAVA_OPTIONS", "-Xmx1g -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Dstray.simd=scalar -Djava.io.tmpdir=" + folder);
}

boolean mounted(Path place, String how) throws Exception {
    return run("mount", "-t", "tmpfs", "-o", how, "tmpfs", place.toString()) == 0;
}

int run(String... command) throws Exception {
    return new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD).start().waitFor();
}

String outcome(Commands.Command command, Map<String, String> place) throws Exception {
    Commands.delete(Commands.WORK.resolve("OUT"));
    Files.createDirectories(Commands.WORK.resolve("OUT"));
    Commands.delete(Commands.WORK.resolve("home/models/added"));
    int code = Commands.start(command, place).waitFor();
    List<String> said = Files.readAllLines(Commands.WORK.resolve("err")).stream()
            .filter(line -> line.startsWith("stray: ") || line.contains("Exception") || line.contains("\tat "))
            .toList();
    boolean one = said.size() == 1 && !said.getFirst().contains("Exception") && !said.getFirst().contains("internal error");
    String outcome = code == 0
            ? "done"
            : code != 3 ? "WRONG exit code" : one ? "said in a line, exit code 3" : "WRONG message";
    if (outcome.startsWith("WRONG")) {
        System.err.printf("%s, %s: %s: %d, %s%n", command.name, place, outcome, code, Files.readString(Commands.WORK.resolve("err")).strip());
    }
    return outcome;
}
