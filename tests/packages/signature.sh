# SPDX-License-Identifier: GPL-2.0
# Signatures of modules: who signed, and whether the bytes are those that were signed. Needs
# $work, $root, $kernel and inside().
# shellcheck shell=bash disable=SC2154

MAGIC='~Module signature appended~'

# Split a signed module: its bytes and its signature. The length of the signature is in front
# of the magic. $1: module
signature_split() {
	local size len end=$((${#MAGIC} + 1))
	[ "$(tail -c $end "$1")" = "$MAGIC" ] || {
		echo "$1 is not signed"
		return 1
	}
	size=$(stat -c %s "$1")
	len=$((0x$(tail -c $((end + 4)) "$1" | head -c 4 | od -An -tx1 | tr -d ' ')))
	head -c $((size - end - 12 - len)) "$1" >"$work/module"
	tail -c $((end + 12 + len)) "$1" | head -c $len >"$work/signature"
}

# $1: certificate (DER); of what signature_split() has left
signature_fits() {
	openssl x509 -inform DER -in "$1" -out "$work/cert.pem" &&
		openssl cms -verify -binary -inform DER -in "$work/signature" -content "$work/module" \
			-certfile "$work/cert.pem" -nointern -noverify -out /dev/null
}

# $1: module, $2: certificate, $3: signer
signed_with() {
	echo "$1: $(modinfo -F signer "$1"), $(modinfo -F sig_hashalgo "$1")"
	[ "$(modinfo -F signer "$1")" = "$3" ] && signature_split "$1" && signature_fits "$2"
}

signed_by_dkms() {
	local m
	for m in "$root/lib/modules/$kernel"/updates/dkms/xen-*.ko; do
		signed_with "$m" "$root/var/lib/dkms/mok.pub" 'DKMS module signing key' || return
	done
}

# The check can fail: one byte of a module is changed.
signature_refused() {
	signature_split "$root/lib/modules/$kernel/updates/dkms/xen-blkfront.ko"
	printf X | dd of="$work/module" bs=1 seek=1000 conv=notrunc status=none
	! signature_fits "$root/var/lib/dkms/mok.pub"
}

# The commands of packages.rst for a key of one's own, on modules of this build, but for
# those that talk to firmware.
signed_by_own_key() {
	local m
	rm -rf "$work/own"
	mkdir "$work/own"
	dpkg-deb -x "$root"/debs/xen-split-modules-*.deb "$work/own"
	manual_steps sign-modules | grep -v mokutil >"$work/commands"
	(
		cd "$work/own"
		uname() { echo "$kernel"; }
		# shellcheck source=/dev/null
		. "$work/commands"
	) || return
	find "$work/own" -name 'xen-*.ko' >"$work/list"
	[ -s "$work/list" ] || return
	while read -r m; do
		signed_with "$m" "$work/own/key.der" xen-split || return
	done <"$work/list"
}
