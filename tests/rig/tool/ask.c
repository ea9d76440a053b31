// SPDX-License-Identifier: GPL-2.0
/*
 * Commands for a guest, over xenstore. A shell would need half a dozen processes for
 * each, which are slow under emulation.
 *
 *	ask for NODE SECONDS TEXT	in dom0: have TEXT run, and wait
 *	ask answer NODE SEQ SECONDS	in dom0: wait for what was asked for before
 *	ask until SECONDS TEXT NODE...	in dom0: wait until each of the nodes is TEXT,
 *					or, if that is empty, is no more
 *	ask serve NODE FOLDER		in the guest
 *	ask flood SECONDS NODE TEXT...	anywhere: write one text after the other to NODE, as
 *					fast as xenstored answers, and print how often
 *	ask put NODE TEXT		on either side: write a node
 *	ask read NODE...		on either side: print the value of each node on a line of
 *					its own, which is empty if there is no such node
 *
 * A command is NODE/cmd/SEQ, its answer NODE/answer/SEQ: the exit status on a line of
 * its own, then the output. The caller prints the output and exits with that status, or
 * with 124 if there is no answer in time. When its time is up, it measures the speed of
 * the machine, and waits on if that is slower than SLOW in the environment.
 *
 * serve writes each command to FOLDER/cmd.SEQ and prints SEQ. When it reads a SEQ on stdin,
 * it sends FOLDER/answer.SEQ as the answer, and removes that and out.SEQ, which had the
 * command's output. It goes on after a migration, because the kernel sets its watch again.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "speed.h"

enum { DIRECTORY = 1, READ = 2, WATCH = 4, WRITE = 11, RM = 13, EVENT = 15, ERROR = 16 };

#define LONGEST 4096
#define NO_ANSWER 124
/* The machine's speed, measured again before a wait fails. */
#define LOOKS 3

/* Of the wire. */
struct message {
	uint32_t type;
	uint32_t id;
	uint32_t transaction;
	uint32_t len;
	char body[LONGEST + 1];
};

#define HEADER 16

static int store;
/* Something below a watch has changed since this was last cleared. */
static int news;

static void die(const char *what)
{
	fprintf(stderr, "ask: %s: %s\n", what, strerror(errno));
	exit(2);
}

/* --- the store ------------------------------------------------------------- */

static void connect_store(void)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX, .sun_path = "/run/xenstored/socket" };

	store = socket(AF_UNIX, SOCK_STREAM, 0);
	if (store >= 0 && !connect(store, (struct sockaddr *)&addr, sizeof(addr)))
		return;
	close(store);
	store = open("/dev/xen/xenbus", O_RDWR);
	if (store < 0)
		die("/dev/xen/xenbus");
}

static void get_all(void *to, size_t len)
{
	ssize_t n;

	for (; len; to = (char *)to + n, len -= n) {
		n = read(store, to, len);
		if (n <= 0 && (n == 0 || errno != EINTR))
			die("xenstore");
		n = n < 0 ? 0 : n;
	}
}

static void put_all(const void *from, size_t len)
{
	ssize_t n;

	for (; len; from = (const char *)from + n, len -= n) {
		n = write(store, from, len);
		if (n <= 0)
			die("xenstore");
	}
}

/* Read the next reply; watch events before it are only noted. */
static void get_message(struct message *m)
{
	do {
		get_all(m, HEADER);
		if (m->len > LONGEST) {
			errno = EPROTO;
			die("xenstore");
		}
		get_all(m->body, m->len);
		m->body[m->len] = '\0';
		news |= m->type == EVENT;
	} while (m->type == EVENT);
}

/* The body is in @m. Return: 0 if the reply is an error. */
static int call(struct message *m, uint32_t type, uint32_t len)
{
	m->type = type;
	m->id = 0;
	m->transaction = 0;
	m->len = len;
	put_all(m, HEADER + len);
	get_message(m);
	return m->type == type;
}

/* A request with a path and nothing else. */
static int call_path(struct message *m, uint32_t type, const char *path)
{
	int len = snprintf(m->body, LONGEST, "%s", path);

	return call(m, type, len + 1);
}

static void watch(struct message *m, const char *path)
{
	int len = snprintf(m->body, LONGEST, "%s", path);

	len += 1 + snprintf(m->body + len + 1, LONGEST - len - 1, "ask");
	if (!call(m, WATCH, len + 1)) {
		errno = EIO;
		die(path);
	}
}

static int write_node(struct message *m, const char *path, const char *text, size_t text_len)
{
	int len = snprintf(m->body, LONGEST, "%s", path) + 1;

	if (len + text_len > LONGEST)
		text_len = LONGEST - len;
	memcpy(m->body + len, text, text_len);
	return call(m, WRITE, len + text_len);
}

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec + ts.tv_nsec / 1e9;
}

/* The end of a wait: @seconds after @start, at the assumed speed. */
struct limit {
	double start;
	double seconds;
	int slow;
};

static struct limit limit_of(double seconds)
{
	const char *slow = getenv("SLOW");

	return (struct limit){ now(), seconds, slow ? atoi(slow) : 0 };
}

/* Return: 1 if the machine is slower than was assumed by more than a tenth. */
static int limit_extend(struct limit *l)
{
	int slow = l->slow > 0 ? speed_percent(LOOKS) : 0;

	if (slow * 10 <= l->slow * 11)
		return 0;
	fprintf(stderr, "work takes %d %% of the usual time now, not %d %%: waiting on\n",
		slow, l->slow);
	l->seconds = l->seconds * slow / l->slow;
	l->slow = slow;
	return 1;
}

/* Return: 0 when time is up. */
static int wait_for_news(struct limit *l)
{
	struct pollfd p = { .fd = store, .events = POLLIN };
	struct message m;
	double left = l->start + l->seconds - now();

	if (news)
		return !(news = 0);
	if (left <= 0 || poll(&p, 1, left * 1000 + 1) <= 0)
		return limit_extend(l);
	get_all(&m, HEADER);
	if (m.len <= LONGEST)
		get_all(m.body, m.len);
	return 1;
}

/* --- dom0 ------------------------------------------------------------------ */

/* Print the output of the command. Return: its exit status. */
static int tell(const struct message *m)
{
	const char *rest = strchr(m->body, '\n');

	if (rest && rest[1])
		puts(rest + 1);
	return atoi(m->body);
}

static int await(const char *node, const char *seq, double seconds)
{
	struct limit limit = limit_of(seconds);
	char path[256];
	struct message m;
	int status;

	snprintf(path, sizeof(path), "%s/answer/%s", node, seq);
	watch(&m, path);
	while (!call_path(&m, READ, path)) {
		if (wait_for_news(&limit))
			continue;
		printf("%s: no answer in %.0f s\n", node, limit.seconds);
		return NO_ANSWER;
	}
	status = tell(&m);
	call_path(&m, RM, path);
	snprintf(path, sizeof(path), "%s/cmd/%s", node, seq);
	call_path(&m, RM, path);
	return status;
}

static int ask_for(const char *node, double seconds, const char *text)
{
	char path[256], seq[32];
	struct message m;
	struct timeval tv;

	gettimeofday(&tv, NULL);
	snprintf(seq, sizeof(seq), "%lld%06ld", (long long)tv.tv_sec, (long)tv.tv_usec);
	snprintf(path, sizeof(path), "%s/cmd/%s", node, seq);
	if (!write_node(&m, path, text, strlen(text))) {
		printf("%s: %s\n", path, m.body);
		return 2;
	}
	return await(node, seq, seconds);
}

/* Is the node's value @text? Without a text: does the node not exist? */
static int node_is(const char *path, const char *text)
{
	struct message m;
	int there = call_path(&m, READ, path);

	return *text ? there && !strcmp(m.body, text) : !there;
}

static int wait_until(double seconds, const char *text, char **nodes, int nr)
{
	struct limit limit = limit_of(seconds);
	struct message m;
	int i;

	for (i = 0; i < nr; i++)
		watch(&m, nodes[i]);
	for (i = 0; i < nr; i++) {
		if (node_is(nodes[i], text))
			continue;
		if (!wait_for_news(&limit))
			return 1;
		/* The others may have changed as well. */
		i = -1;
	}
	return 0;
}

/* --- the guest ------------------------------------------------------------- */

static void save_command(const char *node, const char *folder, const char *seq)
{
	char path[256];
	struct message m;
	int fd;

	snprintf(path, sizeof(path), "%s/cmd.%s", folder, seq);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0600);
	if (fd < 0)
		return;
	snprintf(path, sizeof(path), "%s/cmd/%s", node, seq);
	if (call_path(&m, READ, path) && write(fd, m.body, m.len) == (ssize_t)m.len) {
		printf("%s\n", seq);
		fflush(stdout);
	}
	close(fd);
}

static void save_commands(const char *node, const char *folder)
{
	struct message list;
	char path[256];
	char *seq;

	snprintf(path, sizeof(path), "%s/cmd", node);
	if (!call_path(&list, DIRECTORY, path))
		return;
	for (seq = list.body; seq < list.body + list.len; seq += strlen(seq) + 1)
		if (strspn(seq, "0123456789") == strlen(seq))
			save_command(node, folder, seq);
}

static void send_answer(const char *node, const char *folder, const char *seq)
{
	char path[256], text[LONGEST];
	struct message m;
	ssize_t len;
	int fd;

	snprintf(path, sizeof(path), "%s/answer.%s", folder, seq);
	fd = open(path, O_RDONLY);
	len = fd < 0 ? -1 : read(fd, text, sizeof(text));
	if (len < 0)
		len = snprintf(text, sizeof(text), "2\nno answer");
	if (fd >= 0)
		close(fd);
	unlink(path);
	snprintf(path, sizeof(path), "%s/out.%s", folder, seq);
	unlink(path);
	snprintf(path, sizeof(path), "%s/answer/%s", node, seq);
	write_node(&m, path, text, len);
}

static void serve(const char *node, const char *folder)
{
	struct pollfd p[] = { { .fd = 0, .events = POLLIN }, { .events = POLLIN } };
	char path[256], seq[64];
	struct message m;

	p[1].fd = store;
	snprintf(path, sizeof(path), "%s/cmd", node);
	watch(&m, path);
	setbuf(stdin, NULL);
	for (;;) {
		p[0].revents = 0;
		p[1].revents = 0;
		save_commands(node, folder);
		if (!news && poll(p, 2, -1) < 0)
			continue;
		if (news || p[1].revents)
			wait_for_news(&(struct limit){ now(), 1, 0 });
		if (p[0].revents & POLLIN && fgets(seq, sizeof(seq), stdin)) {
			seq[strcspn(seq, "\n")] = '\0';
			send_answer(node, folder, seq);
		}
	}
}

static int flood(double seconds, const char *node, char **text, int nr)
{
	double end = now() + seconds;
	unsigned int i;
	struct message m;

	for (i = 0; now() < end; i++)
		if (!write_node(&m, node, text[i % nr], strlen(text[i % nr]))) {
			fprintf(stderr, "ask: %s: %s\n", node, m.body);
			return 1;
		}
	printf("%u\n", i);
	return 0;
}

static int put_node(const char *node, const char *text)
{
	struct message m;

	if (write_node(&m, node, text, strlen(text)))
		return 0;
	fprintf(stderr, "%s: %s\n", node, m.body);
	return 1;
}

/* xenstore-read ends at the first node that is missing. */
static void read_nodes(char **nodes)
{
	struct message m;

	for (; *nodes; nodes++)
		puts(call_path(&m, READ, *nodes) ? m.body : "");
}

int main(int argc, char **argv)
{
	connect_store();
	if (argc == 5 && !strcmp(argv[1], "for"))
		return ask_for(argv[2], atof(argv[3]), argv[4]);
	if (argc == 5 && !strcmp(argv[1], "answer"))
		return await(argv[2], argv[3], atof(argv[4]));
	if (argc >= 5 && !strcmp(argv[1], "until"))
		return wait_until(atof(argv[2]), argv[3], argv + 4, argc - 4);
	if (argc == 4 && !strcmp(argv[1], "serve"))
		serve(argv[2], argv[3]);
	if (argc >= 5 && !strcmp(argv[1], "flood"))
		return flood(atof(argv[2]), argv[3], argv + 4, argc - 4);
	if (argc == 4 && !strcmp(argv[1], "put"))
		return put_node(argv[2], argv[3]);
	if (argc >= 3 && !strcmp(argv[1], "read")) {
		read_nodes(argv + 2);
		return 0;
	}
	fprintf(stderr, "ask for|answer|until|serve|flood|put|read ...\n");
	return 2;
}
