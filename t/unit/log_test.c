/* log_test.c - one write a line, nothing that could forge a line.
 * Owns a pipe in place of stderr.
 * Serves lib/base/log and error_log. */
#include "unit.h"

#include <fcntl.h>
#include <regex.h>
#include <unistd.h>

#include "base/log.h"
#include "base/text.h"

static char got[16384];
static int pipe_fd[2], saved;

/* All that was written to stderr between catch_begin() and caught(). */
static void catch_begin(void)
{
	assert_int_equal(pipe(pipe_fd), 0);
	fcntl(pipe_fd[0], F_SETFL, O_NONBLOCK);
	saved = dup(STDERR_FILENO);
	dup2(pipe_fd[1], STDERR_FILENO);
	close(pipe_fd[1]);
}

static const char *caught(void)
{
	ssize_t n = read(pipe_fd[0], got, sizeof(got) - 1);

	dup2(saved, STDERR_FILENO);
	close(saved);
	close(pipe_fd[0]);
	got[n > 0 ? n : 0] = '\0';
	return got;
}

static void assert_matches(const char *text, const char *pattern)
{
	regex_t re;
	int rc;

	assert_int_equal(regcomp(&re, pattern, REG_EXTENDED | REG_NOSUB), 0);
	rc = regexec(&re, text, 0, NULL, 0);
	regfree(&re);
	if (rc != 0)
		fail_msg("%s does not match %s", text, pattern);
}

static void a_line_has_its_fields(void **state)
{
	(void)state;
	log_init("tester");
	catch_begin();
	log_line(LOG_INFO, "pile_online", "pile=%s n=%d", "P1", 7);
	assert_matches(caught(),
		"^ts=[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:]{8}\\.[0-9]{3}\\+08:00 level=info prog=tester"
		" pid=[0-9]+ "
		"event=pile_online pile=P1 n=7\n$");
	log_request("r42");
	catch_begin();
	log_line(LOG_WARN, "x", NULL);
	assert_matches(caught(), " level=warn prog=tester pid=[0-9]+ event=x req=r42\n$");
	log_request(NULL);
	catch_begin();
	log_line(LOG_WARN, "x", "%s", "");
	assert_null(strstr(caught(), "req="));
}

static void levels_below_are_silent(void **state)
{
	(void)state;
	catch_begin();
	log_line(LOG_DEBUG, "hidden", NULL);
	assert_true(log_level_named("error"));
	log_line(LOG_WARN, "hidden", NULL);
	log_line(LOG_ERROR, "shown", NULL);
	assert_false(log_level_named("loud"));
	log_line(LOG_WARN, "hidden", NULL);
	assert_true(log_level_named("debug"));
	log_line(LOG_DEBUG, "detail", NULL);
	log_level(LOG_INFO);
	caught();
	assert_null(strstr(got, "hidden"));
	assert_non_null(strstr(got, "event=shown"));
	assert_non_null(strstr(got, "event=detail"));
}

static void a_value_cannot_forge_a_line(void **state)
{
	const char *line;

	(void)state;
	catch_begin();
	log_line(LOG_INFO, "frame", "text=\"%s\"",
		"a\nts=now level=error\r\x1b[31m\x7f \xE4\xB8 \xE4\xB8\x89");
	line = caught();
	assert_int_equal(strchr(line, '\n') - line, (long)strlen(line) - 1);
	assert_non_null(strstr(line, "text=\"a ts=now level=error  [31m  ?? \xE4\xB8\x89\"\n"));
	assert_null(strchr(line, 0x1b));
}

static void a_long_line_is_cut_and_ends(void **state)
{
	char big[9000];
	const char *line;

	(void)state;
	memset(big, 'x', sizeof(big) - 1);
	big[sizeof(big) - 1] = '\0';
	catch_begin();
	log_line(LOG_INFO, "big", "text=%s", big);
	line = caught();
	assert_true(strlen(line) > 4000 && strlen(line) <= 4096);
	assert_int_equal(line[strlen(line) - 1], '\n');
	assert_true(text_is_utf8(line, strlen(line)));
}

static void once_holds_back_and_counts(void **state)
{
	unsigned held = 99;

	(void)state;
	assert_true(log_once("crc", "pile1", 60, &held));
	assert_int_equal(held, 0);
	for (int i = 0; i < 5; i++)
		assert_false(log_once("crc", "pile1", 60, &held));
	assert_true(log_once("crc", "pile2", 60, NULL));
	assert_true(log_once("length", "pile1", 60, NULL));
	assert_true(log_once("quick", "p", 0, &held));
	assert_true(log_once("quick", "p", 1, &held));
	assert_false(log_once("quick", "p", 1, &held));
	usleep(1100 * 1000);
	assert_true(log_once("quick", "p", 1, &held));
	assert_int_equal(held, 1);
	/* a flood of keys costs no memory and forgets no recent key at once */
	for (int i = 0; i < 100000; i++) {
		char key[16];
		snprintf(key, sizeof(key), "k%d", i);
		log_once("flood", key, 60, NULL);
		assert_false(log_once("flood", key, 60, NULL));
	}
}

static void an_error_is_one_line(void **state)
{
	NEOERR *err = nerr_pass(nerr_raise(ERR_PEER, "bad \"frame\"\nfrom %s", "pile"));

	(void)state;
	catch_begin();
	error_log("writer", err);
	assert_matches(caught(),
		" level=error .* event=error what=\"writer\" kind=peer text=\"bad 'frame' from pile\" "
		"trace=log_test.c:[0-9]+/an_error_is_one_line<log_test.c:[0-9]+/an_error_is_one_line\n$");
	catch_begin();
	error_log("writer", STATUS_OK);
	assert_string_equal(caught(), "");
}

static const struct CMUnitTest tests[] = {
	cmocka_unit_test(a_line_has_its_fields),
	cmocka_unit_test(levels_below_are_silent),
	cmocka_unit_test(a_value_cannot_forge_a_line),
	cmocka_unit_test(a_long_line_is_cut_and_ends),
	cmocka_unit_test(once_holds_back_and_counts),
	cmocka_unit_test(an_error_is_one_line),
};

UNIT_MAIN(tests)
