// SPDX-License-Identifier: GPL-2.0
/*
 * A program that leaves its data unread.
 *
 *	unread UDP_PORT
 *
 * goes to the background, binds the port, and reads nothing. On SIGUSR1 it reads all that
 * is there, writes the number of bytes to /run/rig/unread.UDP_PORT and exits.
 */
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	struct sockaddr_in here = { .sin_family = AF_INET };
	int sock = socket(AF_INET, SOCK_DGRAM, 0), sig, room = 4 << 20;
	char data[65536], name[64];
	sigset_t set;
	long sum = 0;
	ssize_t len;
	FILE *out;

	if (argc != 2)
		return 2;
	here.sin_port = htons(atoi(argv[1]));
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, NULL);
	setsockopt(sock, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof(room));
	if (sock < 0 || bind(sock, (struct sockaddr *)&here, sizeof(here)) || daemon(0, 0))
		return 1;
	sigwait(&set, &sig);
	while ((len = recv(sock, data, sizeof(data), MSG_DONTWAIT)) >= 0)
		sum += len;
	snprintf(name, sizeof(name), "/run/rig/unread.%s", argv[1]);
	out = fopen(name, "w");
	if (!out)
		return 1;
	fprintf(out, "%ld\n", sum);
	return fclose(out) ? 1 : 0;
}
