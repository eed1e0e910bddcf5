#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Damaged and hostile networks, each added as an extractor, in JVMs with 512 MB that are started again behind one that ends.
# run.sh calls this.
set -euo pipefail
classes=text/target/test-classes
if [ ! -d $classes ]; then
  JAVA_HOME=$STRAY_JAVA_HOME mvn ${STRAY_OFFLINE:+-o} -B -q -pl text -am test-compile -Dspotless.check.skip=true >&2
fi
count=1000
if [ "${1:-}" = --small ]; then count=30; fi
cd text
exec "$STRAY_JAVA_HOME/bin/java" -cp "target/test-classes:$CHAOS_HOME/lib/*" \
  io.github.stray.text.MutantRun networks io.github.stray.text.NetworkMutants $count 1
