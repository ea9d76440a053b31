/* SPDX-License-Identifier: GPL-2.0 */
#ifndef TEST_SUITES_H
#define TEST_SUITES_H

#include "harness.h"

extern const struct test_suite ring_suite;
extern const struct test_suite event_suite;
extern const struct test_suite eoi_suite;
extern const struct test_suite backoff_suite;
extern const struct test_suite lost_event_suite;
extern const struct test_suite state_suite;
extern const struct test_suite key_suite;
extern const struct test_suite errno_hint_suite;
extern const struct test_suite retry_suite;
extern const struct test_suite grant_batch_suite;
extern const struct test_suite grant_cache_suite;
extern const struct test_suite grant_lend_suite;
extern const struct test_suite link_rings_suite;
extern const struct test_suite link_watches_suite;
extern const struct test_suite link_connect_suite;
extern const struct test_suite affinity_suite;
extern const struct test_suite pace_suite;
extern const struct test_suite histogram_suite;
extern const struct test_suite abi_suite;
extern const struct test_suite abi_arm64_suite;
extern const struct test_suite request64_suite;
extern const struct test_suite request32_suite;
extern const struct test_suite blkback_keys_suite;
extern const struct test_suite blkback_work_suite;
extern const struct test_suite encode_suite;
extern const struct test_suite response_suite;
extern const struct test_suite name_suite;
extern const struct test_suite blkfront_keys_suite;
extern const struct test_suite cache_suite;
extern const struct test_suite backend_suite;
extern const struct test_suite orphan_suite;
extern const struct test_suite pages_suite;
extern const struct test_suite sweep64_suite;
extern const struct test_suite sweep32_suite;
extern const struct test_suite back_tx_parse_suite;
extern const struct test_suite back_extra_suite;
extern const struct test_suite back_sweep_suite;
extern const struct test_suite netback_keys_suite;
extern const struct test_suite back_layout_suite;
extern const struct test_suite back_ctrl_suite;
extern const struct test_suite back_hash_suite;
extern const struct test_suite back_tx_rate_suite;
extern const struct test_suite back_mcast_suite;
extern const struct test_suite back_rx_stall_suite;
extern const struct test_suite back_tx_headers_suite;
extern const struct test_suite front_tx_encode_suite;
extern const struct test_suite front_rx_parse_suite;
extern const struct test_suite front_extra_suite;
extern const struct test_suite front_keys_suite;
extern const struct test_suite front_rss_suite;
extern const struct test_suite front_sweep_suite;
extern const struct test_suite front_header_suite;
extern const struct test_suite front_tx_ids_suite;
extern const struct test_suite front_rx_demand_suite;
extern const struct test_suite net_pair_suite;

extern const struct test_suite *const test_suites[];
extern const size_t nr_test_suites;

#endif
