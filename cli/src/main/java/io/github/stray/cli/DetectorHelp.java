// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import io.github.stray.detect.DetectorDescription;
import io.github.stray.detect.DetectorOption;
import io.github.stray.detect.Detectors;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Model.UsageMessageSpec;

/** The detectors and their options, as they describe themselves, in the help of a command. */
final class DetectorHelp {
    private static final int WIDTH = 80;

    private DetectorHelp() {}

    /** Adds them before the footer. */
    static void addTo(CommandLine command) {
        command.getHelpSectionMap().put("detectors", help -> text());
        var keys = new ArrayList<>(command.getHelpSectionKeys());
        keys.add(keys.indexOf(UsageMessageSpec.SECTION_KEY_FOOTER), "detectors");
        command.setHelpSectionKeys(keys);
    }

    private static String text() {
        var lines = new ArrayList<String>();
        lines.add("");
        lines.add("Detectors:");
        for (String id : Detectors.ids()) {
            DetectorDescription detector = Detectors.describe(id);
            String needs = detector.needs().phrase();
            wrap(lines, "  ", "%s: %s. Needs %s.".formatted(id, detector.summary(), needs));
            for (DetectorOption option : detector.options()) {
                String described = "%s=%s (default: %s): %s."
                        .formatted(option.name(), option.values(), option.defaultValue(), option.meaning());
                wrap(lines, "      ", described);
            }
        }
        return String.join(System.lineSeparator(), lines) + System.lineSeparator();
    }

    private static void wrap(List<String> lines, String indent, String text) {
        var line = new StringBuilder(indent);
        for (String word : text.split(" ", -1)) {
            if (line.length() + 1 + word.length() > WIDTH) {
                lines.add(line.toString());
                line = new StringBuilder(indent).append("    ");
            } else if (line.length() > indent.length()) {
                line.append(' ');
            }
            line.append(word);
        }
        lines.add(line.toString());
    }
}
