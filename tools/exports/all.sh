#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Makes every folder anew, each library in an environment of its own, and compares with the folders that tests keep.
#
# usage: tools/exports/all.sh WORK [KEPT]
#
# WORK: an empty folder for the environments (20 GB) and, in WORK/out (or WORK/$EXPORTS_OUT), the folders. KEPT: what to compare with,
# if anything.
# By hand: an hour on one core. Exits 1 if a network cannot be made, or a value differs.
set -eu
here=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
work=${1:?usage: tools/exports/all.sh WORK [KEPT]}
mkdir -p "$work"
work=$(CDPATH='' cd -- "$work" && pwd)
export OMP_NUM_THREADS=1 PYTHONDONTWRITEBYTECODE=1

environment() {
    name=$1
    shift
    [ -x "$work/$name/bin/python" ] || python3 -m venv "$work/$name"
    for requirements; do "$work/$name/bin/python" -m pip install --quiet -r "$here/$requirements"; done
}

environment main requirements.txt
environment keras requirements-keras.txt
environment paddle requirements-paddle.txt
environment yolo requirements.txt requirements-yolo.txt
environment five requirements-transformers5.txt

out=$work/${EXPORTS_OUT:-out}
mkdir -p "$out"
cd "$work" # the exporters leave files where they run
"$work/keras/bin/python" "$here/keras_nets.py" "$out"
"$work/paddle/bin/python" "$here/paddle_nets.py" "$out"
"$work/yolo/bin/python" "$here/yolo_nets.py" "$out"
"$work/five/bin/python" "$here/five_nets.py" "$out"
"$work/main/bin/python" "$here/make.py" "$out"
if [ $# -gt 1 ]; then
    cd "$OLDPWD"
    "$work/main/bin/python" "$here/compare.py" "$out" "$2"
fi
