/* program.c - what every main does first.
 * Owns nothing.
 * Serves mains. */
#include "run/program.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"

static void set_level(const char *word)
{
	static const char *const words[] = { "debug", "info", "warn", "error" };

	for (int i = 0; i < 4; i++)
		if (text_eq(word, words[i]))
			log_level((enum log_level)i);
}

static bool take_flag(const char *flag, int *argc, char **argv)
{
	for (int i = 1; i < *argc; i++) {
		if (strcmp(argv[i], flag) != 0)
			continue;
		memmove(&argv[i], &argv[i + 1], (size_t)(*argc - i) * sizeof *argv);
		--*argc;
		return true;
	}
	return false;
}

static NEOERR *(*check_more)(struct db *db, int *bad);

void program_check_more(NEOERR *(*check)(struct db *db, int *bad))
{
	check_more = check;
}

static int check_sql(void)
{
	struct db *db = NULL;
	int bad = 0;
	NEOERR *err = STATUS_OK;

	TRY(db_open(&db));
	TRY(db_check_registry(db, &bad));
	if (check_more)
		TRY(check_more(db, &bad));
out:
	db_close(&db);
	if (err != STATUS_OK) {
		error_log("check_sql", err);
		return 1;
	}
	return bad > 0;
}

void program_start(const char *name, const char *usage_text, int *argc, char **argv)
{
	bool check = take_flag("--check-sql", argc, argv);
	NEOERR *err;

	error_init();
	log_init(name);
	if ((err = conf_load(NULL, argc, argv, usage_text)) != STATUS_OK) {
		fprintf(stderr, "%s: %s\n%s --help lists the options.\n", name, error_desc(err), name);
		error_drop(err);
		exit(2);
	}
	clock_zone((int)conf.zone_offset);
	set_level(conf.log_level);
	if (check)
		exit(check_sql());
}
