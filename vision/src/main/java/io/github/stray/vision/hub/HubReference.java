// SPDX-License-Identifier: Apache-2.0
package io.github.stray.vision.hub;

import io.github.stray.vision.download.SafePath;
import io.github.stray.vision.download.Text;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A repository of a model hub at a revision, written {@code hf:organisation/name[@revision]}.
 *
 * @param organisation who publishes it
 * @param name its name there
 * @param revision a commit, branch or tag
 */
public record HubReference(String organisation, String name, String revision) {
    /** What a reference starts with. */
    public static final String PREFIX = "hf:";

    /** The revision of a reference that names none. */
    public static final String DEFAULT_REVISION = "main";

    private static final String SEGMENT = "[A-Za-z0-9][A-Za-z0-9._-]{0,95}";
    private static final Pattern FORM =
            Pattern.compile("(" + SEGMENT + ")/(" + SEGMENT + ")(?:@([A-Za-z0-9][A-Za-z0-9._+/-]{0,199}))?");
    private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}");

    /** Checks the parts, which become folders and parts of addresses. */
    public HubReference {
        String text = organisation + "/" + name + "@" + revision;
        if (!FORM.matcher(text).matches()
                || !SafePath.isSafe(organisation)
                || !SafePath.isSafe(name)
                || !SafePath.isSafe(revision)) {
            throw refused(text);
        }
    }

    /**
     * {@return the reference that a text is}
     *
     * @param text {@code hf:organisation/name}, perhaps with {@code @revision}
     * @throws IllegalArgumentException if it is none
     */
    public static HubReference of(String text) {
        Matcher form = FORM.matcher(text.startsWith(PREFIX) ? text.substring(PREFIX.length()) : "");
        if (!form.matches()) {
            throw refused(text);
        }
        return new HubReference(form.group(1), form.group(2), form.group(3) == null ? DEFAULT_REVISION : form.group(3));
    }

    private static IllegalArgumentException refused(String text) {
        return new IllegalArgumentException(
                "'%s' is no repository of a model hub: expected hf:organisation/name or hf:organisation/name@revision"
                        .formatted(Text.printable(text)));
    }

    /** Whether the revision is a commit, which never changes. */
    boolean isCommit() {
        return isCommit(revision);
    }

    static boolean isCommit(String text) {
        return COMMIT.matcher(text).matches();
    }

    /** Without revision. */
    String repository() {
        return organisation + "/" + name;
    }

    /** {@return {@code hf:organisation/name@revision}} */
    @Override
    public String toString() {
        return PREFIX + repository() + "@" + revision;
    }
}
