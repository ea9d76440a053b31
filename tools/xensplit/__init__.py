# SPDX-License-Identifier: GPL-2.0
"""What xen-split-top is made of."""
