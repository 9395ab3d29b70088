/* channel.h - payment channels behind one interface: 微信支付, 随行付, 乐刷.
 * Owns table channel. Serves payment orders, refunds, reconciliation, profit sharing. */
#ifndef CHARGE_CHANNEL_H
#define CHARGE_CHANNEL_H

#include "base/buf.h"
#include "charge/choice.h"
#include "db/db.h"

#define CHANNEL_NO 33                        /* an order's number: 32 characters */
#define CHANNEL_REF 65                       /* a channel's own number */
#define CHANNEL_OPENID 129

/* A merchant's account with its secrets open; channel_account_clear() wipes them. */
struct channel_account {
	int64_t id, provider_id;
	bool enabled, sharing;
	char kind[17], name[181], method[9], base_url[201], merchant_no[33], app_id[33],
		merchant_serial[65], platform_serial[65];
	char *platform_key, *private_key, *api_key, *notify_key, *app_secret;
};

struct channel_order {
	const char *no, *description, *notify_url, *method, *openid, *ip;
	int64_t amount, expires_at;
	bool sharing;                        /* freeze the money for profit sharing */
};
/* What the payer's phone opens: an address of a QR code, a page, or a prepay_id. */
struct channel_prepared { char code[601]; };

enum channel_state {
	CHANNEL_WAITING,
	CHANNEL_DONE,
	CHANNEL_CLOSED,                      /* will never be paid, or will never be refunded */
	CHANNEL_ABNORMAL,                    /* a person must look */
	CHANNEL_UNKNOWN                      /* they never heard of it */
};
struct channel_result {
	enum channel_state state;
	int64_t amount;                      /* -1: not told */
	char no[CHANNEL_NO], reference[CHANNEL_REF], bank[33], reason[201];
};
struct channel_refund {
	const char *no, *payment_no, *reason, *notify_url;
	int64_t amount, total;
};
enum channel_notice_kind { NOTICE_PAYMENT, NOTICE_REFUND, NOTICE_OTHER };
struct channel_notice {
	enum channel_notice_kind kind;
	struct channel_result result;
};
/* A callback as it came; header() gives a header's value or NULL. */
struct channel_callback {
	const char *body;
	size_t len;
	const char *(*header)(void *ctx, const char *name);
	void *ctx;
};
struct channel_bill_line {
	bool refund;
	const char *no, *reference;
	int64_t amount, fee, at;
};
typedef NEOERR *(*channel_bill_fn)(const struct channel_bill_line *line, void *ctx);

struct channel_receiver { const char *kind, *account, *name; int64_t amount; };
struct channel_share {
	const char *no, *reference;          /* of the sharing order; of the payment at the channel */
	int n;
	const struct channel_receiver *receiver;
	bool last;                           /* what is left is unfrozen for the merchant */
};

/* What an account must have beside the merchant's number. */
enum { CHANNEL_NEEDS_APP = 1, CHANNEL_NEEDS_PLATFORM_KEY = 2, CHANNEL_NEEDS_API_KEY = 4,
	CHANNEL_QR_ONLY = 8,             /* method native alone */
	CHANNEL_NEEDS_PRIVATE_KEY = 16, CHANNEL_NEEDS_NOTIFY_KEY = 32 };

/* ERR_PEER: no answer, or one that cannot be trusted: nothing is known of the order; ask again.
 * ERR_INVALID: they refuse, for good; the description says why. */
struct channel {
	const char *kind;
	unsigned needs;
	NEOERR *(*prepare)(const struct channel_account *a, const struct channel_order *o,
		struct channel_prepared *out);
	NEOERR *(*query)(const struct channel_account *a, const char *no, struct channel_result *out);
	NEOERR *(*close)(const struct channel_account *a, const char *no);
	NEOERR *(*refund)(const struct channel_account *a, const struct channel_refund *r,
		struct channel_result *out);
	/* no: the refund's; of: its payment's. */
	NEOERR *(*refund_query)(const struct channel_account *a, const char *no, const char *of,
		struct channel_result *out);
	/* The bill of a day; ERR_NOT_FOUND: there is none (nothing happened). NULL: the channel gives
	 * none out. */
	NEOERR *(*bill)(const struct channel_account *a, const char *day, channel_bill_fn fn,
		void *ctx);
	/* ERR_DENIED: forged, stale, or for another merchant. */
	NEOERR *(*verify)(const struct channel_account *a, const struct channel_callback *c,
		struct channel_notice *out);
	/* Tells the channel of a receiver, once or again; needed before money is shared with it. */
	NEOERR *(*receiver_add)(const struct channel_account *a, const struct channel_receiver *r);
	/* NULL: the channel shares no profit. */
	NEOERR *(*share)(const struct channel_account *a, const struct channel_share *s,
		struct channel_result *out);
	NEOERR *(*share_query)(const struct channel_account *a, const struct channel_share *s,
		struct channel_result *out);
	NEOERR *(*share_return)(const struct channel_account *a, const char *no, const char *of,
		const char *account, int64_t amount, struct channel_result *out);
	/* Paying inside the channel's own app (method jsapi): where the phone is sent to say who it is,
	 * the payer behind the code it brings back, and what its pay window is opened with (JSON).
	 * NULL: the channel has none. */
	NEOERR *(*who)(const struct channel_account *a, const char *back, const char *state,
		struct buf *url);
	NEOERR *(*openid)(const struct channel_account *a, const char *code, char out[CHANNEL_OPENID]);
	NEOERR *(*window)(const struct channel_account *a, const char *prepared, char **json);
	/* What it answers a callback with when it is kept, and when it is not; type NULL: JSON. */
	const char *heard, *unheard, *type;
};
extern const struct channel channel_wechat, channel_suixingpay, channel_leshua;

/* By its word; NULL if there is none. */
const struct channel *channel_of(const char *kind);
/* With secrets; ERR_NOT_FOUND. A deleted or disabled one still settles what it began. */
NEOERR *channel_open(struct db *db, int64_t id, struct channel_account *out) CHECKED;
void channel_account_clear(struct channel_account *a);
/* The enabled one a member of this provider pays by: the provider's own, else the platform's; 0:
 * none (S12). */
NEOERR *channel_for(struct db *db, int64_t provider_id, int64_t *id) CHECKED;
/* S12: the station's own, else its provider's; 0 where it takes none. */
NEOERR *channel_of_station(struct db *db, int64_t station_id, int64_t *id) CHECKED;
struct channel_secrets { const char *private_key, *api_key, *notify_key, *app_secret; };
/* Keeps secrets sealed; NULL or empty leaves what is there. A text that is no key:
 * ERR_INVALID. */
NEOERR *channel_seal(struct db *db, int64_t id, const struct channel_secrets *s) CHECKED;
/* Where the channel's callbacks go. */
void channel_notify_url(int64_t id, char out[301]);
/* "12.34" yuan from fen and back; channels know no less than a fen. */
int64_t channel_fen(int64_t money);
int64_t channel_money(int64_t fen);
/* What a question about an order came to. ERR_NOT_FOUND, they never heard of it: STATUS_OK, and
 * there is no answer. ERR_INVALID, any other refusal, says nothing of the order: ERR_PEER. */
NEOERR *channel_asked(NEOERR *err) CHECKED;

#endif
