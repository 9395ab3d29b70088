/* ap3000_json.h - bodies of AP3000 messages as JSON objects: members by the names of the table,
 * numbers in the units it says.
 * Owns nothing. Serves the gateway: what is asked of a device by hand, and what it answers (N3). */
#ifndef PROTO_AP3000_JSON_H
#define PROTO_AP3000_JSON_H

#include <jansson.h>

#include "proto/ap3000.h"

#define AP3000_WHY 200

/* The command of that name ("params_limit"), each of its fields given and none besides.
 * false: why says what is wanted. */
bool ap3000_from_json(const char *name, const json_t *fields, struct ap3000_message *out,
	char why[AP3000_WHY]);
/* What the device told; fields its firmware left out are missing. The caller's to release. */
json_t *ap3000_to_json(const struct ap3000_message *m);

#endif
