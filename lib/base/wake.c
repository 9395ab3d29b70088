/* wake.c - one-byte datagrams between a commit and the daemon that should look.
 * Owns the sending socket of the process.
 * Serves db_tx and daemons. */
#include <errno.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/conf.h"
#include "base/wake.h"

static const struct target {
	enum wake_target bit;
	const char *name;
} targets[] = {
	{ WAKE_GATEWAY, "gateway" },
	{ WAKE_COURIER, "courier" },
	{ WAKE_CAMERA, "camera" },
	{ WAKE_TASKS, "tasks" },
};

#define TARGETS (sizeof(targets) / sizeof(targets[0]))

static bool address_of(const struct target *target, struct sockaddr_un *addr)
{
	int n;

	memset(addr, 0, sizeof(*addr));
	addr->sun_family = AF_UNIX;
	n = snprintf(addr->sun_path, sizeof(addr->sun_path), "%s/%s.wake", conf.run_dir, target->name);
	return n > 0 && (size_t)n < sizeof(addr->sun_path);
}

void wake_send(unsigned bits)
{
	static int fd = -1;
	struct sockaddr_un addr;

	if (fd < 0)
		fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return;
	/* Nobody there, or its queue is full: it will look by itself soon (law 1). */
	for (size_t i = 0; i < TARGETS; i++)
		if ((bits & targets[i].bit) && address_of(&targets[i], &addr))
			(void)!sendto(fd, "w", 1, MSG_DONTWAIT | MSG_NOSIGNAL, (struct sockaddr *)&addr,
				sizeof(addr));
}

static const struct target *target_of(enum wake_target bit)
{
	for (size_t i = 0; i < TARGETS; i++)
		if (targets[i].bit == bit)
			return &targets[i];
	return NULL;
}

NEOERR *wake_listen(enum wake_target target, int *out)
{
	const struct target *t = target_of(target);
	struct sockaddr_un addr;
	int fd;

	if (t == NULL || !address_of(t, &addr))
		return nerr_raise(ERR_INVALID, "run_dir is too long for a socket: %s", conf.run_dir);
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return nerr_raise_errno(NERR_SYSTEM, "socket");
	unlink(addr.sun_path);
	if (bind(fd, (struct sockaddr *)&addr, sizeof(addr)) < 0 || chmod(addr.sun_path, 0660) < 0) {
		NEOERR *err = nerr_raise_errno(NERR_IO, "bind %s", addr.sun_path);
		close(fd);
		return err;
	}
	*out = fd;
	return STATUS_OK;
}
