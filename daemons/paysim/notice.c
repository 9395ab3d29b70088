/* notice.c - the sandbox's callbacks, one after the other, each sent by a child: whoever hears one
 * may ask back before it answers.
 * Owns nothing. Serves paysim.c. */
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "daemons/paysim/sim.h"

#include "base/http.h"
#include "base/text.h"

#define ANSWER_MAX 2000                          /* less than a pipe takes at once */

struct notice { struct notice *next; char *url, *body; json_t *headers; };
static struct notice *notices;

void notify_later(const char *url, json_t *headers, char *body)
{
	struct notice *n = calloc(1, sizeof(*n)), **end = &notices;

	if (!n || !(n->url = strdup(url)))
		error_die("out of memory (paysim)");
	n->headers = headers;
	n->body = body;
	while (*end)
		end = &(*end)->next;
	*end = n;
}

static void note_answer(const struct notice *n, int64_t status, const char *text)
{
	json_t *log = json_object_get(sim.state, "notified");

	if (!log) {
		log = json_array();
		json_object_set_new(sim.state, "notified", log);
	}
	json_array_append_new(log,
		json_pack("{s:s, s:I, s:s}", "url", n->url, "status", (json_int_t)status, "answer", text));
	sim_keep();
}

/* The child: the status, a space, and what was answered, or 0 and why nothing was. */
static void deliver(const struct notice *n, int out)
{
	const char *headers[12] = { "Content-Type: application/json" }, *name;
	char lines[10][700], text[ANSWER_MAX];
	struct http_answer answer = { .status = 0 };
	json_t *value;
	int i = 0;
	NEOERR *err;

	json_object_foreach(n->headers, name, value) {
		if (i == 10)
			break;
		if (text_eq(name, "Content-Type")) {
			headers[0] = "Content-Type: text/xml; charset=utf-8";
			continue;
		}
		snprintf(lines[i], sizeof(lines[i]), "%s: %s", name, json_string_value(value));
		headers[i + 1] = lines[i];
		i++;
	}
	err = http_do(&(struct http_request){ .method = "POST", .url = n->url, .headers = headers,
					  .body = n->body, .body_len = strlen(n->body), .timeout_ms = 5000,
					  .own = true },
		&answer);
	snprintf(text, sizeof(text), "%ld %s", err == STATUS_OK ? answer.status : 0,
		err == STATUS_OK ? buf_str(&answer.body) : error_desc(err));
	if (write(out, text, strlen(text)) < 0)
		_exit(1);
	_exit(0);
}

static void take_answer(const struct notice *n, int from)
{
	char text[ANSWER_MAX] = "";
	ssize_t len = read(from, text, sizeof(text) - 1);
	char *answer = len > 0 ? strchr(text, ' ') : NULL;
	int64_t status = 0;

	if (answer)
		*answer++ = '\0';
	if (!answer || !text_i64(text, &status))
		status = 0;
	note_answer(n, status, answer ? answer : "");
}

static void send_notice(const struct notice *n)
{
	int ends[2];
	pid_t child;

	if (pipe2(ends, O_CLOEXEC) < 0 || (child = fork()) < 0)
		error_die("paysim: a callback cannot be sent");
	if (child == 0)
		deliver(n, ends[1]);
	close(ends[1]);
	while (!serve_next(ends[0]))
		continue;
	take_answer(n, ends[0]);
	close(ends[0]);
	waitpid(child, NULL, 0);
}

void notify_send(void)
{
	while (notices) {
		struct notice *n = notices;

		notices = n->next;
		send_notice(n);
		json_decref(n->headers);
		free(n->url);
		free(n->body);
		free(n);
	}
}
