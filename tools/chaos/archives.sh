#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Archives of every kind that the tests know, each read whole in a JVM with 512 MB and, unless --small, given to the command
# too, whose exit code must be the right one. Without --small also those of many megabytes, and a thousand of those by chance.
set -uo pipefail
kinds=$CHAOS_WORK/archives
mkdir -p "$kinds"
"$STRAY_JAVA_HOME/bin/javac" -proc:none -d "$kinds" -cp "$CHAOS_HOME/lib/*" \
  vision/src/test/java/io/github/stray/vision/archive/{ArchiveKind,Blank,CompressedKinds,TarBytes,TarKinds,ZipBytes,ZipKinds}.java || exit 3
rounds=1000
[ "${1:-}" = --small ] && rounds=20
"$CHAOS_WORK/java" -cp "$CHAOS_HOME/lib/*:$kinds" tools/chaos/Archives.java "$CHAOS_WORK/files" "$rounds" 1 || exit 1
[ "${1:-}" = --small ] && exit 0

code=0
right=0
while IFS=$'\t' read -r outcome input; do
  timeout 60 "$CHAOS_HOME/bin/stray" preprocess -m stray-mini -i "$input" --limit 20 -o "$CHAOS_WORK/x.npy" --force --quiet >/dev/null 2>"$CHAOS_WORK/err"
  result=$?
  case "$outcome $result" in
    'READ 0' | 'READ 1' | 'SAMPLES_FAIL 1' | 'REFUSED 2') right=$((right + 1)) ;;
    *) code=1; echo "archives.sh: $input ($outcome) ended with $result: $(head -c 300 "$CHAOS_WORK/err")" >&2 ;;
  esac
done <"$CHAOS_WORK/files/list.tsv"
echo "| archives: exit codes of \`stray preprocess\` | $right | 1 | $right right | | |"
exit $code
