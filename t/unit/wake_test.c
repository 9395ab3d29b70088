/* wake_test.c - wake-ups arrive, and nobody minds when they do not.
 * Owns a scratch folder.
 * Serves lib/base/wake. */
#include "unit.h"

#include <errno.h>
#include <unistd.h>

#include "base/conf.h"
#include "base/wake.h"

static void targets_get_their_own(void **state)
{
	char folder[] = "/tmp/wake_test.XXXXXX", path[64];
	int gateway, tasks, again;
	char byte;

	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(conf.run_dir, sizeof(conf.run_dir), "%s", folder);
	wake_send(WAKE_GATEWAY | WAKE_COURIER);          /* nobody there: nothing happens */
	assert_ok(wake_listen(WAKE_GATEWAY, &gateway));
	assert_ok(wake_listen(WAKE_TASKS, &tasks));
	wake_send(WAKE_GATEWAY | WAKE_CAMERA);
	assert_int_equal(read(gateway, &byte, 1), 1);
	assert_int_equal(read(gateway, &byte, 1), -1);
	assert_int_equal(errno, EAGAIN);
	assert_int_equal(read(tasks, &byte, 1), -1);
	wake_send(0);
	assert_int_equal(read(gateway, &byte, 1), -1);

	for (int i = 0; i < 100000; i++)                 /* a full queue never blocks the sender */
		wake_send(WAKE_TASKS);
	assert_int_equal(read(tasks, &byte, 1), 1);

	/* a restart takes the place of the old socket */
	assert_ok(wake_listen(WAKE_GATEWAY, &again));
	wake_send(WAKE_GATEWAY);
	assert_int_equal(read(again, &byte, 1), 1);
	assert_int_equal(read(gateway, &byte, 1), -1);
	close(gateway);
	close(again);
	close(tasks);
	snprintf(path, sizeof(path), "%s/gateway.wake", folder);
	assert_int_equal(unlink(path), 0);
	snprintf(path, sizeof(path), "%s/tasks.wake", folder);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(rmdir(folder), 0);
}

static void a_long_path_is_refused(void **state)
{
	int fd;

	(void)state;
	memset(conf.run_dir, 'x', 150);
	conf.run_dir[150] = '\0';
	assert_raises(wake_listen(WAKE_GATEWAY, &fd), ERR_INVALID, "run_dir is too long");
	wake_send(WAKE_GATEWAY);
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(targets_get_their_own),
	cmocka_unit_test(a_long_path_is_refused),
};

UNIT_MAIN(tests)
