/* hand_page.c - the baseline of `bench pages`: a FastCGI page as one would write it by hand in C,
 * with nothing of the house in it. Runs the statements of a file (prepared once), prints head, the
 * rows of the last statement, foot; or, without files, a hello. Usage: hand_page SOCKET WORKERS
 * [DB_SOCKET DB_USER DB_PASSWORD DB_NAME STATEMENTS HEAD FOOT] */
#include <fcgiapp.h>
#include <mysql.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define STATEMENTS 16
#define COLUMNS 64
#define CELL 512

struct statement {
	MYSQL_STMT *stmt;
	int columns;
	MYSQL_BIND bind[COLUMNS];
	char cell[COLUMNS][CELL];
	unsigned long length[COLUMNS];
	my_bool null[COLUMNS];
};

static struct statement statements[STATEMENTS];
static int count;

static void die(const char *what)
{
	fprintf(stderr, "hand_page: %s\n", what);
	exit(1);
}

static char *read_file(const char *path, size_t *len)
{
	FILE *f = fopen(path, "r");
	char *text;
	long size;

	if (!f || fseek(f, 0, SEEK_END) || (size = ftell(f)) < 0)
		die(path);
	rewind(f);
	text = malloc((size_t)size + 1);
	if (!text || fread(text, 1, (size_t)size, f) != (size_t)size)
		die(path);
	text[size] = '\0';
	*len = (size_t)size;
	fclose(f);
	return text;
}

static void prepare(MYSQL *db, const char *text)
{
	struct statement *s = &statements[count++];
	MYSQL_RES *meta;

	s->stmt = mysql_stmt_init(db);
	if (!s->stmt || mysql_stmt_prepare(s->stmt, text, strlen(text)))
		die(mysql_error(db));
	meta = mysql_stmt_result_metadata(s->stmt);
	s->columns = meta ? (int)mysql_num_fields(meta) : 0;
	for (int i = 0; i < s->columns && i < COLUMNS; i++)
		s->bind[i] = (MYSQL_BIND){ .buffer_type = MYSQL_TYPE_STRING,
			.buffer = s->cell[i],
			.buffer_length = CELL,
			.length = &s->length[i],
			.is_null = &s->null[i] };
	if (meta)
		mysql_free_result(meta);
}

static void connect_db(char **argv)
{
	MYSQL *db = mysql_init(NULL);
	size_t len;
	char *text, *next;

	mysql_options(db, MYSQL_SET_CHARSET_NAME, "utf8mb4");
	if (!mysql_real_connect(db, NULL, argv[1], argv[2], argv[3], 0, argv[0], 0))
		die(mysql_error(db));
	for (text = read_file(argv[4], &len); text && *text && count < STATEMENTS; text = next) {
		next = strstr(text, ";\n");
		if (next) {
			*next = '\0';
			next += 2;
		}
		prepare(db, text);
	}
}

static void put_escaped(FCGX_Stream *out, const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		switch (s[i]) {
		case '&': FCGX_PutS("&amp;", out); break;
		case '<': FCGX_PutS("&lt;", out); break;
		case '>': FCGX_PutS("&gt;", out); break;
		case '"': FCGX_PutS("&quot;", out); break;
		default: FCGX_PutChar(s[i], out);
		}
	}
}

static void put_rows(struct statement *s, FCGX_Stream *out)
{
	if (mysql_stmt_execute(s->stmt) || (s->columns && mysql_stmt_bind_result(s->stmt, s->bind))
		|| (s->columns && mysql_stmt_store_result(s->stmt)))
		die(mysql_stmt_error(s->stmt));
	while (s->columns && mysql_stmt_fetch(s->stmt) != MYSQL_NO_DATA) {
		if (!out)
			continue;
		FCGX_PutS("<tr>", out);
		for (int i = 0; i < s->columns; i++) {
			FCGX_PutS("<td class=\"text-nowrap\">", out);
			put_escaped(out, s->cell[i],
				s->null[i] ? 0
					: s->length[i] < CELL ? s->length[i]
					: CELL);
			FCGX_PutS("</td>", out);
		}
		FCGX_PutS("</tr>\n", out);
	}
	mysql_stmt_free_result(s->stmt);
}

static void serve(int fd, char **argv, int args)
{
	FCGX_Request r;
	char *head = NULL, *foot = NULL;
	size_t head_len = 0, foot_len = 0;

	if (args >= 7) {
		connect_db(argv);
		head = read_file(argv[5], &head_len);
		foot = read_file(argv[6], &foot_len);
	}
	FCGX_InitRequest(&r, fd, 0);
	while (FCGX_Accept_r(&r) == 0) {
		FCGX_PutS("Content-Type: text/html; charset=UTF-8\r\n\r\n", r.out);
		if (!head) {
			FCGX_PutS("hello\n", r.out);
		} else {
			FCGX_PutStr(head, (int)head_len, r.out);
			for (int i = 0; i < count; i++)
				put_rows(&statements[i], i == count - 1 ? r.out : NULL);
			FCGX_PutStr(foot, (int)foot_len, r.out);
		}
		FCGX_Finish_r(&r);
	}
}

int main(int argc, char **argv)
{
	int fd, workers;

	if (argc != 3 && argc != 10)
		die("usage: hand_page SOCKET WORKERS [DB_SOCKET DB_USER DB_PASSWORD DB_NAME STATEMENTS"
			" HEAD FOOT]");
	workers = (int)strtol(argv[2], NULL, 10);
	if (FCGX_Init() || (fd = FCGX_OpenSocket(argv[1], 1024)) < 0)
		die("no socket");
	for (int i = 0; i < workers; i++)
		if (fork() == 0) {
			serve(fd, argv + 3, argc - 3);
			return 0;
		}
	signal(SIGTERM, SIG_IGN);
	while (wait(NULL) > 0)
		;
	return 0;
}
