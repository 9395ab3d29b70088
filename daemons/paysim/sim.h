/* sim.h - what the files of the payment sandbox share.
 * Owns nothing. Serves daemons/paysim. */
#ifndef PAYSIM_SIM_H
#define PAYSIM_SIM_H

#include "base/buf.h"
#include "base/json.h"
#include "base/money.h"

/* One request as it came; texts live until it is answered. */
struct ask {
	char method[8], path[600], query[6000];      /* path without the query */
	const char *headers;
	char *body;
	size_t len;
	/* the answer */
	int status;
	const char *type;
	struct buf out, more;                        /* body; header lines */
	bool mute;                                   /* no answer at all: the peer must ask again */
};
bool ask_header(const struct ask *a, const char *name, char *out, size_t room);
/* A parameter of the query or of a posted form, decoded. */
bool ask_param(const struct ask *a, const char *name, char *out, size_t room);
json_t *ask_form(const struct ask *a);            /* the posted form, all texts */
/* A word of a query, decoded. */
void ask_decode(char *out, size_t room, const char *word);
void answer_text(struct ask *a, int status, const char *type, const char *text);
void answer_json(struct ask *a, int status, json_t *value);      /* takes value */

/* What the sandbox is: both sides' keys, its merchant, and what it was told to do wrong. */
struct sim {
	char dir[200], url[100];
	char *platform_private, *platform_public, *merchant_private, *merchant_public;
	char *stranger_private, *stranger_public;
	char api_key[33], notify_key[33], app_secret[33];
	json_t *state;                               /* orders, refunds, shares, mode: kept in a file */
	unsigned serial;
};
extern struct sim sim;
#define SIM_MERCHANT "1900000001"
#define SIM_APP "wx8888888888888888"
#define SIM_SUIXINGPAY_ORG "26680846"
#define SIM_SUIXINGPAY_MERCHANT "399190910000387"
#define SIM_LESHUA_MERCHANT "7500000101"
#define SIM_SMS_ACCOUNT "LTAI5tSandboxSandbox1234"
#define SIM_SMS_SIGN "充电沙盒"
#define SIM_SMS_ALARM "SMS_480000001"
#define SIM_SMS_CODE "SMS_480000002"
#define SIM_ROBOT_KEY "693a91f6-7e2c-4bc4-97a0-0ec2fa5ab001"
#define SIM_TAX_APP "91320000TAXSANDBOX"
#define SIM_MERCHANT_SERIAL "5157F09EFDC096DE15EBE81A47057A7232F1B8E1"
#define SIM_PLATFORM_SERIAL "PUB_KEY_ID_0119000000012026112600000001"
json_t *sim_table(const char *name);             /* orders, refunds, shares, returns */
void sim_keep(void);
const char *sim_new_id(const char *prefix);
/* A word of how to behave, "" if nothing was said; a counted one is used up. */
const char *sim_mode(const char *name);
bool sim_mode_once(const char *name);

/* Callbacks wait until the request that caused them is answered; who is told may ask meanwhile. */
void notify_later(const char *url, json_t *headers, char *body);     /* takes both */
void notify_send(void);
/* Serves a request if one comes soon; true when also (-1: nothing) can be read. */
bool serve_next(int also);

#define SIM_OPENID "oUpF8uMuAJO_M2pxb1Q9zNjWeS6o"
/* The phone: says who it is; its pay window was opened with these. */
bool phone_serve(struct ask *a);
bool wechat_serve(struct ask *a);                /* false: not its address */
void wechat_notify(json_t *order, bool forged, int64_t fen);
bool suixingpay_serve(struct ask *a);
void suixingpay_notify(json_t *order, bool forged, int64_t fen);
bool leshua_serve(struct ask *a);
void leshua_notify(json_t *order, bool forged, int64_t fen);
bool tax_serve(struct ask *a);
bool notify_serve(struct ask *a);
bool control_serve(struct ask *a);

#endif
