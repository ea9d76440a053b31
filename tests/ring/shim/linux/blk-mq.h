/* SPDX-License-Identifier: GPL-2.0 */
#ifndef SHIM_LINUX_BLK_MQ_H
#define SHIM_LINUX_BLK_MQ_H

#include <linux/list.h>
#include <linux/minmax.h>
#include <linux/types.h>

#define BLK_STS_IOERR 10

struct request {
	struct list_head queuelist;
};

void *blk_mq_rq_to_pdu(struct request *rq);
void blk_mq_requeue_request(struct request *rq, bool kick);
void blk_mq_end_request(struct request *rq, int status);

#endif
