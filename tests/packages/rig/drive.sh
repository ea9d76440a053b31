# SPDX-License-Identifier: GPL-2.0
# The drive with the local apt repository, which both machines have: two versions of our
# packages, and the newer kernel. Also the rig's own programs.
# shellcheck shell=bash disable=SC2154

# $1: folder
drive_kernel() {
	local p place
	say "fetching Linux $KERNEL_NEW"
	place=$(mktemp -d)
	chmod 777 "$place"
	for p in "linux-image-$KERNEL_NEW" "linux-headers-$KERNEL_NEW" \
		"linux-headers-${KERNEL_NEW%-amd64}-common" linux-kbuild-6.1 \
		linux-compiler-gcc-12-x86; do
		quietly "download-$p" env -C "$place" apt-get download "$p"
	done
	mv "$place"/*.deb "$1/"
	rmdir "$place"
}

# $1: folder
drive_index() {
	(cd "$1" && dpkg-scanpackages -m . >Packages 2>"$LOG_DIR/scanpackages.log")
}

# $1: folder
drive_programs() {
	local rig=$1/rig t
	mkdir -p "$rig"
	install -m 755 "$INSTALL_DIR"/machine/{start,dom0} "$RIG_DIR/guest/agent" "$rig/"
	cp "$INSTALL_DIR"/machine/{checks,commands,nic}.sh "$RIG_DIR"/common/{wait,module}.sh "$rig/"
	for t in ask speed; do
		quietly tools gcc -D_GNU_SOURCE -O2 -Wall -static -o "$rig/$t" "$RIG_DIR/tool/$t.c"
	done
	"$TREE_DIR/tests/docs/commands.py" --file xen-split-reload >"$rig/xen-split-reload"
}

# $1: what this boot is for
drive_image() {
	printf 'STAGE=%q\nVERSION_OLD=%q\nVERSION_NEW=%q\nKERNEL_OLD=%q\nKERNEL_NEW=%q\n' \
		"$1" "$VERSION_OLD" "$VERSION_NEW" "$KERNEL_OLD" "$KERNEL_NEW" >"$DRIVE/rig/conf"
	printf 'PATIENCE=%q\n' "$RIG_PATIENCE" >>"$DRIVE/rig/conf"
	rm -f "$work/drive.img"
	truncate -s 512M "$work/drive.img"
	quietly mkfs-drive mkfs.ext4 -q -F -L packages -d "$DRIVE" "$work/drive.img"
}
