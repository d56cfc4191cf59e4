#!/bin/sh
# Makes a signed update bundle out of what a card carries for one slot.
# make-bundle.sh ROOT.squashfs BOOT.vfat VERSION KEY.pem CERT.pem OUT.raucb
# BOOT.vfat may be the one of either slot: the box writes the slot's letter into it (usr/lib/jambox/rauc-installed).
set -eu
[ $# -eq 6 ] || { sed -n '3s/^# /usage: /p' "$0" >&2; exit 2; }
root=$1 boot=$2 version=$3 key=$4 cert=$5 out=$6
here=$(dirname "$(readlink -f "$0")")
case $version in '' | *[!0-9A-Za-z.+_-]*) echo "make-bundle.sh: not a version: $version" >&2; exit 2 ;; esac

# Beside the bundle, so that the images are linked and not copied.
work=$(mktemp -d "$(dirname "$out")/bundle.XXXXXX")
trap 'rm -rf "$work"' EXIT
place() { ln "$1" "$work/$2" 2>/dev/null || cp "$1" "$work/$2"; }
place "$root" root.squashfs
place "$boot" boot.vfat
sed "s/@VERSION@/$version/" "$here/manifest.raucm.in" >"$work/manifest.raucm"
rm -f "$out"
rauc bundle --cert "$cert" --key "$key" "$work" "$out"
