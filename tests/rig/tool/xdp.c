// SPDX-License-Identifier: GPL-2.0
/*
 * XDP programs of a few instructions, assembled here, so that no compiler and no library
 * is needed where they run.
 *
 *	xdp INTERFACE native|generic PROGRAM
 *	xdp INTERFACE off
 *
 * PROGRAM is pass, drop, tx, grow or redirect=INTERFACE, and concerns frames of the
 * frame checker only; all others pass. It inverts a bit of byte 14 on its way,
 * which shows that it ran and may write. grow takes headroom in front of the frame
 * and gives it back, then passes. Or it is echo, which sends back TCP and UDP over
 * IPv4 for port 7, addresses and ports exchanged; no checksum changes by that.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/bpf.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#define FRAME_TYPE 0x88b5
#define IP_TYPE 0x0800
#define ECHO_PORT 7
#define IP 14
#define L4 (IP + 20)
#define MAX_PROGRAM 96
#define HEADROOM 128

#define INSN(c, d, s, o, i) \
	((struct bpf_insn){ .code = c, .dst_reg = d, .src_reg = s, .off = o, .imm = i })
#define LOAD(size, d, s, o) INSN(BPF_LDX | BPF_MEM | (size), d, s, o, 0)
#define STORE(size, d, s, o) INSN(BPF_STX | BPF_MEM | (size), d, s, o, 0)
#define MOVE(d, s) INSN(BPF_ALU64 | BPF_MOV | BPF_X, d, s, 0, 0)
#define SET(d, i) INSN(BPF_ALU64 | BPF_MOV | BPF_K, d, 0, 0, i)
#define ADD(d, i) INSN(BPF_ALU64 | BPF_ADD | BPF_K, d, 0, 0, i)
#define FLIP(d, i) INSN(BPF_ALU64 | BPF_XOR | BPF_K, d, 0, 0, i)
#define CALL(f) INSN(BPF_JMP | BPF_CALL, 0, 0, 0, f)
#define EXIT() INSN(BPF_JMP | BPF_EXIT, 0, 0, 0, 0)

struct program {
	struct bpf_insn insn[MAX_PROGRAM];
	unsigned int nr;
	/* jumps to the end, where everything passes */
	unsigned int jump[8];
	unsigned int jumps;
};

static void die(const char *what)
{
	printf("xdp: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void emit(struct program *p, struct bpf_insn insn)
{
	p->insn[p->nr++] = insn;
}

static void emit_jump(struct program *p, struct bpf_insn insn)
{
	p->jump[p->jumps++] = p->nr;
	emit(p, insn);
}

/* r2 = start of the frame, of which at least @bytes are there; r6 = context */
static void emit_frame(struct program *p, int bytes)
{
	emit(p, LOAD(BPF_W, BPF_REG_2, BPF_REG_6, offsetof(struct xdp_md, data)));
	emit(p, LOAD(BPF_W, BPF_REG_3, BPF_REG_6, offsetof(struct xdp_md, data_end)));
	emit(p, MOVE(BPF_REG_4, BPF_REG_2));
	emit(p, ADD(BPF_REG_4, bytes));
	emit_jump(p, INSN(BPF_JMP | BPF_JGT | BPF_X, BPF_REG_4, BPF_REG_3, 0, 0));
}

static void emit_adjust(struct program *p, int by)
{
	emit(p, MOVE(BPF_REG_1, BPF_REG_6));
	emit(p, SET(BPF_REG_2, by));
	emit(p, CALL(BPF_FUNC_xdp_adjust_head));
	emit_jump(p, INSN(BPF_JMP | BPF_JNE | BPF_K, BPF_REG_0, 0, 0, 0));
}

/* @bytes at @at are exchanged with those that follow. */
static void emit_swap(struct program *p, int at, int bytes)
{
	int o;

	for (o = at; o < at + bytes; o += 2) {
		emit(p, LOAD(BPF_H, BPF_REG_4, BPF_REG_2, o));
		emit(p, LOAD(BPF_H, BPF_REG_5, BPF_REG_2, o + bytes));
		emit(p, STORE(BPF_H, BPF_REG_2, BPF_REG_5, o));
		emit(p, STORE(BPF_H, BPF_REG_2, BPF_REG_4, o + bytes));
	}
}

/* Frames that are not for the port jump to the end. */
static void emit_echo(struct program *p)
{
	emit_frame(p, L4 + 8);
	emit(p, LOAD(BPF_H, BPF_REG_5, BPF_REG_2, IP - 2));
	emit_jump(p, INSN(BPF_JMP | BPF_JNE | BPF_K, BPF_REG_5, 0, 0, htons(IP_TYPE)));
	emit(p, LOAD(BPF_B, BPF_REG_5, BPF_REG_2, IP));
	emit_jump(p, INSN(BPF_JMP | BPF_JNE | BPF_K, BPF_REG_5, 0, 0, 0x45));
	emit(p, LOAD(BPF_B, BPF_REG_5, BPF_REG_2, IP + 9));
	emit(p, INSN(BPF_JMP | BPF_JEQ | BPF_K, BPF_REG_5, 0, 1, IPPROTO_UDP));
	emit_jump(p, INSN(BPF_JMP | BPF_JNE | BPF_K, BPF_REG_5, 0, 0, IPPROTO_TCP));
	emit(p, LOAD(BPF_H, BPF_REG_5, BPF_REG_2, L4 + 2));
	emit_jump(p, INSN(BPF_JMP | BPF_JNE | BPF_K, BPF_REG_5, 0, 0, htons(ECHO_PORT)));
	emit_swap(p, 0, 6);
	emit_swap(p, IP + 12, 4);
	emit_swap(p, L4, 2);
	emit(p, SET(BPF_REG_0, XDP_TX));
	emit(p, EXIT());
}

static void emit_verdict(struct program *p, const char *what)
{
	const char *to = strchr(what, '=');

	if (!strcmp(what, "tx"))
		emit_swap(p, 0, 6);
	if (to) {
		emit(p, SET(BPF_REG_1, if_nametoindex(to + 1)));
		emit(p, SET(BPF_REG_2, 0));
		emit(p, CALL(BPF_FUNC_redirect));
	} else {
		emit(p, SET(BPF_REG_0, !strcmp(what, "drop") ? XDP_DROP :
				       !strcmp(what, "tx") ? XDP_TX : XDP_PASS));
	}
	emit(p, EXIT());
}

/* The part of a program that handles the frame checker's frames. */
static void emit_mark(struct program *p, const char *what)
{
	emit_frame(p, 16);
	emit(p, LOAD(BPF_H, BPF_REG_5, BPF_REG_2, 12));
	emit_jump(p, INSN(BPF_JMP | BPF_JNE | BPF_K, BPF_REG_5, 0, 0, htons(FRAME_TYPE)));
	if (!strcmp(what, "grow")) {
		emit_adjust(p, -HEADROOM);
		emit_adjust(p, HEADROOM);
		emit_frame(p, 16);
	}
	emit(p, LOAD(BPF_B, BPF_REG_5, BPF_REG_2, 14));
	emit(p, FLIP(BPF_REG_5, 1));
	emit(p, STORE(BPF_B, BPF_REG_2, BPF_REG_5, 14));
	emit_verdict(p, what);
}

static void program_make(struct program *p, const char *what)
{
	unsigned int i;

	emit(p, MOVE(BPF_REG_6, BPF_REG_1));
	if (!strcmp(what, "echo"))
		emit_echo(p);
	else
		emit_mark(p, what);
	for (i = 0; i < p->jumps; i++)
		p->insn[p->jump[i]].off = p->nr - p->jump[i] - 1;
	emit(p, SET(BPF_REG_0, XDP_PASS));
	emit(p, EXIT());
}

static int program_load(struct program *p)
{
	static char log[16384];
	union bpf_attr attr = {
		.prog_type = BPF_PROG_TYPE_XDP,
		.insns = (uintptr_t)p->insn,
		.insn_cnt = p->nr,
		.license = (uintptr_t)"GPL",
		.log_buf = (uintptr_t)log,
		.log_size = sizeof(log),
		.log_level = 1,
	};
	int fd = syscall(__NR_bpf, BPF_PROG_LOAD, &attr, sizeof(attr));

	if (fd < 0) {
		printf("%s\n", log);
		die("load");
	}
	return fd;
}

struct request {
	struct nlmsghdr head;
	struct ifinfomsg info;
	struct nlattr xdp;
	struct nlattr fd_head;
	int32_t fd;
	struct nlattr flags_head;
	uint32_t flags;
};

/* The kernel takes a negative descriptor for "none". */
static void attach(const char *name, int fd, uint32_t flags)
{
	struct request r = {
		.head = { sizeof(r), RTM_SETLINK, NLM_F_REQUEST | NLM_F_ACK, 1, 0 },
		.info = { .ifi_index = if_nametoindex(name) },
		.xdp = { sizeof(r) - offsetof(struct request, xdp), IFLA_XDP | NLA_F_NESTED },
		.fd_head = { sizeof(r.fd_head) + 4, IFLA_XDP_FD },
		.fd = fd,
		.flags_head = { sizeof(r.flags_head) + 4, IFLA_XDP_FLAGS },
		.flags = flags,
	};
	struct {
		struct nlmsghdr head;
		struct nlmsgerr err;
		char rest[4096];
	} answer;
	int sock = socket(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);

	if (!r.info.ifi_index)
		die(name);
	if (send(sock, &r, sizeof(r), 0) != sizeof(r) || recv(sock, &answer, sizeof(answer), 0) < 0)
		die("netlink");
	errno = -answer.err.error;
	if (errno)
		die(name);
}

int main(int argc, char **argv)
{
	struct program p = { 0 };

	if (argc == 3 && !strcmp(argv[2], "off")) {
		attach(argv[1], -1, 0);
		attach(argv[1], -1, XDP_FLAGS_SKB_MODE);
	} else if (argc == 4) {
		program_make(&p, argv[3]);
		attach(argv[1], program_load(&p),
		       !strcmp(argv[2], "generic") ? XDP_FLAGS_SKB_MODE : XDP_FLAGS_DRV_MODE);
	} else {
		fprintf(stderr, "xdp INTERFACE native|generic PROGRAM, xdp INTERFACE off\n");
		return 2;
	}
	return 0;
}
