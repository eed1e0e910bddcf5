#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Adds every folder below OUT and prints how far it is from its library on the drawn pictures, how far on the real images of the
# same folder below REAL (real.sh), and which commands go with nothing else said; as a table: report.sh OUT REAL [REGEX]
set -eu
out=$(cd "$1" && pwd)
real=$(cd "$2" && pwd)
cd "$(dirname -- "$0")/../.."
. cli/src/main/dist/bin/find-java.sh
JAVA_HOME=$(find_java_home) || { echo "report.sh: no JDK 25 or newer found; set STRAY_JAVA_HOME to one" >&2; exit 3; }
export JAVA_HOME
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mvn -B -q -pl cli -am test-compile dependency:build-classpath -Dmdep.outputFile="$scratch/classes" -Dmdep.includeScope=test >&2
modules=$(for module in cli study text vision graph core; do printf '%s/target/test-classes:%s/target/classes:' "$module" "$module"; done)
run() {
    "$JAVA_HOME/bin/java" --add-modules jdk.incubator.vector --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \
        -Dai.djl.offline=true -DOPT_OUT_TRACKING=true -Dstray.home="$scratch/home" -cp "$modules$(cat "$scratch/classes")" "$@"
}
run io.github.stray.cli.ExportsCommands "$out" "$real/images" "${3:-}" >"$scratch/commands"
run io.github.stray.text.ExportsReport "$out" "$real" "$scratch/commands" "${3:-}"
