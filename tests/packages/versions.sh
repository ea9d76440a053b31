# SPDX-License-Identifier: GPL-2.0
# Packages of another version than the tree's own, for upgrades. Needs $work and $TREE_DIR.
# shellcheck shell=bash disable=SC2154

# The version under test, and the one before it in the changelog.
version_new() {
	cat "$TREE_DIR/VERSION"
}

version_old() {
	sed -n 's/^xen-split (\(.*\)-[^-]*).*/\1/p' "$TREE_DIR/packaging/debian/changelog" |
		grep -vFx "$(version_new)" | head -n 1
}

# The same drivers under another number, from a copy of what is committed.
# $1: version, $2: folder for the packages
version_build() (
	local tree=$work/tree-$1
	git clone -q "$TREE_DIR" "$tree"
	if [ "$1" != "$(version_new)" ]; then
		echo "$1" >"$tree/VERSION"
		sed -i "1s/(.*)/($1-1)/" "$tree/packaging/debian/changelog"
		git -C "$tree" -c user.name=rig -c user.email=rig@localhost commit -qam "$1"
	fi
	quietly "deb-$1" "$tree/packaging/deb"
	cp "$tree"/build/deb/*.deb "$2/"
	rm -rf "$tree"
)
