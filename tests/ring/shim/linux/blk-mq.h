/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SHIM_LINUX_BLK_MQ_H
#define SHIM_LINUX_BLK_MQ_H

#include <linux/minmax.h>
#include <linux/types.h>

struct request;

void *blk_mq_rq_to_pdu(struct request *rq);

#endif
