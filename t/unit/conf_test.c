/* conf_test.c - options from file, environment and command line.
 * Owns a scratch file.
 * Serves lib/base/conf. */
#include "unit.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/conf.h"

static char path[] = "/tmp/conf_test.XXXXXX";

static int file_make(void **state)
{
	int fd = mkstemp(path);

	(void)state;
	if (fd < 0)
		return -1;
	close(fd);
	return 0;
}

static int file_remove(void **state)
{
	(void)state;
	return unlink(path);
}

static NEOERR *load_text(const char *text)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	fputs(text, f);
	fclose(f);
	return nerr_pass(conf_load(path, NULL, NULL, ""));
}

static void defaults_run_a_tree(void **state)
{
	(void)state;
	assert_ok(load_text("# nothing\n\n   # indented comment\n"));
	assert_string_equal(conf.run_dir, "var/run");
	assert_string_equal(conf.url, "http://127.0.0.1:8080");
	assert_string_equal(conf.secret_file, "var/secret.key");
	assert_string_equal(conf.db_socket, "var/run/mysql.sock");
	assert_string_equal(conf.db_name, "chargeops");
	assert_string_equal(conf.log_level, "info");
	assert_int_equal(conf.http_port, 8080);
	assert_int_equal(conf.pile_port, 8767);
	assert_int_equal(conf.zone_offset, 28800);
	assert_int_equal(conf.worker_requests, 10000);
	assert_int_equal(conf.login_hours, 12);
	assert_int_equal(conf.developer_pages, 0);
}

static void later_places_win(void **state)
{
	char *argv[] = { "prog", "--http-port=9003", "run", "--day", "2026-11-20", "--db_name", "other",
		"--", "--listen=x", NULL };
	int argc = 9;

	(void)state;
	assert_ok(load_text(
		"http_port = 9001\npile_port=9101\n  listen =  0.0.0.0  \ndb_password = a = b # c\n"));
	assert_int_equal(conf.http_port, 9001);
	assert_string_equal(conf.listen, "0.0.0.0");
	assert_string_equal(conf.db_password, "a = b # c");
	setenv("CHARGEOPS_HTTP_PORT", "9002", 1);
	assert_ok(conf_load(path, &argc, argv, ""));
	unsetenv("CHARGEOPS_HTTP_PORT");
	assert_int_equal(conf.http_port, 9003);
	assert_int_equal(conf.pile_port, 9101);
	assert_string_equal(conf.db_name, "other");
	assert_string_equal(conf.listen, "0.0.0.0");
	assert_int_equal(argc, 6);
	assert_string_equal(argv[1], "run");
	assert_string_equal(argv[2], "--day");
	assert_string_equal(argv[3], "2026-11-20");
	assert_string_equal(argv[4], "--");
	assert_string_equal(argv[5], "--listen=x");
	assert_null(argv[6]);
}

static void the_url_loses_its_slash(void **state)
{
	(void)state;
	assert_ok(load_text("url = https://charge.example.com//\n"));
	assert_string_equal(conf.url, "https://charge.example.com");
}

static void bad_values_name_file_line_and_key(void **state)
{
	static const char *const rows[][2] = {
		{ "\n\nhttp_prot = 1\n", "line 3: there is no option named http_prot" },
		{ "http_port\n", "line 1: expected name = value" },
		{ "= 1\n", "line 1: there is no option named" },
		{ "http_port = 0\n", "line 1: http_port must be from 1 to 65535, not 0" },
		{ "http_port = 65536\n", "http_port must be from 1 to 65535" },
		{ "http_port = 80a\n", "http_port must be a whole number" },
		{ "http_port =\n", "http_port must be a whole number" },
		{ "http_port = 99999999999999999999\n", "http_port must be a whole number" },
		{ "zone_offset = 90000\n", "zone_offset must be from" },
		{ "log_level = loud\n", "log_level must be one of debug info warn error" },
		{ "log_level = inf\n", "log_level must be one of" },
		{ "log_level =\n", "log_level must be one of" },
		{ "url = ftp://x\n", "url must begin with http" },
		{ "db_name =\n", "db_name must have 1 to 63" },
		{ "gateway_id = 12345678901234567890123456789012\n", "gateway_id must have 1 to 31" },
		{ "db_user = \xFF\n", "db_user must have" },
		{ "developer_pages = 2\n", "developer_pages must be from 0 to 1" },
		{ "HTTP_PORT = 8080\n", "no option named HTTP_PORT" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_raises(load_text(rows[i][0]), ERR_INVALID, rows[i][1]);
}

static void a_line_too_long_is_refused(void **state)
{
	char text[3000];

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	assert_raises(load_text(text), ERR_INVALID, "line 1: the line is too long");
}

static void bad_places_are_named(void **state)
{
	char *without[] = { "prog", "--http-port", NULL }, *wrong[] = { "prog", "--http-port=x", NULL };
	int argc = 2;

	(void)state;
	assert_raises(conf_load("/nowhere/chargeops.conf", NULL, NULL, ""), ERR_INVALID,
		"/nowhere/chargeops.conf cannot be read");
	assert_ok(load_text(""));
	assert_raises(conf_load(path, &argc, without, ""), ERR_INVALID, "--http-port wants a value");
	argc = 2;
	assert_raises(conf_load(path, &argc, wrong, ""), ERR_INVALID,
		"--http-port=x: http_port must be a whole number");
	setenv("CHARGEOPS_LOGIN_HOURS", "0", 1);
	assert_raises(conf_load(path, NULL, NULL, ""), ERR_INVALID,
		"CHARGEOPS_LOGIN_HOURS: login_hours must be from");
	unsetenv("CHARGEOPS_LOGIN_HOURS");
	setenv("CHARGEOPS_CONF", "/nowhere/else", 1);
	assert_raises(conf_load(NULL, NULL, NULL, ""), ERR_INVALID, "/nowhere/else cannot be read");
	unsetenv("CHARGEOPS_CONF");
}

static void help_prints_the_table_and_ends(void **state)
{
	char *argv[] = { "prog", "--help", NULL }, text[8192] = "";
	int argc = 2, status, out[2];
	ssize_t n, len = 0;
	pid_t child;

	(void)state;
	assert_int_equal(pipe(out), 0);
	child = fork();
	if (child == 0) {
		NEOERR *err;
		dup2(out[1], STDOUT_FILENO);
		err = conf_load(path, &argc, argv, "usage: prog\n");
		_exit(err == STATUS_OK ? 8 : 9);
	}
	close(out[1]);
	while ((n = read(out[0], text + len, sizeof(text) - 1 - (size_t)len)) > 0)
		len += n;
	close(out[0]);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	assert_memory_equal(text, "usage: prog\n", 12);
	assert_non_null(strstr(text, "  http_port          pages, 1 to 65535 [8080]\n"));
	assert_non_null(strstr(text, "login_hours"));
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(defaults_run_a_tree),
	cmocka_unit_test(later_places_win),
	cmocka_unit_test(the_url_loses_its_slash),
	cmocka_unit_test(bad_values_name_file_line_and_key),
	cmocka_unit_test(a_line_too_long_is_refused),
	cmocka_unit_test(bad_places_are_named),
	cmocka_unit_test(help_prints_the_table_and_ends),
};

int main(void)
{
	error_init();
	return cmocka_run_group_tests(tests, file_make, file_remove);
}
