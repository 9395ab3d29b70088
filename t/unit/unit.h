/* unit.h - what every unit test begins with: cmocka, checks of NEOERR, a main.
 * Owns nothing.
 * Serves t/unit. */
#ifndef UNIT_UNIT_H
#define UNIT_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/error.h"

static inline void unit_ok(NEOERR *err, const char *file, int line)
{
	char why[300];

	if (err == STATUS_OK)
		return;
	snprintf(why, sizeof(why), "%s", error_desc(err));
	error_drop(err);
	print_error("%s\n", why);
	_fail(file, line);
}

static inline void unit_raises(NEOERR *err, NERR_TYPE kind, const char *part, const char *file,
	int line)
{
	char why[300];
	bool right;

	snprintf(why, sizeof(why), "%s", err != STATUS_OK ? error_desc(err) : "no error at all");
	right = err != STATUS_OK && error_is(err, kind) && strstr(why, part) != NULL;
	error_drop(err);
	if (right)
		return;
	print_error("expected \"%s\", got \"%s\"\n", part, why);
	_fail(file, line);
}

#define assert_ok(expr) unit_ok((expr), __FILE__, __LINE__)
/* The expression raises this kind, and part stands in its description. */
#define assert_raises(expr, kind, part) unit_raises((expr), (kind), (part), __FILE__, __LINE__)

#define UNIT_MAIN(tests) \
	int main(void) \
	{ \
		error_init(); \
		return cmocka_run_group_tests(tests, NULL, NULL); \
	}

#endif
