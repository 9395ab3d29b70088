/* migrate_test.c - how a migration file falls into statements.
 * Owns nothing.
 * Serves lib/db/migrate.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "db/migrate.h"

static void expect(const char *file, const char *const *wanted)
{
	char *text = strdup(file), *cursor = text, *statement;

	while ((statement = migrate_statement(&cursor)) != NULL) {
		assert_non_null(*wanted);
		assert_string_equal(statement, *wanted++);
	}
	assert_null(*wanted);
	assert_null(migrate_statement(&cursor));
	free(text);
}
#define EXPECT(file, ...) expect(file, (const char *const[]){ __VA_ARGS__ __VA_OPT__(,) NULL })

static void statements_end_at_a_line_that_ends_with_a_semicolon(void **state)
{
	(void)state;
	EXPECT("");
	EXPECT("\n\n-- only a comment\n");
	EXPECT("select 1;\n", "select 1");
	EXPECT("select 1;", "select 1");
	EXPECT("select 1;  \t\r\nselect 2;\n", "select 1", "select 2");
	EXPECT("create table a (\n\tid int\n) engine=InnoDB;\n\n-- next\ninsert into a values (1);\n",
		"create table a (\n\tid int\n) engine=InnoDB", "insert into a values (1)");
}

static void a_semicolon_inside_a_line_ends_nothing(void **state)
{
	(void)state;
	EXPECT("insert into t values ('a;b', ';');\n", "insert into t values ('a;b', ';')");
	EXPECT("select ';'\n, 2;\n", "select ';'\n, 2");
}

static void comments_before_a_statement_are_dropped_those_inside_stay(void **state)
{
	(void)state;
	EXPECT("-- one\n  -- two\n# three\n\nselect 1\n-- inside\n, 2;\n-- end",
		"select 1\n-- inside\n, 2");
}

static void a_last_statement_without_semicolon_counts(void **state)
{
	(void)state;
	EXPECT("select 1;\nselect 2\n", "select 1", "select 2\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(statements_end_at_a_line_that_ends_with_a_semicolon),
		cmocka_unit_test(a_semicolon_inside_a_line_ends_nothing),
		cmocka_unit_test(comments_before_a_statement_are_dropped_those_inside_stay),
		cmocka_unit_test(a_last_statement_without_semicolon_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
