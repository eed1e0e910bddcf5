#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Writes docs/conformance.md anew: every score and metric beside its oracle, from the golden files.
# STRAY_OFFLINE=1: Maven does not look for updates.
set -eu
cd "$(dirname -- "$0")/.."
. cli/src/main/dist/bin/find-java.sh
JAVA_HOME=$(find_java_home) || { echo "conformance.sh: no JDK 25 or newer found; set STRAY_JAVA_HOME to one" >&2; exit 3; }
export JAVA_HOME
mvn -B -q ${STRAY_OFFLINE:+-o} -pl core test-compile surefire:test@default-test -Dtest=ConformanceTest \
    -Dstray.conformance.write=true
echo docs/conformance.md
