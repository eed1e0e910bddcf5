#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Large files through commands in JVMs with little memory: a line of a gigabyte, scores of 20 million rows, a million rows as
# one JSON document. --small: a fiftieth of it.
set -uo pipefail
part=1
[ "${1:-}" = --small ] && part=50
work=$CHAOS_WORK/memory
mkdir -p "$work"
code=0

attempt() { # WHAT MEMORY EXPECTED-EXIT-CODE ARGUMENT..
  local what=$1 memory=$2 expected=$3 begin result peak
  shift 3
  begin=$(date +%s%3N)
  STRAY_JAVA_OPTIONS=-Xmx$memory "$CHAOS_HOME/bin/stray" "$@" >"$work/out" 2>"$work/err" &
  local process=$!
  peak=0
  while [ -d "/proc/$process" ]; do
    local now
    now=$(awk '/VmHWM/ {print int($2 / 1000)}' "/proc/$process/status" 2>/dev/null)
    [ "${now:-0}" -gt "$peak" ] && peak=$now
    sleep 0.2
  done
  wait "$process"
  result=$?
  echo "| $what, -Xmx$memory | 1 | | exit code $result | $(($(date +%s%3N) - begin)) ms | $peak MB |"
  [ "$result" = "$expected" ] || { code=1; echo "memory.sh: $what: $(head -c 300 "$work/err")" >&2; }
}

head -c $((1000000000 / part)) /dev/zero | tr '\0' x >"$work/x"
{ printf '{"score":1}\n{"score":1,"x":"'; cat "$work/x"; printf '"}\n'; } >"$work/line.jsonl"
{ printf 'score\n"'; cat "$work/x"; printf '"\n'; } >"$work/line.csv"
rm "$work/x"
attempt "JSON lines with one of $((1000 / part)) MB" 256m 2 evaluate --id "$work/line.jsonl" --ood "$work/line.jsonl"
attempt "CSV with a field of $((1000 / part)) MB" 256m 2 evaluate --id "$work/line.csv" --ood "$work/line.csv"
rm "$work"/line.*

rows=$((10000000 / part))
for side in id ood; do
  awk -v rows=$rows -v seed=$side 'BEGIN {srand(length(seed)); print "id,score,verdict"; for (i = 0; i < rows; i++) printf "img%d.png,%.9f,in\n", i, rand()}' >"$work/$side.csv"
done
attempt "\`evaluate\` of $((2 * rows)) rows" 768m 0 evaluate --id "$work/id.csv" --ood "$work/ood.csv"
rm "$work"/*.csv

rows=$((1000000 / part))
/usr/bin/env python3 - "$work/f.safetensors" $rows <<'PYTHON'
import array, json, random, struct, sys
rows, random_ = int(sys.argv[2]), random.Random(1)
ids = '\n'.join('folder/image-%07d.png' % i for i in range(rows)).encode()
values = array.array('f', (random_.random() for _ in range(4 * rows)))
header = json.dumps({
    'features': {'dtype': 'F32', 'shape': [rows, 4], 'data_offsets': [0, 16 * rows]},
    'ids': {'dtype': 'U8', 'shape': [len(ids)], 'data_offsets': [16 * rows, 16 * rows + len(ids)]}}).encode()
header += b' ' * (-len(header) % 8)
with open(sys.argv[1], 'wb') as file:
    file.write(struct.pack('<Q', len(header)) + header + values.tobytes() + ids)
PYTHON
"$CHAOS_HOME/bin/stray" fit -d gaussian -f "$work/f.safetensors" -o "$work/d.stray" --calibration none --quiet >/dev/null || code=1
attempt "\`score --json\` of $rows rows" 256m 0 score -D "$work/d.stray" -f "$work/f.safetensors" --json
[ "$(grep -c '"id"' "$work/out")" = $rows ] || { code=1; echo "memory.sh: rows of the document are missing" >&2; }
exit $code
