/* import.h - records from an Excel or CSV file: the page and its template, and what both share with
 * the run.
 * Owns nothing. Serves the mains' route tables and import_run.c. */
#ifndef CGI_RESOURCE_IMPORT_H
#define CGI_RESOURCE_IMPORT_H

#include "cgi/resource/engine.h"

#define IMPORT_ROWS 5000                 /* one transaction */

/* GET and POST /admin/:resource/import, GET /admin/:resource/import/template */
extern const struct route import_routes[];

/* Fields a file may carry, in order; column has room for all fields. */
int import_columns(const struct resource *res, struct column *column);
/* What the example row of the template holds in this column; a row that repeats it is no record. */
const char *import_example(struct request *req, const struct field *f);

/* Is a head of a file this field: in either language, with or without its unit and the star of what
 * is required, or by its own name? title is trimmed. */
bool import_head_is(struct request *req, const struct resource *res, const struct field *f,
	char *title);

/* A file as text cells; the first row that is not empty is the head. Memory is the arena's. */
struct import_row { int line, n; char **cell; };
struct import_file { struct arena *arena; struct import_row *row; int n, room; bool too_many; };
enum import_type { IMPORT_NONE, IMPORT_XLSX, IMPORT_CSV, IMPORT_OLD_XLS };
/* By content, whatever the name says. */
enum import_type import_type_of(const void *data, size_t len);
/* ERR_INVALID with a sentence if it is neither, broken, or too large. */
NEOERR *import_read(const void *data, size_t len, struct import_file *out) CHECKED;

#endif
