/* db_connect.c - the connection: opening, session settings, finding out that it died, error codes.
 * Owns the mapping from the server's codes to our error kinds.
 * Serves db.c and db_statement.c. */
#include <poll.h>

#include <errmsg.h>
#include <mysqld_error.h>

#include "db/db_internal.h"

#include "base/conf.h"
#include "base/log.h"
#include "base/text.h"

/* Codes that name no client constant in every libmariadb. */
#define CODE_KILLED        1927          /* Connection was killed                        */
#define CODE_IDLE_CLOSED   4031          /* disconnected by the server for inactivity    */
#define CODE_CLUSTER       1047          /* Galera: node not ready for application use   */
#define CODE_CHANGED       1020          /* the row changed since it was read            */
#define CODE_REPREPARE     1615          /* a table changed under a prepared statement   */

static const unsigned lost_codes[] = {
	CR_SERVER_GONE_ERROR, CR_SERVER_LOST, CR_SERVER_LOST_EXTENDED, ER_SERVER_SHUTDOWN,
	CODE_KILLED, CODE_IDLE_CLOSED,
};
static const unsigned retry_codes[] = {
	ER_LOCK_DEADLOCK,
	ER_LOCK_WAIT_TIMEOUT,
	CODE_CLUSTER,
	CODE_CHANGED,
	CODE_REPREPARE,
	CR_NEW_STMT_METADATA,
};

static bool is_one_of(unsigned code, const unsigned *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (list[i] == code)
			return true;
	return false;
}

bool db_code_is_lost(unsigned code)
{
	return is_one_of(code, lost_codes, sizeof lost_codes / sizeof *lost_codes);
}

/* "Duplicate entry 'x' for key 'station.code'" -> code. */
static void key_name(char *out, size_t room, const char *message)
{
	const char *end = strrchr(message, '\''), *p = end;

	text_copy(out, room, "?");
	if (!end)
		return;
	while (p > message && p[-1] != '\'' && p[-1] != '.')
		p--;
	if ((size_t)(end - p) < room && end > p) {
		memcpy(out, p, (size_t)(end - p));
		out[end - p] = '\0';
	}
}

/* Turns the server's code into our kind; marks a dead connection and a transaction that is over. */
NEOERR *db_fail(struct db *db, unsigned code, const char *message, const char *text)
{
	char key[80];

	if (db_code_is_lost(code)) {
		db->dead = true;
		db->broken = db->depth > 0;
		return nerr_raise(ERR_DB, "database connection lost: %u %.120s", code, message);
	}
	if (is_one_of(code, retry_codes, sizeof retry_codes / sizeof *retry_codes)) {
		db->broken = db->depth > 0;
		return nerr_raise(ERR_RETRY, "%u %.100s: %.100s", code, message, text);
	}
	if (code == ER_DUP_ENTRY) {
		key_name(key, sizeof key, message);
		return nerr_raise(ERR_DUPLICATE, "%s", key);
	}
	if (code == ER_ROW_IS_REFERENCED_2)
		return nerr_raise(ERR_INVALID, "the record is in use: %.180s", message);
	return nerr_raise(ERR_DB, "%u %.120s: %.100s", code, message, text);
}

static NEOERR *set_session(struct db *db)
{
	int64_t offset = conf.zone_offset < 0 ? -conf.zone_offset : conf.zone_offset;
	char text[300];
	NEOERR *err;

	snprintf(text, sizeof text, "set names utf8mb4, time_zone = '%c%02d:%02d',"
		" sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION,ERROR_FOR_DIVISION_BY_ZERO'",
		conf.zone_offset < 0 ? '-' : '+', (int)(offset / 3600 % 24), (int)(offset / 60 % 60));
	if ((err = db_run_script(db, text)) != STATUS_OK)
		return nerr_pass(err);
	return nerr_pass(db_run_script(db, "set session transaction isolation level read committed"));
}

static NEOERR *connect_now(struct db *db)
{
	unsigned seconds = 10;
	my_bool off = 0;
	NEOERR *err;

	if ((db->my = mysql_init(NULL)) == NULL)
		return nerr_raise(ERR_DB, "mysql_init failed");
	mysql_options(db->my, MYSQL_OPT_RECONNECT, &off);
	mysql_options(db->my, MYSQL_OPT_CONNECT_TIMEOUT, &seconds);
	mysql_options(db->my, MYSQL_SET_CHARSET_NAME, "utf8mb4");
	if (!mysql_real_connect(db->my, conf.db_socket[0] ? NULL : conf.db_host, conf.db_user,
			conf.db_password, conf.db_name, (unsigned)conf.db_port,
			conf.db_socket[0] ? conf.db_socket : NULL, CLIENT_FOUND_ROWS)) {
		err = nerr_raise(ERR_DB, "cannot connect to the database: %u %.200s", mysql_errno(db->my),
			mysql_error(db->my));
		mysql_close(db->my);
		db->my = NULL;
		return err;
	}
	db->dead = false;
	if ((err = set_session(db)) != STATUS_OK)
		db->dead = true;
	return nerr_pass(err);
}

static void disconnect(struct db *db)
{
	statement_drop_all(db);
	if (db->my)
		mysql_close(db->my);
	db->my = NULL;
	db->dead = true;
}

/* Nothing is outstanding between two statements: bytes or a hang-up can only be the server's
 * farewell. */
static bool has_hung_up(struct db *db)
{
	struct pollfd p = { .fd = (int)mysql_get_socket(db->my), .events = POLLIN };

	return poll(&p, 1, 0) > 0;
}

NEOERR *db_ready(struct db *db)
{
	if (db->depth > 0) {
		if (db->dead)
			return nerr_raise(ERR_DB, "database connection lost in a transaction");
		if (db->broken)
			return nerr_raise(ERR_RETRY, "the transaction is over");
		return STATUS_OK;
	}
	if (!db->dead && !has_hung_up(db))
		return STATUS_OK;
	if (db->my)
		log_line(LOG_INFO, "db_reopen", "reason=\"connection lost\"");
	disconnect(db);
	return nerr_pass(connect_now(db));
}

NEOERR *db_open(struct db **out)
{
	struct db *db = calloc(1, sizeof *db);
	NEOERR *err;

	if (!db)
		abort();
	if ((err = connect_now(db)) != STATUS_OK) {
		db_close(&db);
		return nerr_pass(err);
	}
	*out = db;
	return STATUS_OK;
}

void db_close(struct db **db)
{
	if (!*db)
		return;
	disconnect(*db);
	free(*db);
	*db = NULL;
}

NEOERR *db_run_script(struct db *db, const char *text)
{
	if (mysql_real_query(db->my, text, strlen(text)) != 0)
		return nerr_pass(db_fail(db, mysql_errno(db->my), mysql_error(db->my), text));
	/* nobody asked for rows; an answer may bring some */
	mysql_free_result(mysql_store_result(db->my));
	return STATUS_OK;
}
