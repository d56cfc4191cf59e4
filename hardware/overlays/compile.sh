#!/bin/sh
# Compiles overlays: compile.sh SOURCES OUT turns every *.dts of the folder SOURCES into OUT/*.dtbo, and overlay_map.dts, the
# firmware's list of names, into OUT/overlay_map.dtb. With further arguments, device trees of boards, each overlay must also
# apply to each board that the list has it for. Needs cpp and device-tree-compiler.
set -eu
[ $# -ge 2 ] || { echo "usage: $0 SOURCES OUT [BOARD.dtb ...]" >&2; exit 2; }
sources=$1 out=$2
shift 2
mkdir -p "$out"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
dtc -q -I dts -O dtb -o "$out/overlay_map.dtb" "$sources/overlay_map.dts"
for source in "$sources"/*.dts; do
	name=$(basename "$source" .dts)
	[ "$name" != overlay_map ] || continue
	cpp -nostdinc -undef -x assembler-with-cpp -P -I"$sources" "$source" "$scratch/source.dts"
	# References into the board's tree can't be checked without the board: -W no-... only for what overlays always trip over.
	dtc -@ -q -I dts -O dtb -o "$scratch/overlay.dtbo" "$scratch/source.dts"
	for board in "$@"; do
		# A property without a value is the list's yes; with one it names another file.
		case $(basename "$board") in bcm2711*) chip=bcm2711 ;; bcm2712*) chip=bcm2712 ;; *) chip=bcm2835 ;; esac
		other=$(fdtget -t s "$out/overlay_map.dtb" "/$name" "$chip" 2>/dev/null) && [ -z "$other" ] || continue
		fdtoverlay -i "$board" -o "$scratch/merged.dtb" "$scratch/overlay.dtbo" ||
			{ echo "$name does not apply to $(basename "$board")" >&2; exit 1; }
	done
	mv "$scratch/overlay.dtbo" "$out/$name.dtbo"
	echo "$name.dtbo"
done
