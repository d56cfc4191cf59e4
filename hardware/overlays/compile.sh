#!/bin/sh
# Compiles overlays: compile.sh SOURCES OUT turns every *.dts of the folder SOURCES into OUT/*.dtbo. With further arguments,
# device trees of boards, each overlay must also apply to each of them. Needs cpp and device-tree-compiler.
set -eu
[ $# -ge 2 ] || { echo "usage: $0 SOURCES OUT [BOARD.dtb ...]" >&2; exit 2; }
sources=$1 out=$2
shift 2
mkdir -p "$out"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
for source in "$sources"/*.dts; do
	name=$(basename "$source" .dts)
	cpp -nostdinc -undef -x assembler-with-cpp -P -I"$sources" "$source" "$scratch/source.dts"
	# References into the board's tree can't be checked without the board: -W no-... only for what overlays always trip over.
	dtc -@ -q -I dts -O dtb -o "$scratch/overlay.dtbo" "$scratch/source.dts"
	for board in "$@"; do
		fdtoverlay -i "$board" -o "$scratch/merged.dtb" "$scratch/overlay.dtbo" ||
			{ echo "$name does not apply to $(basename "$board")" >&2; exit 1; }
	done
	mv "$scratch/overlay.dtbo" "$out/$name.dtbo"
	echo "$name.dtbo"
done
