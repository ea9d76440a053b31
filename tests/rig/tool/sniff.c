// SPDX-License-Identifier: GPL-2.0
/*
 * Take all frames that pass an interface, with what the kernel says of their checksums and
 * segments, as a monitor or a virtual machine does, until killed by SIGTERM; then print how
 * many there were.
 *
 *	sniff INTERFACE
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <linux/virtio_net.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* recv() may call end(), so it is read again behind each. */
static sig_atomic_t ended;

static void end(int sig)
{
	(void)sig;
	ended = 1;
}

static int sniff_open(const char *name)
{
	struct sockaddr_ll at = {
		.sll_family = AF_PACKET,
		.sll_protocol = htons(ETH_P_ALL),
		.sll_ifindex = if_nametoindex(name),
	};
	int one = 1, fd = socket(AF_PACKET, SOCK_RAW, htons(ETH_P_ALL));

	if (fd < 0 || !at.sll_ifindex ||
	    setsockopt(fd, SOL_PACKET, PACKET_VNET_HDR, &one, sizeof(one)) ||
	    bind(fd, (struct sockaddr *)&at, sizeof(at))) {
		fprintf(stderr, "sniff: %s: %s\n", name, strerror(errno));
		return -1;
	}
	return fd;
}

int main(int argc, char **argv)
{
	/* Without SA_RESTART, so that it interrupts recv(). */
	const struct sigaction action = { .sa_handler = end };
	static char frame[sizeof(struct virtio_net_hdr) + 70000];
	unsigned long frames = 0, refused = 0;
	int fd;

	if (argc != 2) {
		fprintf(stderr, "sniff INTERFACE\n");
		return 2;
	}
	sigaction(SIGTERM, &action, NULL);
	fd = sniff_open(argv[1]);
	if (fd < 0)
		return 1;
	while (!ended) {
		if (recv(fd, frame, sizeof(frame), 0) > 0)
			frames++;
		else if (errno != EINTR)
			refused++;
	}
	/* A frame that has no such header is refused. */
	printf("%lu frames, %lu refused\n", frames, refused);
	close(fd);
	return 0;
}
