// SPDX-License-Identifier: GPL-2.0
/* The table of contents. */
#include "suites.h"

const struct test_suite *const test_suites[] = {
	&ring_suite,
	&event_suite,
	&lost_event_suite,
	&state_suite,
	&key_suite,
	&errno_hint_suite,
	&retry_suite,
	&pace_suite,
	&abi_suite,
	&request64_suite,
	&request32_suite,
	&encode_suite,
	&response_suite,
	&name_suite,
	&fit_suite,
	&cache_suite,
	&pages_suite,
	&sweep64_suite,
	&sweep32_suite,
	&back_packet_suite,
	&back_extra_suite,
	&back_sweep_suite,
	&back_layout_suite,
	&back_ctrl_suite,
	&back_hash_suite,
	&back_credit_suite,
	&back_mcast_suite,
	&back_headers_suite,
	&front_request_suite,
	&front_frame_suite,
	&front_extra_suite,
	&front_features_suite,
	&front_rss_suite,
	&front_sweep_suite,
	&front_header_suite,
	&net_pair_suite,
};

const size_t nr_test_suites = ARRAY_SIZE(test_suites);
