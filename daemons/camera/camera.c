/* camera.c - main of the camera daemon: a loop at the broker and a writer at the database.
 * Owns the platform's password at the broker (data_dir/mosquitto/platform).
 * Serves cameras and bay locks. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "daemons/camera/message.h"

#include "base/crypt.h"
#include "base/text.h"
#include "run/daemon.h"
#include "run/program.h"

static const char usage_text[] =
	"usage: chargeops-camera [--name=value ...]\n"
	"Hears cameras at the broker, tells their bays, sends them their commands. Ends on SIGTERM.\n";

static NEOERR *make_folder(void)
{
	char path[300];

	snprintf(path, sizeof(path), "%s/mosquitto", conf.data_dir);
	if ((mkdir(conf.data_dir, 0750) != 0 && errno != EEXIST) ||
		(mkdir(path, 0750) != 0 && errno != EEXIST))
		return nerr_raise_errno(NERR_IO, "cannot make %s", path);
	return STATUS_OK;
}

/* Made once; whoever reads it speaks for the platform. */
static NEOERR *platform_password(char out[CAMERA_SECRET])
{
	char path[300];
	ssize_t n;
	int fd;
	NEOERR *err;

	TRY(make_folder());
	snprintf(path, sizeof(path), "%s/mosquitto/platform", conf.data_dir);
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0)
		return nerr_raise_errno(NERR_IO, "cannot open %s", path);
	n = read(fd, out, CAMERA_SECRET - 1);
	if (n != CAMERA_SECRET - 1) {
		err = random_hex(out, (CAMERA_SECRET - 1) / 2);
		if (err == STATUS_OK &&
			(ftruncate(fd, 0) != 0 || pwrite(fd, out, CAMERA_SECRET - 1, 0) != CAMERA_SECRET - 1))
			err = nerr_raise_errno(NERR_IO, "cannot write %s", path);
	}
	out[CAMERA_SECRET - 1] = '\0';
	close(fd);
out:
	return nerr_pass(err);
}

static NEOERR *start_writer(const char *platform, int *fd)
{
	pid_t parent = getpid(), pid;
	sigset_t none;
	int pair[2];

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
		return nerr_raise_errno(ERR_BUSY, "socketpair");
	pid = fork();
	if (pid < 0)
		return nerr_raise_errno(ERR_BUSY, "fork");
	if (pid == 0) {
		close(pair[0]);
		signal(SIGTERM, SIG_DFL);
		signal(SIGINT, SIG_DFL);
		signal(SIGHUP, SIG_IGN);
		sigemptyset(&none);
		sigprocmask(SIG_SETMASK, &none, NULL);
		prctl(PR_SET_PDEATHSIG, SIGTERM);
		if (getppid() == parent)
			writer_run(pair[1], platform);
		_exit(0);
	}
	close(pair[1]);
	*fd = pair[0];
	return STATUS_OK;
}

int main(int argc, char **argv)
{
	char platform[CAMERA_SECRET];
	NEOERR *err;
	int fd = -1;

	program_start("camera", usage_text, &argc, argv);
	if (argc > 1) {
		fprintf(stderr, "camera: %s is no option; --help lists them\n", argv[1]);
		return 2;
	}
	TRY(daemon_start("camera"));
	TRY(platform_password(platform));
	TRY(start_writer(platform, &fd));
	conf_forget_secrets();                   /* the loop reads outside bytes */
	TRY(link_run(fd, platform));
out:
	daemon_end();
	if (err == STATUS_OK)
		return 0;
	error_log("camera", err);
	return 1;
}
