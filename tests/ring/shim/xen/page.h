/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SHIM_XEN_PAGE_H
#define SHIM_XEN_PAGE_H

#define XEN_PAGE_SIZE 4096UL
#define xen_page_to_gfn(page) ((unsigned long)(page))

#endif
