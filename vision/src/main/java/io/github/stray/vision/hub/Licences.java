// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.hub;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The licence that a repository states. */
public final class Licences {
    private static final int MOST_BYTES = 1 << 16;
    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9][A-Za-z0-9.+ _-]{0,63}");

    private Licences() {}

    /** From the hub's data: a text, or an array of texts. */
    static Optional<String> of(Object stated) {
        if (stated instanceof List<?> several) {
            return form(several.stream().map(String::valueOf).collect(Collectors.joining(" AND ")));
        }
        return stated instanceof String one ? form(one) : Optional.empty();
    }

    /**
     * {@return the licence of the line {@code license:} between two lines {@code ---} at the beginning of a README, if
     * there is such a line and it looks like one}
     *
     * @param readme the file
     * @throws IOException if the file cannot be read
     */
    public static Optional<String> ofReadme(Path readme) throws IOException {
        try (InputStream in = Files.newInputStream(readme)) {
            String text = new String(in.readNBytes(MOST_BYTES), StandardCharsets.UTF_8);
            String[] lines = text.split("\\R", -1);
            if (!lines[0].strip().equals("---")) {
                return Optional.empty();
            }
            for (int i = 1; i < lines.length && !lines[i].strip().equals("---"); i++) {
                if (lines[i].startsWith("license:")) {
                    String value = lines[i].substring("license:".length()).strip();
                    return form(value.replaceAll("^[\"']|[\"']$", ""));
                }
            }
            return Optional.empty();
        }
    }

    private static Optional<String> form(String text) {
        return FORM.matcher(text).matches() ? Optional.of(text) : Optional.empty();
    }
}
