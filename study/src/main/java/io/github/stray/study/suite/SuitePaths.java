// SPDX-License-Identifier: Apache-2.0
package io.github.stray.study.suite;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where the paths of a suite lead.
 *
 * @param folder what relative ones are relative to
 * @param variables what {@code ${NAME}} stands for; only names that begin with {@code STRAY_} and look like no secret are
 *     looked up
 */
record SuitePaths(Path folder, Map<String, String> variables) {
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{([A-Za-z_][A-Za-z0-9_]*)}");
    private static final String SHARED = "STRAY_SHARED";

    /** What is filled in reaches results and pages, which people pass on. */
    private static final Pattern OPEN = Pattern.compile("STRAY_\\w+");

    private static final Pattern SECRET =
            Pattern.compile("(?i)STRAY_HUB_MIRROR|\\w*(?:TOKEN|KEY|SECRET|PASSWORD|PASSWD|CREDENTIALS?)\\w*");

    static SuitePaths ofEnvironment(Path folder) {
        return new SuitePaths(folder, System.getenv());
    }

    Path file(String text) {
        return folder.resolve(filledIn(text)).normalize();
    }

    /** An INPUT: prefixes stay, what follows them is a path unless it names a dataset. */
    String input(String text) {
        String filled = filledIn(text);
        if (filled.startsWith("data:")) {
            return filled;
        }
        for (String prefix : List.of("cifar10:", "cifar100:")) {
            if (filled.startsWith(prefix)) {
                return prefix
                        + folder.resolve(filled.substring(prefix.length())).normalize();
            }
        }
        return folder.resolve(filled).normalize().toString();
    }

    private String filledIn(String text) {
        Matcher matcher = VARIABLE.matcher(text);
        return matcher.replaceAll(match -> Matcher.quoteReplacement(value(match.group(1))));
    }

    private String value(String name) {
        if (SECRET.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "${%s} is not filled in: it may be a secret, and what a suite names is written to results and pages"
                            .formatted(name));
        }
        if (!OPEN.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "${%s} is not filled in: a suite may name variables that begin with STRAY_, such as ${STRAY_%s}"
                            .formatted(name, name));
        }
        String value = variables.get(name);
        if (value == null || value.isBlank()) {
            if (name.equals(SHARED)) {
                return "../shared";
            }
            throw new IllegalArgumentException("the variable %s is not set in the environment".formatted(name));
        }
        return value;
    }
}
