#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Decodes damaged copies of the HEIC and AVIF files of the tests in one JVM and prints what became of them. Usage:
# tools/chaos/heif.sh [COUNT [SEED]]. The same seed gives the same copies. It exits 0 if the JVM survived and each copy
# came out as pixels or as one line of what is wrong. STRAY_OFFLINE=1: Maven fetches nothing.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
. "$root/cli/src/main/dist/bin/find-java.sh"
JAVA_HOME=$(find_java_home) || { echo "heif.sh: no JDK 25 or newer found; set STRAY_JAVA_HOME to one" >&2; exit 3; }
export JAVA_HOME
cd "$root"
mvn ${STRAY_OFFLINE:+-o} -B -q -pl vision -am test-compile dependency:build-classpath \
    -Dmdep.outputFile=target/chaos-classpath.txt -Dmdep.includeScope=test -Dspotless.check.skip=true >&2
cd vision
exec "$JAVA_HOME/bin/java" -Xmx1g --add-modules jdk.incubator.vector --enable-native-access=ALL-UNNAMED \
    -cp "target/test-classes:target/classes:../graph/target/classes:../core/target/classes:$(cat target/chaos-classpath.txt)" \
    io.github.stray.vision.image.heif.HeifMutants "${1:-10000}" "${2:-1}" 2> >(grep -v 'WARNING: Using incubator modules' >&2)
