/* log.c - key=value lines on stderr, one write(2) each.
 * Owns the program name, level, request id and the memory of log_once.
 * Serves every room. */
#include <stdarg.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/text.h"

#define LINE_MAX_BYTES 4096      /* below PIPE_BUF, so that lines of several processes never mix */

static char program[32] = "chargeops";
static char request[64];
static enum log_level threshold = LOG_INFO;

static const char *const level_names[] = { "debug", "info", "warn", "error" };

void log_init(const char *name)
{
	text_copy(program, sizeof(program), name);
}

void log_level(enum log_level level)
{
	threshold = level;
}

bool log_level_named(const char *name)
{
	for (size_t i = 0; i < sizeof(level_names) / sizeof(level_names[0]); i++)
		if (text_eq(name, level_names[i])) {
			threshold = (enum log_level)i;
			return true;
		}
	return false;
}

void log_request(const char *id)
{
	text_copy(request, sizeof(request), id);
}

static size_t put_prefix(char *line, size_t room, enum log_level level, const char *event)
{
	int64_t ms = clock_now_ms();
	char at[CLOCK_TEXT];
	int offset = clock_offset(), minutes = abs(offset) / 60, n;

	clock_format(ms / 1000, at);
	n = snprintf(line, room, "ts=%.10sT%s.%03d%c%02d:%02d level=%s prog=%s pid=%d event=%.64s", at,
		at + 11, (int)(ms % 1000), offset < 0 ? '-' : '+', minutes / 60, minutes % 60,
		level_names[level], program, (int)getpid(), event);
	if (request[0] != '\0')
		n += snprintf(line + n, room - (size_t)n, " req=%s", request);
	return (size_t)n;
}

void log_line(enum log_level level, const char *event, const char *fmt, ...)
{
	char line[LINE_MAX_BYTES];
	size_t room = sizeof(line) - 1, len;
	va_list ap;
	int n;

	if (level < threshold)
		return;
	len = put_prefix(line, room, level, event);
	if (fmt != NULL && *fmt != '\0') {
		line[len++] = ' ';
		va_start(ap, fmt);
		n = vsnprintf(line + len, room - len, fmt, ap);
		va_end(ap);
		if (n > 0)
			len = (size_t)n >= room - len ? room - 1 : len + (size_t)n;
	}
	line[len] = '\0';
	text_scrub(line);        /* what peers send ends up here: it must not forge a line */
	line[len++] = '\n';
	(void)!write(STDERR_FILENO, line, len);
}

/* log_once: a set-associative memory of fixed size, so that a flood of different keys costs lines,
 * never memory. */
#define ONCE_SETS 512
#define ONCE_WAYS 4

struct once { uint64_t hash; int64_t until_ms; unsigned held; };
static struct once memory[ONCE_SETS][ONCE_WAYS];

static uint64_t hash_text(uint64_t h, const char *s)
{
	for (; *s != '\0'; s++)
		h = (h ^ (unsigned char)*s) * UINT64_C(1099511628211);
	return (h ^ 0xFF) * UINT64_C(1099511628211);
}

static struct once *once_find(uint64_t hash)
{
	struct once *set = memory[hash % ONCE_SETS], *oldest = &set[0];

	for (int i = 0; i < ONCE_WAYS; i++) {
		if (set[i].hash == hash)
			return &set[i];
		if (set[i].until_ms < oldest->until_ms)
			oldest = &set[i];
	}
	*oldest = (struct once){ .hash = hash };
	return oldest;
}

bool log_once(const char *event, const char *key, int seconds, unsigned *suppressed)
{
	struct once *o = once_find(hash_text(hash_text(UINT64_C(14695981039346656037), event), key));
	int64_t now = clock_mono_ms();

	if (now < o->until_ms) {
		o->held++;
		return false;
	}
	if (suppressed != NULL)
		*suppressed = o->held;
	o->held = 0;
	o->until_ms = now + (int64_t)seconds * 1000;
	return true;
}
