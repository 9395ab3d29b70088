/* serve.c - the accept loop of a FastCGI worker and the bytes of an answer.
 * Owns the worker's database connection.
 * Serves admin.c, driver.c. */
#include <fcgiapp.h>
#include <ClearSilver.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cgi/login.h"
#include "cgi/render.h"
#include "cgi/response.h"
#include "cgi/route.h"
#include "cgi/serve.h"

#include "base/clock.h"
#include "base/conf.h"
#include "base/log.h"
#include "run/worker.h"

static const struct site *site;                  /* a worker serves one */
static struct db *site_db;

static const char *fcgi_env(void *ctx, const char *name)
{
	return FCGX_GetParam(name, ((FCGX_Request *)ctx)->envp);
}

static int fcgi_read(void *ctx, char *p, int len)
{
	return FCGX_GetStr(p, len, ((FCGX_Request *)ctx)->in);
}

static const char *status_word(int status)
{
	static const struct { int status; const char *word;
	} words[] = {
		{ 200, "OK" },
		{ 201, "Created" },
		{ 303, "See Other" },
		{ 304, "Not Modified" },
		{ 401, "Unauthorized" },
		{ 403, "Forbidden" },
		{ 404, "Not Found" },
		{ 405, "Method Not Allowed" },
		{ 409, "Conflict" },
		{ 422, "Unprocessable Content" },
		{ 429, "Too Many Requests" },
		{ 500, "Internal Server Error" },
		{ 502, "Bad Gateway" },
		{ 503, "Service Unavailable" },
	};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (words[i].status == status)
			return words[i].word;
	return "Status";
}

static const struct { const char *name, *value;
} always[] = {
	{ "X-Content-Type-Options", "nosniff" },
	{ "X-Frame-Options", "DENY" },
	{ "Referrer-Policy", "same-origin" },
	{ "Cross-Origin-Opener-Policy", "same-origin" },
	{ "Permissions-Policy", "camera=(), geolocation=(), microphone=()" },
};

/* No inline script or style anywhere; scripts read data-* attributes. Pictures come from here, and
 * from the host of the map's tiles if there is one. */
static void put_policy(FCGX_Stream *out)
{
	const char *host = strstr(conf.map_tiles, "://");
	int length = host ? (int)(host + 3 - conf.map_tiles + (int)strcspn(host + 3, "/ ;,")) : 0;

	FCGX_FPrintF(out, "Content-Security-Policy: default-src 'self'; img-src 'self' data:%s%.*s;"
		" base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'\r\n",
		length ? " " : "", length, conf.map_tiles);
}

static void put_head(struct request *req, FCGX_Stream *out, int64_t len)
{
	const char *mine = buf_str(&req->headers);

	FCGX_FPrintF(out, "Status: %d %s\r\n", req->status, status_word(req->status));
	if (req->content_type)
		FCGX_FPrintF(out, "Content-Type: %s\r\n", req->content_type);
	FCGX_FPrintF(out, "Content-Length: %lld\r\n", (long long)len);
	put_policy(out);
	for (size_t i = 0; i < sizeof always / sizeof *always; i++)
		FCGX_FPrintF(out, "%s: %s\r\n", always[i].name, always[i].value);
	if (req->tls)
		FCGX_FPrintF(out, "Strict-Transport-Security: max-age=31536000\r\n");
	if (!strstr(mine, "Cache-Control:"))
		FCGX_FPrintF(out, "Cache-Control: no-store\r\n");
	FCGX_FPrintF(out, "X-Request-Id: %s\r\n", req->id);
	FCGX_PutStr(mine, (int)req->headers.len, out);
	FCGX_PutStr("\r\n", 2, out);
}

static int64_t put_file(struct request *req, FCGX_Stream *out)
{
	int fd = open(req->file, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	char chunk[32768];
	int64_t sent = 0;
	struct stat st;
	ssize_t n;

	if (fd < 0 || fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
		if (fd >= 0)
			close(fd);
		req->file = NULL;
		route_fail(req, nerr_raise(ERR_NOT_FOUND, "the file is gone"));
		return -1;
	}
	response_header(req, "Content-Disposition",
		arena_printf(&req->arena, "attachment; filename*=UTF-8''%s",
			url_encode(req, req->file_name)));
	put_head(req, out, st.st_size);
	while (req->method != METHOD_HEAD && (n = read(fd, chunk, sizeof chunk)) > 0 &&
		FCGX_PutStr(chunk, (int)n, out) == (int)n)
		sent += n;
	close(fd);
	return sent;
}

static int64_t put_answer(struct request *req, FCGX_Stream *out)
{
	int64_t sent;

	if (req->file && (sent = put_file(req, out)) >= 0)
		return sent;
	put_head(req, out, (int64_t)req->out.len);
	if (req->method != METHOD_HEAD && req->out.len)
		FCGX_PutStr(req->out.data, (int)req->out.len, out);
	return (int64_t)req->out.len;
}

/* A worker may be born while the database is away: pages say so until it is back. */
static NEOERR *prepare(struct request *req, const struct request_source *src)
{
	NEOERR *err, *db_err = site_db ? STATUS_OK : db_open(&site_db);

	err = request_init(req, site_db, src);
	if (!err)
		return nerr_pass(db_err);
	error_drop(db_err);
	return nerr_pass(err);
}

/* The path between the log's quotes. */
static const char *loggable(struct request *req, const char *path)
{
	char *text = arena_strdup(&req->arena, path);

	for (char *p = text; *p; p++)
		if (*p == '"')
			*p = '\'';
	return text;
}

static void answer(FCGX_Request *fcgi)
{
	struct request_source src = { .env = fcgi_env, .read = fcgi_read, .ctx = fcgi };
	static const char *const methods[] = { "GET", "HEAD", "POST", "PATCH", "OTHER" };
	int64_t began = clock_mono_ms(), sent;
	struct request req;
	NEOERR *err = prepare(&req, &src);

	if (!err)
		err = site->read_who(&req);
	if (err)
		route_fail(&req, err);
	else
		route_run(&req, site->routes, site->login_path);
	sent = put_answer(&req, fcgi->out);
	FCGX_Finish_r(fcgi);
	log_line(LOG_INFO, "request",
		"method=%s path=\"%s\" status=%d ms=%lld bytes=%lld user=%lld member=%lld ip=%s",
		methods[req.method], loggable(&req, req.path), req.status,
		(long long)(clock_mono_ms() - began), (long long)sent, (long long)req.who.user_id,
		(long long)req.who.member_id, req.ip ? req.ip : "");
	request_clear(&req);
}

static int serve(int listen_fd)
{
	FCGX_Request fcgi;

	if (FCGX_Init() != 0 || FCGX_InitRequest(&fcgi, listen_fd, FCGI_FAIL_ACCEPT_ON_INTR) != 0)
		return 1;
	while (!worker_stopping()) {
		if (FCGX_Accept_r(&fcgi) < 0)
			continue;
		answer(&fcgi);
		worker_served();
	}
	FCGX_Free(&fcgi, 1);
	db_close(&site_db);
	return 0;
}

int serve_site(const struct site *s, int workers)
{
	const struct worker_plan plan = { .name = s->name,
		.workers = workers,
		.max_requests = (int)conf.worker_requests,
		.serve = serve };
	NEOERR *err = render_start(s->layout);

	site = s;
	if (err) {
		error_log("start", err);
		return 1;
	}
	return worker_run(&plan);
}
