# SPDX-License-Identifier: Apache-2.0
# Sourced by the launchers: prints the home of a Java 25 or newer.

java_major() {
  if [ -r "$1/release" ]; then
    sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release" | head -n 1
  else
    "$1/bin/java" -version 2>&1 | sed -n 's/.* version "\([0-9]*\).*/\1/p' | head -n 1
  fi
}

is_java_25() {
  [ -n "$1" ] && [ -x "$1/bin/java" ] || return 1
  major=$(java_major "$1")
  [ -n "$major" ] && [ "$major" -ge 25 ]
}

find_java_home() {
  if [ -n "${STRAY_JAVA_HOME:-}" ] && ! is_java_25 "$STRAY_JAVA_HOME"; then
    printf 'stray: note: STRAY_JAVA_HOME=%s is no Java 25 or newer; looking elsewhere\n' "$STRAY_JAVA_HOME" >&2
  fi
  for home in "${STRAY_JAVA_HOME:-}" "${JAVA_HOME:-}"; do
    if is_java_25 "$home"; then
      printf '%s\n' "$home"
      return 0
    fi
  done
  on_path=$(command -v java 2>/dev/null)
  if [ -n "$on_path" ]; then
    while [ -h "$on_path" ]; do
      next=$(readlink "$on_path")
      case $next in /*) on_path=$next ;; *) on_path=$(dirname "$on_path")/$next ;; esac
    done
    home=$(dirname "$(dirname "$on_path")")
    if is_java_25 "$home"; then
      printf '%s\n' "$home"
      return 0
    fi
  fi
  for home in /usr/lib/jvm/* /usr/java/* /opt/java/* /opt/jdk* "${HOME:-}"/.sdkman/candidates/java/* "${HOME:-}"/.jdks/* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home; do
    if is_java_25 "$home"; then
      printf '%s\n' "$home"
      return 0
    fi
  done
  return 1
}
