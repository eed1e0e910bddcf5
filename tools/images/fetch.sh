#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Fetches public image files to compare with, into FOLDER: fetch.sh PYTHON FOLDER
# They are the test files of Pillow and pillow-heif (source archives, by pip of PYTHON) and of some of Debian's source packages
# (by apt-get, from where this machine's packages come from, with lists of its own). FOLDER/sets/NAME holds the unpacked archive,
# FOLDER/sets/NAME.version what it is. What is there is not fetched again; what cannot be had is said and left out. Nothing of
# it is ever committed.
set -euo pipefail
python=$1
mkdir -p "$2"
cd "$2"
mkdir -p archives sets

unpack() { # NAME VERSION ARCHIVE
    mkdir "sets/.$1"
    tar -xf "$3" -C "sets/.$1" --no-same-owner
    echo "$2" >"sets/$1.version"
    mv "sets/.$1" "sets/$1"
}

rm -rf sets/.[!.]*
for wanted in pillow=13.0.0 pillow-heif=1.8.1; do
    name=${wanted%=*} version=${wanted#*=}
    [ -d "sets/$name" ] && continue
    "$python" -m pip download -q --no-deps --no-binary :all: "$name==$version" -d archives >&2 ||
        { echo "fetch.sh: $name $version cannot be had; it is left out" >&2; continue; }
    unpack "$name" "$version" archives/"${name//-/_}-$version.tar.gz"
done

# Where packages come from, with their sources, in a folder of its own: the machine's own configuration stays as it is.
rm -rf apt
mkdir -p apt/parts apt/lists/partial apt/archives/partial
for list in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
    [ -f "$list" ] && sed -n 's/^deb /deb-src /p' "$list" >"apt/parts/$(basename "$list" .list).list"
done
for list in /etc/apt/sources.list.d/*.sources; do
    [ -f "$list" ] && sed 's/^Types:.*/Types: deb-src/' "$list" >apt/parts/"$(basename "$list")"
done
apt=(apt-get -q -o "Dir::Etc::SourceList=/dev/null" -o "Dir::Etc::SourceParts=$PWD/apt/parts" -o "Dir::State::Lists=$PWD/apt/lists"
    -o "Dir::Cache=$PWD/apt" -o APT::Sandbox::User=root -o Acquire::Retries=3)
"${apt[@]}" update >/dev/null

for name in tiff vips libwebp libheif libjpeg-turbo libpng1.6 giflib gdk-pixbuf graphicsmagick imagemagick exiv2 libexif \
    libimage-exiftool-perl leptonlib libgd2 kimageformats netpbm-free; do
    [ -d "sets/$name" ] && continue
    (cd archives && "${apt[@]}" source --download-only "$name" >/dev/null 2>&1) || true
    archive=$(find archives -name "${name}_*.orig.tar.*" ! -name '*.asc' | sort | tail -1)
    if [ -z "$archive" ]; then
        echo "fetch.sh: the source of $name cannot be had; it is left out" >&2
        continue
    fi
    version=${archive##*_}
    unpack "$name" "${version%.orig.tar.*}" "$archive"
done
