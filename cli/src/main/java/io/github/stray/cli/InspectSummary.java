// SPDX-License-Identifier: Apache-2.0
package io.github.stray.cli;

import io.github.stray.inspect.Shortcut;
import io.github.stray.inspect.Spoilt;
import io.github.stray.study.inspect.ClassShortcut;
import io.github.stray.study.inspect.InspectFolder;
import io.github.stray.study.inspect.InspectResult;
import io.github.stray.study.inspect.StrangerGroup;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.stream.Collectors;

/** What an inspection found and left in its folder, a line each. */
record InspectSummary(CommonOptions common, Path folder) {
    private static final int GROUPS_SHOWN = 5;

    void print(InspectResult result, InspectFolder.Left left, FailureLog failures) {
        common.say("images         %,d%s", result.size(), failures.summary(result.source()));
        result.notes().forEach(note -> common.say("note: %s", note));
        common.say("strangers      %,d%s", result.ranking().strangers().length, groups(result.groups()));
        if (!result.apart().isEmpty()) {
            common.say(
                    "group apart    %,d images that are alike, and unlike the rest",
                    result.apart().size());
        }
        common.say("exact copies   %,d", result.exactCopies());
        common.say("near copies    %,d, to be looked at", result.nearCopies());
        common.say("spoilt         %s", spoilt(result.spoilt()));
        if (!result.labels().isEmpty() || result.features().labels().isPresent()) {
            common.say("wrong class    %,d, to be looked at", result.labels().size());
        }
        shortcuts(result.shortcuts());
        if (left.dismissed() > 0) {
            common.say("dismissed      %,d findings of earlier inspections are not shown again", left.dismissed());
        }
        common.say("");
        left.lists().forEach(list -> common.say("%s: %,d", folder.resolve(list.file()), list.images()));
        common.say("report: %s", folder.resolve(InspectFolder.PAGE));
    }

    private static String groups(List<StrangerGroup> groups) {
        return groups.isEmpty()
                ? ""
                : groups.stream()
                        .limit(GROUPS_SHOWN)
                        .map(group -> Count.formatted(
                                "%s: %,d", group.name(), group.rows().size()))
                        .collect(Collectors.joining(", ", " (", groups.size() > GROUPS_SHOWN ? ", ..)" : ")"));
    }

    private static String spoilt(List<Spoilt> spoilt) {
        var counts = new EnumMap<Spoilt.Issue, Long>(Spoilt.Issue.class);
        spoilt.forEach(image -> counts.merge(image.issue(), 1L, Long::sum));
        String issues = counts.entrySet().stream()
                .map(issue -> Count.formatted(
                        "%,d %s", issue.getValue(), issue.getKey().id().replace('_', ' ')))
                .collect(Collectors.joining(", "));
        return issues.isEmpty() ? "0" : issues;
    }

    private void shortcuts(List<ClassShortcut> shortcuts) {
        shortcuts.stream()
                .filter(each -> each.shortcut().auroc() >= Shortcut.TELLING)
                .limit(1)
                .forEach(each -> common.say(
                        "shortcut       %s alone tells %s from the other classes: AUROC %.3f",
                        each.shortcut().property().id().replace('_', ' '),
                        each.className(),
                        each.shortcut().auroc()));
    }
}
