/* xml.h - small XML answers of peers: one root and its children's texts, through expat with caps.
 * Owns nothing. Serves payment channels. */
#ifndef BASE_XML_H
#define BASE_XML_H

#include <jansson.h>

#include "base/error.h"

/* The children of the root as an object of texts; "" for an empty one. ERR_INVALID: more than max
 * bytes, not well formed, a document type (so no entities but the five), attributes aside anything
 * deeper than one level, a child that stands twice, more than 100 children. */
NEOERR *xml_flat(const char *text, size_t len, size_t max, json_t **out) CHECKED;
/* Appends s as text of an element; what XML cannot hold becomes a space. */
struct buf;
void xml_escape(struct buf *out, const char *s);

#endif
