/* log.h - key=value lines on stderr (the supervisor keeps them).
 * Owns the program name, level and request id. Serves every room. Never log a secret. */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include "base/error.h"

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };

void log_init(const char *program);
void log_level(enum log_level level);
/* "debug" "info" "warn" "error"; false: no such level, nothing changed */
bool log_level_named(const char *name);
void log_request(const char *id);        /* added as req=ID to each line until NULL */
/* log_line(LOG_INFO, "pile_online", "pile=%s protocol=%s", ...): ts= level= prog= pid= event= ... ;
 * values with blanks are the caller's to quote: use %s inside double quotes ("text=\"%s\""). */
void log_line(enum log_level level, const char *event, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* True at most once per `seconds` for the same (event,key); counts what it held back. For peers
 * that misbehave. */
bool log_once(const char *event, const char *key, int seconds, unsigned *suppressed);

#endif
