#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Adds every folder below OUT and prints how far it is from its library, as a table: report.sh OUT [REGEX]
set -eu
out=$(cd "$1" && pwd)
cd "$(dirname -- "$0")/../.."
. cli/src/main/dist/bin/find-java.sh
JAVA_HOME=$(find_java_home) || { echo "report.sh: no JDK 25 or newer found; set STRAY_JAVA_HOME to one" >&2; exit 3; }
export JAVA_HOME
classes=$(mktemp)
trap 'rm -f "$classes"' EXIT
mvn -B -q -pl text -am test-compile dependency:build-classpath -Dmdep.outputFile="$classes" -Dmdep.includeScope=test >&2
"$JAVA_HOME/bin/java" --add-modules jdk.incubator.vector --enable-native-access=ALL-UNNAMED \
    -cp "text/target/test-classes:text/target/classes:vision/target/classes:graph/target/classes:core/target/classes:$(cat "$classes")" \
    io.github.stray.text.ExportsReport "$out" "${2:-}"
