/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Symbols of xen-split.ko live in a namespace of their own. Newer kernels want
 * it as a string literal; compat/probe.c has looked which it is.
 */
#ifndef XSPLIT_COMPAT_EXPORT_H
#define XSPLIT_COMPAT_EXPORT_H

#include <linux/export.h>
#include <linux/module.h>

#ifdef HAVE_NAMESPACE_WORD
#define XSPLIT_EXPORT(symbol) EXPORT_SYMBOL_NS_GPL(symbol, XEN_SPLIT)
#define XSPLIT_IMPORT() MODULE_IMPORT_NS(XEN_SPLIT)
#else
#define XSPLIT_EXPORT(symbol) EXPORT_SYMBOL_NS_GPL(symbol, "XEN_SPLIT")
#define XSPLIT_IMPORT() MODULE_IMPORT_NS("XEN_SPLIT")
#endif

/* One version for all modules of the project. */
#define XSPLIT_VERSION "0.1"

#endif /* XSPLIT_COMPAT_EXPORT_H */
