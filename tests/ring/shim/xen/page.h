/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SHIM_XEN_PAGE_H
#define SHIM_XEN_PAGE_H

#define xen_page_to_gfn(page) ((unsigned long)(page))

#endif
