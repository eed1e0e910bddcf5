#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Tests the launcher ./stray with a pretended JDK and a pretended Maven, in a folder with a space in its name. Takes seconds.
set -u
here=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P) || exit 1
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
root="$work/with space/checkout"
out=$work/out
err=$work/err
tests=0
failed=0

jdk() { # folder, version
  mkdir -p "$1/bin"
  printf 'JAVA_VERSION="%s"\n' "$2" >"$1/release"
  printf '#!/bin/sh\n' >"$1/bin/java"
  cp "$1/bin/java" "$1/bin/javac"
  chmod +x "$1/bin/java" "$1/bin/javac"
}

checkout() {
  rm -rf "$work/with space" "$work/builds"
  mkdir -p "$root/cli/src/main/dist/bin" "$root/core/src/main" "$root/graph/src/main" "$root/vision/src/main" "$root/text/src/main" "$root/study/src/main" "$root/.mvn"
  cp "$here/stray" "$root/stray"
  # The usual places of this machine must not help.
  sed -e "s#/usr/lib/jvm#$work/jvm#" -e "s#/usr/java/\*##" -e "s#/opt/java/\*##" -e "s#/opt/jdk\*##" \
    -e "s#/Library/Java#$work/none#" -e "s#/opt/homebrew#$work/none#" \
    "$here/cli/src/main/dist/bin/find-java.sh" >"$root/cli/src/main/dist/bin/find-java.sh"
  touch "$root/pom.xml" "$root/core/pom.xml" "$root/graph/pom.xml" "$root/vision/pom.xml" "$root/text/pom.xml" "$root/study/pom.xml" "$root/cli/pom.xml"
}

mkdir -p "$work/tools" "$work/maven" "$work/home"
for tool in sh dirname readlink find head sed mkdir rm cat sleep mv grep touch chmod env; do
  ln -s "$(command -v $tool)" "$work/tools/$tool"
done
cat >"$work/maven/mvn" <<'MVN'
#!/bin/sh
printf '%s|' "$@" >>"$BUILDS"
printf '\n' >>"$BUILDS"
[ "${BUILD_SLEEP:-0}" = 0 ] || sleep "$BUILD_SLEEP"
if [ "${BUILD_FAILS:-}" = 1 ]; then echo '[ERROR] it does not compile'; exit 1; fi
mkdir -p cli/target/dist/stray/bin
cat >cli/target/dist/stray/bin/stray <<'PROGRAM'
#!/bin/sh
printf 'JAVA_HOME=%s' "$JAVA_HOME"
for argument in "$@"; do printf ' <%s>' "$argument"; done
printf '\n'
PROGRAM
chmod +x cli/target/dist/stray/bin/stray
MVN
chmod +x "$work/maven/mvn"
jdk "$work/jvm/jdk-25" 25.0.1
jdk "$work/old" 17.0.9
jdk "$work/new" 26

run() { # environment settings, then --, then the command
  settings=''
  while [ "$1" != -- ]; do settings="$settings '$1'"; shift; done
  shift
  eval "env -i PATH='$work/maven:$work/tools' HOME='$work/home' BUILDS='$work/builds' $settings \"\$@\"" >"$out" 2>"$err"
  code=$?
}

check() { # name, condition as a command
  name=$1
  shift
  tests=$((tests + 1))
  if ! "$@"; then
    failed=$((failed + 1))
    printf 'FAILED: %s\n  code %s\n  out: %s\n  err: %s\n' "$name" "$code" "$(cat "$out")" "$(cat "$err")"
  fi
}

said() { [ "$code" -eq "$1" ] && grep -qF -- "$2" "$3"; }
quiet() { [ "$code" -eq 0 ] && [ ! -s "$err" ]; }
builds() { [ "$(cat "$work/builds" 2>/dev/null | wc -l)" -eq "$1" ]; }

checkout
run -- "$root/stray" demo 'a b' "it's" '*' ''
check 'arguments arrive as they were given' said 0 "JAVA_HOME=$work/jvm/jdk-25 <demo> <a b> <it's> <*> <>" "$out"
check 'the build is announced' said 0 'building (once' "$err"
run -- "$root/stray" --version
check 'the second run does not build' quiet
check 'it was built once' builds 1
ln -s "$root/stray" "$work/link"
ln -s link "$work/link2"
run -- "$work/link2" x
check 'a symbolic link works' said 0 '<x>' "$out"
cd "$work/home" || exit 1
run -- '../with space/checkout/stray' y
check 'a relative path from another folder works' said 0 '<y>' "$out"
sleep 1
touch "$root/core/src/main/New.java"
run -- "$root/stray"
check 'a newer source is built' builds 2
run STRAY_OFFLINE=1 -- "$root/stray" test -pl core
check 'test goes to Maven' grep -qF -- '-B|-o|verify|-pl|core|' "$work/builds"

run "STRAY_JAVA_HOME=$work/new" -- "$root/stray"
check 'STRAY_JAVA_HOME goes first' said 0 "JAVA_HOME=$work/new" "$out"
run "JAVA_HOME=$work/old" -- "$root/stray"
check 'an old JAVA_HOME is passed over' said 0 "JAVA_HOME=$work/jvm/jdk-25" "$out"
run "STRAY_JAVA_HOME=$work/nothing" -- "$root/stray"
check 'a wrong STRAY_JAVA_HOME is named' said 0 "STRAY_JAVA_HOME=$work/nothing is no Java 25" "$err"
run "JAVA_HOME=$work/old" "PATH=$work/new/bin:$work/tools" -- "$root/stray"
check 'java on the PATH goes before the usual places' said 0 "JAVA_HOME=$work/new" "$out"
run -- env -u HOME "$root/stray"
check 'no HOME is no trouble' quiet

mv "$work/jvm" "$work/hidden"
run -- "$root/stray"
check 'no JDK: exit 3, and what to install' said 3 'no JDK 25 or newer found. Install one' "$err"
mv "$work/hidden" "$work/jvm"

checkout
run "PATH=$work/tools" -- "$root/stray"
check 'no Maven: exit 3, and what to install' said 3 'Maven (mvn) not found' "$err"
mv "$work/jvm/jdk-25/bin/javac" "$work/javac"
run -- "$root/stray"
check 'a runtime without a compiler cannot build' said 3 'needs a full JDK' "$err"
mv "$work/javac" "$work/jvm/jdk-25/bin/javac"
run BUILD_FAILS=1 -- "$root/stray"
check 'a failed build: exit 3 and the log' said 3 'the build failed; see' "$err"
check 'a failed build shows the errors' said 3 '[ERROR] it does not compile' "$err"
run -- "$root/stray"
check 'after a failed build it is built again' said 0 'JAVA_HOME' "$out"

checkout
mkdir -p "$root/cli/target/build.lock"
echo 99999999 >"$root/cli/target/build.lock/pid"
run -- "$root/stray"
check 'the lock of a dead process is taken over' said 0 'JAVA_HOME' "$out"

checkout
mkdir -p "$root/cli/target/build.lock"
started=$(date +%s)
run -- "$root/stray"
check 'the lock of a process that was killed before it named itself is taken over' said 0 'JAVA_HOME' "$out"
check 'and that takes seconds' [ $(($(date +%s) - started)) -lt 20 ]

checkout
run -- "$root/stray" test
check 'a whole test succeeds' [ "$code" -eq 0 ]
run -- "$root/stray"
check 'after a whole test nothing is left to build' quiet
check 'it was built by the test alone' builds 1
sleep 1
touch "$root/core/src/main/New.java"
run -- "$root/stray"
check 'a source newer than the test is built' builds 2

checkout
run -- "$root/stray" test -pl core
run -- "$root/stray"
check 'a test of a part does not count as a build' builds 2

checkout
run BUILD_FAILS=1 -- "$root/stray" test
check 'a failed test has its own exit code' [ "$code" -eq 1 ]
mkdir -p "$root/cli/target/dist/stray/bin"
cp "$work/new/bin/java" "$root/cli/target/dist/stray/bin/stray"
run -- "$root/stray"
check 'a failed test does not count as a build' builds 2

checkout
env -i PATH="$work/maven:$work/tools" HOME="$work/home" BUILDS="$work/builds" BUILD_SLEEP=2 \
  "$root/stray" test >"$out" 2>"$err" &
launcher=$!
sleep 1
touch "$root/core/src/main/New.java"
wait "$launcher"
run -- "$root/stray"
check 'a source changed during the test is built' builds 2

checkout
for user in 1 2 3; do
  env -i PATH="$work/maven:$work/tools" HOME="$work/home" BUILDS="$work/builds" BUILD_SLEEP=2 \
    "$root/stray" "$user" >"$work/out$user" 2>"$work/err$user" &
done
wait
check 'three at once build once' builds 1
check 'all three run' grep -qF '<1>' "$work/out1"
check 'all three run' grep -qF '<2>' "$work/out2"
check 'all three run' grep -qF '<3>' "$work/out3"

checkout
env -i PATH="$work/maven:$work/tools" HOME="$work/home" BUILDS="$work/builds" BUILD_SLEEP=2 \
  "$root/stray" >"$out" 2>"$err" &
launcher=$!
sleep 1
kill -TERM "$launcher"
wait "$launcher"
code=$?
check 'an ended build runs no program' [ ! -s "$out" ]
check 'an ended build has its own exit code' [ "$code" -eq 143 ]
check 'an ended build leaves no lock' [ ! -e "$root/cli/target/build.lock" ]
run -- "$root/stray"
check 'and the next run builds' said 0 'JAVA_HOME' "$out"

checkout
mkdir -p "$root/cli/target"
chmod a-w "$root/cli/target"
if [ ! -w "$root/cli/target" ]; then
  run -- "$root/stray"
  check 'a read-only checkout is named' said 3 'make the checkout writable' "$err"
fi
chmod u+w "$root/cli/target"

printf '%s checks of the launcher, %s failed\n' "$tests" "$failed"
[ "$failed" -eq 0 ]
