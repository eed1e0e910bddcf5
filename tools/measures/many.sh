#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Inspects many images with 2 GB of heap: killed at ten moments and begun again, and once without a break; both must say the
# same. Prints the largest resident memory of each last run.
#   STRAY_PYTHON=venv/bin/python tools/measures/many.sh WORK_FOLDER [COUNT]
# Needs requirements.txt, GNU time, and Stray built (STRAY: the program, default ./stray).
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
stray=${STRAY:-$here/../../stray}
python=${STRAY_PYTHON:-python3}
mkdir -p "$1"
work=$(cd "$1" && pwd)
count=${2:-100000}
export STRAY_JAVA_OPTIONS=-Xmx2g

[ -d "$work/images" ] || "$python" "$here/many.py" "$work/images" "$count"
find "$work/images" -name '*.jpg' | sort > "$work/images.txt"
inspect() { STRAY_HOME=$work/home-$1 "$stray" inspect "$work/images.txt" -m stray-mini -o "$work/$1" --force; }

for kill in 1 2 3 4 5 6 7 8 9 10; do
  set -m
  inspect killed > "$work/log" 2>&1 &
  job=$!
  sleep $((25 + 9 * kill))
  kill -KILL -- "-$job" 2>/dev/null || true
  wait "$job" 2>/dev/null || true
  set +m
  echo "killed at: $(tr '\r' '\n' < "$work/log" | tail -1)"
done
export -f inspect
export work stray
for name in killed whole; do
  /usr/bin/time -f "$name: %E, %M KB" bash -c "inspect $name" > /dev/null 2> "$work/log"
  tail -1 "$work/log"
done
for file in ranking.csv clean.tsv strangers.tsv copies.tsv; do
  cmp "$work/killed/$file" "$work/whole/$file"
done
echo 'both say the same'
