#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Kills every command that writes at random moments, and runs it again. CHAOS_KILLS: how many, the seed and perhaps the commands.
set -uo pipefail
if [ "${1:-}" = --small ]; then set -- 4 1 fit; else read -ra asked <<<"${CHAOS_KILLS:-500 1}" && set -- "${asked[@]}"; fi
exec "$CHAOS_WORK/java" tools/chaos/Kills.java "$@"
