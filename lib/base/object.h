/* object.h - objects in a bucket of S3-compatible storage: put, got, deleted.
 * Owns nothing; where and with which keys: conf.storage_*. Serves pictures of bays (K6). */
#ifndef BASE_OBJECT_H
#define BASE_OBJECT_H

#include "base/buf.h"

/* A bucket is named in the configuration. */
bool object_storage(void);
/* key: path in the bucket of letters, digits, "/", "." and "-", no slash in front. ERR_PEER: the
 * storage is away or refuses; ERR_INVALID: none is configured, or badly. */
NEOERR *object_put(const char *key, const char *type, const void *p, size_t len) CHECKED;
/* out is initialised with its cap; ERR_NOT_FOUND: no such object. */
NEOERR *object_get(const char *key, struct buf *out) CHECKED;
/* What is not there is deleted. */
NEOERR *object_delete(const char *key) CHECKED;

#endif
