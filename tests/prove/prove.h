/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a harness needs: values that may be anything, and what is known or claimed of them.
 * CBMC tries all of them at once.
 */
#ifndef PROVE_H
#define PROVE_H

#include <linux/types.h>

/* Any value: CBMC knows these names. */
bool nondet_bool(void);
u8 nondet_u8(void);
u16 nondet_u16(void);
u32 nondet_u32(void);
u64 nondet_u64(void);

void __CPROVER_assume(bool cond);
void __CPROVER_assert(bool cond, const char *text);
void __CPROVER_havoc_object(void *object);

/* Only values of which this is true are looked at. */
#define GIVEN(cond) __CPROVER_assume(cond)
/* It is true of all that are left. */
#define CLAIM(cond) __CPROVER_assert((cond), #cond)
/* Fill an object with anything. */
#define ANYTHING(object) __CPROVER_havoc_object(object)

#endif
