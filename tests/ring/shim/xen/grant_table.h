/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SHIM_XEN_GRANT_TABLE_H
#define SHIM_XEN_GRANT_TABLE_H

#include <linux/compiler.h>
#include <linux/mm.h>
#include <linux/types.h>

typedef u32 grant_ref_t;
typedef u32 grant_handle_t;
typedef u16 domid_t;

#define INVALID_GRANT_REF ((grant_ref_t)-1)
#define DOMID_SELF 0x7ff0u

enum { GNTMAP_host_map = 2, GNTMAP_readonly = 4 };
enum { GNTCOPY_source_gref = 1, GNTCOPY_dest_gref = 2 };
enum {
	GNTST_okay = 0, GNTST_general_error = -1, GNTST_no_device_space = -7,
	GNTST_no_space = -10, GNTST_eagain = -12,
};

struct gnttab_copy_ptr {
	union {
		grant_ref_t ref;
		unsigned long gmfn;
	} u;
	domid_t domid;
	u16 offset;
};

struct gnttab_copy {
	struct gnttab_copy_ptr source;
	struct gnttab_copy_ptr dest;
	u16 len;
	u16 flags;
	s16 status;
};

struct gnttab_map_grant_ref {
	u64 host_addr;
	u32 flags;
	grant_ref_t ref;
	domid_t dom;
	s16 status;
	grant_handle_t handle;
};

struct gnttab_unmap_grant_ref {
	u64 host_addr;
	grant_handle_t handle;
	s16 status;
};

struct gnttab_get_version {
	domid_t dom;
	u32 version;
};

struct xen_page_foreign {
	domid_t domid;
	grant_ref_t gref;
};

const struct xen_page_foreign *xen_page_foreign(struct page *page);

static inline void gnttab_set_map_op(struct gnttab_map_grant_ref *op, unsigned long addr,
				     u32 flags, grant_ref_t ref, domid_t peer)
{
	*op = (struct gnttab_map_grant_ref){
		.host_addr = addr, .flags = flags, .ref = ref, .dom = peer,
	};
}

static inline void gnttab_set_unmap_op(struct gnttab_unmap_grant_ref *op, unsigned long addr,
				       u32 flags, grant_handle_t handle)
{
	(void)flags;
	*op = (struct gnttab_unmap_grant_ref){ .host_addr = addr, .handle = handle };
}

int gnttab_map_refs(struct gnttab_map_grant_ref *op, void *kmap, struct page **page,
		    unsigned int nr);
int gnttab_unmap_refs(struct gnttab_unmap_grant_ref *op, void *kunmap, struct page **page,
		      unsigned int nr);
int gnttab_alloc_pages(int nr, struct page **page);
void gnttab_free_pages(int nr, struct page **page);

/* There is no function that asks whether a loan is in use: see XSA-396. */
int gnttab_alloc_grant_references(u16 nr, grant_ref_t *head);
void gnttab_free_grant_references(grant_ref_t head);
void gnttab_free_grant_reference(grant_ref_t ref);
int gnttab_claim_grant_reference(grant_ref_t *head);
void gnttab_release_grant_reference(grant_ref_t *head, grant_ref_t ref);
void gnttab_grant_foreign_access_ref(grant_ref_t ref, domid_t peer, unsigned long gfn,
				     int readonly);
int gnttab_end_foreign_access_ref(grant_ref_t ref);
int gnttab_try_end_foreign_access(grant_ref_t ref);
void gnttab_end_foreign_access(grant_ref_t ref, struct page *page);

#endif
