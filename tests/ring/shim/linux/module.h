/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SHIM_LINUX_MODULE_H
#define SHIM_LINUX_MODULE_H

#include <linux/export.h>

struct module;

#define MODULE_IMPORT_NS(ns) struct shim_import_##ns

#endif
