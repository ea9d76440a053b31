/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SHIM_LINUX_PRINTK_H
#define SHIM_LINUX_PRINTK_H

#include <linux/types.h>

__printf(1, 2)
void shim_log(const char *fmt, ...);

#define pr_err(...) shim_log(__VA_ARGS__)
#define pr_err_ratelimited(...) shim_log(__VA_ARGS__)
#define pr_warn_ratelimited(...) shim_log(__VA_ARGS__)

#endif
