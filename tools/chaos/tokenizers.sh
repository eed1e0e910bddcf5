#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Damaged and hostile tokenizers: each is checked and, where it is taken, encodes texts in the native library, in JVMs with
# 512 MB that are started again behind one that ends. run.sh calls this.
set -euo pipefail
classes=text/target/test-classes
if [ ! -d $classes ]; then
  JAVA_HOME=$STRAY_JAVA_HOME mvn ${STRAY_OFFLINE:+-o} -B -q -pl text -am test-compile -Dspotless.check.skip=true >&2
fi
count=6000
if [ "${1:-}" = --small ]; then count=120; fi
cd text
exec "$STRAY_JAVA_HOME/bin/java" -cp "target/test-classes:$CHAOS_HOME/lib/*" \
  io.github.stray.text.MutantRun tokenizers io.github.stray.text.TokenizerMutants $count 1
