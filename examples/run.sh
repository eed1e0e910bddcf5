#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Builds the examples and runs each as its README says, and compares what they say with what they should: part of the gate.
#   examples/run.sh
set -euo pipefail
cd "$(dirname "$0")/.."
. cli/src/main/dist/bin/find-java.sh
JAVA_HOME=$(find_java_home) || { echo "run.sh: no JDK 25 or newer found; set STRAY_JAVA_HOME to one" >&2; exit 3; }
export JAVA_HOME
PATH=$JAVA_HOME/bin:$PATH
names=(guard guard-queue guard-spring features-from-python)
mvn -B -q -Pexamples -pl "$(printf 'examples/%s,' "${names[@]}")" -am package -Dmaven.test.skip=true -Dspotless.check.skip=true

work=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null; rm -rf "$work"' EXIT
fail() { echo "run.sh: $*" >&2; exit 1; }
expect() { # WHAT FILE PATTERN
  grep -Eq "$3" "$2" || { cat "$2" >&2; fail "$1: expected $3"; }
}
flags=(--add-modules jdk.incubator.vector --enable-native-access=ALL-UNNAMED)

./stray demo --images -o "$work/demo" --quiet >/dev/null
sign=$work/demo/images/test/no-entry/0001.png
stranger=$work/demo/images/noise/uniform/0001.png
echo 'no image' >"$work/broken.png"

code=0
java "${flags[@]}" -cp 'examples/guard/target/guard.jar:examples/guard/target/lib/*' example.GuardFiles \
  "$work/demo/detector.stray" "$sign" "$stranger" "$work/broken.png" >"$work/guard.txt" 2>"$work/guard.err" || code=$?
[ $code = 1 ] || { cat "$work/guard.err" >&2; fail "guard: exit code $code, expected 1"; }
expect guard "$work/guard.txt" "^in .*$sign"
expect guard "$work/guard.txt" "^out .*$stranger"
expect guard "$work/guard.txt" '^refused .*NOT_AN_IMAGE'
java --add-modules jdk.incubator.vector --enable-native-access=io.github.stray.vision,com.microsoft.onnxruntime \
  -p examples/guard/target/guard.jar:examples/guard/target/lib -m com.example.guard/example.GuardFiles \
  "$work/demo/detector.stray" "$sign" "$stranger" "$work/broken.png" >"$work/modules.txt" 2>"$work/modules.err" || true
cmp "$work/guard.txt" "$work/modules.txt" || { cat "$work/modules.err" >&2; fail 'guard: other answers on the module path'; }
java -p examples/guard/target/guard.jar:examples/guard/target/lib -m com.example.guard/example.GuardFiles \
  "$work/demo/detector.stray" "$sign" >"$work/bare.txt" 2>"$work/bare.err" || fail "guard without flags: $(cat "$work/bare.err")"
cmp <(head -1 "$work/guard.txt") "$work/bare.txt" || fail 'guard: other answers without flags'
expect 'guard without flags' "$work/bare.err" '^note: .*without --enable-native-access=io.github.stray.vision\): .* slower'

mkdir -p "$work/queue/inbox" "$work/queue/in"
echo 'judged before' >"$work/queue/in/sign.png"
cp "$sign" "$work/queue/inbox/sign.png"
cp "$stranger" "$work/queue/inbox/stranger.png"
cp "$work/broken.png" "$work/queue/inbox"
java "${flags[@]}" -cp 'examples/guard-queue/target/guard-queue.jar:examples/guard-queue/target/lib/*' example.Inbox \
  "$work/demo/detector.stray" "$work/queue" >"$work/queue.txt" 2>"$work/queue.err" &
server=$!
for _ in $(seq 300); do
  [ "$(find "$work/queue/in" "$work/queue/out" "$work/queue/refused" -type f 2>/dev/null | wc -l)" = 4 ] && break
  kill -0 "$server" 2>/dev/null || break
  sleep 0.1
done
kill "$server"
wait "$server" || true
server=
for file in in/sign.png in/1-sign.png out/stranger.png refused/broken.png; do
  [ -f "$work/queue/$file" ] || { cat "$work/queue.txt" "$work/queue.err" >&2; fail "guard-queue: no $file"; }
done

java "${flags[@]}" -jar examples/guard-spring/target/guard-spring.jar --guard="$work/demo/detector.stray" --server.port=0 \
  >"$work/spring.txt" 2>&1 &
server=$!
port=
for _ in $(seq 600); do
  port=$(sed -n 's/.*Tomcat started on port \([0-9]*\).*/\1/p' "$work/spring.txt")
  [ -n "$port" ] && break
  kill -0 "$server" 2>/dev/null || break
  sleep 0.1
done
[ -n "$port" ] || { cat "$work/spring.txt" >&2; fail "guard-spring did not start"; }
upload() { # FILE ANSWER
  curl -s -o "$2" -w '%{http_code}' -F "image=@$1" "http://127.0.0.1:$port/uploads"
}
[ "$(upload "$sign" "$work/a.json")" = 200 ] || fail "guard-spring: $(cat "$work/a.json")"
expect guard-spring "$work/a.json" '"accepted":true'
[ "$(upload "$stranger" "$work/a.json")" = 200 ] || fail "guard-spring: $(cat "$work/a.json")"
expect guard-spring "$work/a.json" '"accepted":false'
[ "$(upload "$work/broken.png" "$work/a.json")" = 415 ] || fail "guard-spring: $(cat "$work/a.json")"
head -c 25000000 /dev/zero >"$work/large.png"
[ "$(upload "$work/large.png" "$work/a.json")" = 413 ] || fail "guard-spring: $(cat "$work/a.json")"
kill "$server"
wait "$server" || true
server=

/usr/bin/python3 examples/features-from-python/features.py "$work/features"
java "${flags[@]}" -cp 'examples/features-from-python/target/features-from-python.jar:examples/features-from-python/target/lib/*' \
  example.ScoreFeatures "$work/features" >"$work/features.txt" 2>"$work/features.err"
expect features-from-python "$work/features.txt" '^stranger: 20 of 20 are out$'
[ "$(wc -l <"$work/features/scores.csv")" = 101 ] || fail "features-from-python: $(head -3 "$work/features/scores.csv")"
cat "$work/guard.txt" "$work/queue.txt" "$work/features.txt"
