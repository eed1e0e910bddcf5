#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Decodes public and generated image files with Stray and with Pillow 13, compares the pixels and prints a table:
#   tools/images/compare.sh WORK [--write] [--list FILE]
# WORK receives what is fetched and generated (1.2 GB; kept, so that a second run needs no network). --write writes the table into
# docs/images.md, --list a line for each file that is not equal. Needs python3 with venv, what apt-get and pip reach, and for all
# formats Debian's libturbojpeg0 and libheif1 (libheif-examples brings all of its decoders). Some six minutes after fetching.
# STRAY_CLASSPATH: compiled classes instead of the distribution. Exit code 1: a difference that tools/images/differences.tsv
# gives no reason for.
set -euo pipefail
[ $# -gt 0 ] || { sed -n '4,9s/^# //p' "$0" >&2; exit 2; }
mkdir -p "$1"
work=$(cd "$1" && pwd)
shift
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
. "$root/cli/src/main/dist/bin/find-java.sh"
java=$(find_java_home)/bin/java || { echo "compare.sh: no JDK 25 or newer found; set STRAY_JAVA_HOME to one" >&2; exit 3; }
if [ -z "${STRAY_CLASSPATH:-}" ]; then
    "$root/stray" --version >&2
    STRAY_CLASSPATH="$root/cli/target/dist/stray/lib/*"
fi
python=$work/venv/bin/python
cmp -s "$here/requirements.txt" "$work/venv/requirements.txt" || {
    rm -rf "$work/venv"
    python3 -m venv "$work/venv"
    "$python" -m pip install -q -r "$here/requirements.txt" >&2
    cp "$here/requirements.txt" "$work/venv/requirements.txt"
}
"$here/fetch.sh" "$python" "$work"
rm -rf "$work"/generated*
"$python" "$here/generate.py" "$work/generated" >&2
"$python" "$here/generate_kinds.py" "$work/generated-kinds" >&2
"$python" "$here/generate_heif.py" "$work/generated-heif" >&2
options=()
while [ $# -gt 0 ]; do
    case $1 in
    --write) options+=(--write "$root/docs/images.md") ;;
    --list) options+=(--list "$2"); shift ;;
    *) echo "compare.sh: unknown option '$1'" >&2; exit 2 ;;
    esac
    shift
done
exec "$python" "$here/compare.py" --java "$java" --classpath "$STRAY_CLASSPATH" --explanations "$here/differences.tsv" \
    "${options[@]}" "$work"/sets/*/ "$work/generated" "$work/generated-kinds" "$work/generated-heif"
