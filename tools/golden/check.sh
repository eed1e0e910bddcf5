#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Regenerates every golden file and compares with the committed ones. A generator is any *.py here but compare.py and
# test_*.py; it takes --out DIR. Needs Debian's python3-numpy, -scipy, -sklearn and what else the generators name.
# STRAY_PYTHON: the interpreter (default /usr/bin/python3). Exits 0 if all agree, 1 if not, 3 if a generator cannot run.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
python=${STRAY_PYTHON:-/usr/bin/python3}
export PYTHONDONTWRITEBYTECODE=1

if ! command -v "$python" >/dev/null 2>&1; then
    echo "check.sh: no Python at '$python'; set STRAY_PYTHON" >&2
    exit 3
fi
fresh=$(mktemp -d)
trap 'rm -rf "$fresh"' EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

"$python" "$here/test_compare.py" --quiet || exit 1
for script in "$here"/*.py; do
    case ${script##*/} in
    compare.py | test_*.py) continue ;;
    esac
    echo "regenerating: ${script##*/}"
    if ! "$python" "$script" --out "$fresh"; then
        echo "check.sh: ${script##*/} failed" >&2
        exit 3
    fi
done
"$python" "$here/compare.py" "$here/../../golden" "$fresh"
