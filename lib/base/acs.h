/* acs.h - requests to Alibaba Cloud's API signed by its V3 method, ACS3-HMAC-SHA256.
 * Owns nothing. Serves who sends text messages, and the sandbox that checks them.
 * (help.aliyun.com/zh/sdk/product-overview/v3-request-structure-and-signature) */
#ifndef BASE_ACS_H
#define BASE_ACS_H

#include "base/buf.h"
#include "base/crypt.h"

#define ACS_ALGORITHM "ACS3-HMAC-SHA256"
/* All public headers there are, in order. */
#define ACS_SIGNED \
	"host;x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version"

/* query: as acs_query() makes it; date: UTC, "2023-10-26T10:22:32Z"; body "" for none. */
struct acs_request {
	const char *method, *host, *path, *query, *action, *version, *date, *nonce, *body;
};

/* One parameter more, by RFC 3986. The names must come in order. */
void acs_query(struct buf *query, const char *name, const char *value);
void acs_date(int64_t time, char out[24]);
/* Hex of the body, for x-acs-content-sha256, and of the whole request. */
void acs_signature(const struct acs_request *r, const char *secret, char out[SHA256_HEX]);

#endif
