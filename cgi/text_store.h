/* text_store.h - the texts of both languages, one HDF each.
 * Owns them. Serves render.c; pages use the text_ functions of render.h. */
#ifndef CGI_TEXT_STORE_H
#define CGI_TEXT_STORE_H

#include "cgi/request.h"

#define TEXT_LANGS 2

/* Reads templates/text/<lang>/<any>.hdf; on an error the old texts stay. */
NEOERR *text_store_load(void) CHECKED;
/* Root with Text.*; "zh-CN" for an unknown language. NULL before the first load. */
HDF *text_store(const char *lang);

#endif
