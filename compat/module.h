/* SPDX-License-Identifier: GPL-2.0 */
/* What every module declares about itself. */
#ifndef XSPLIT_COMPAT_MODULE_H
#define XSPLIT_COMPAT_MODULE_H

#include <linux/export.h>
#include <linux/module.h>

/* The symbols of xen-split.ko live in a namespace. Since 6.13 its name is a string literal. */
#ifdef HAVE_NAMESPACE_WORD
#undef MODULE_IMPORT_NS
#define MODULE_IMPORT_NS(ns) MODULE_INFO(import_ns, ns)
#define XSPLIT_EXPORT(symbol) EXPORT_SYMBOL_NS_GPL(symbol, XEN_SPLIT)
#else
#define XSPLIT_EXPORT(symbol) EXPORT_SYMBOL_NS_GPL(symbol, "XEN_SPLIT")
#endif

#endif /* XSPLIT_COMPAT_MODULE_H */
