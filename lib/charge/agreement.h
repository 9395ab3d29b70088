/* agreement.h - agreements between partners: proposed by one, agreed to by the other, adjusted by
 * versions from a day on, and what charges, bookings and parks come to under them (I2 to I5).
 * Owns tables agreement, agreement_version, agreement_station, agreement_side, agreement_due,
 * session_share. Serves the rules of sessions, the daily report, the job, the screens. */
#ifndef CHARGE_AGREEMENT_H
#define CHARGE_AGREEMENT_H

#include "charge/rating.h"
#include "db/audit.h"
#include "db/db.h"

#define X(id, name, colour) AGREEMENT_##id,
enum agreement_kind {
#include "charge/tbl/agreement_kind.h"
};
#undef X

/* ---- agreement.c: pure */

#define AGREEMENT_WHOLE 10000                /* percents: the whole price */
struct agreement_terms {
	/* charge (I2): to the owner per kWh, -1: the station's own price at the percent of its type */
	int64_t energy_price, service_price;
	int percent[PRICE_TYPES];
	/* split (I3): to the partner per kWh and booking; parking (I4): to the owner per park */
	int64_t energy_rate, service_rate, booking_rate, parking_rate;
};
/* The owner's prices: the station's with the terms on them. */
void agreement_tariff(const struct tariff *station, const struct agreement_terms *t,
	struct tariff *out);
/* What the owner of the station is paid for a charge, and what the partner keeps of `paid` (below
 * zero: it pays on top). */
NEOERR *agreement_charge(const struct tariff *station, const struct agreement_terms *t,
	const struct usage *usage, int64_t paid, struct bill *owner, int64_t *kept) CHECKED;
/* Whole fen, half up: 0.25 + 0.1 yuan per kWh and 2 yuan per booking (I3). */
NEOERR *agreement_split(const struct agreement_terms *t, int64_t energy, int64_t bookings,
	int64_t *amount) CHECKED;
NEOERR *agreement_parking(const struct agreement_terms *t, int64_t parks,
	int64_t *amount) CHECKED;

/* ---- agreement_deal.c: proposing and agreeing, each in a tx */

enum agreement_refusal {
	AGREEMENT_OK, AGREEMENT_NO_PARTNER, AGREEMENT_DAYS, AGREEMENT_STATIONS, AGREEMENT_OVERLAP,
	AGREEMENT_TERMS, AGREEMENT_TARIFF, AGREEMENT_STATE
};
const char *agreement_refusal_text(enum agreement_refusal r);      /* Text key */

struct agreement_wish {
	enum agreement_kind kind;
	bool ours;                           /* the stations are the proposer's, else the other's */
	const char *name, *partner, *note;   /* partner: full name */
	const char *stations;                /* codes parted by blanks or commas; "": all */
	int64_t provider_id, from, to, bill_day, member_tariff_id, by;
	struct agreement_terms terms;
};
/* *side_id: the proposer's row. */
NEOERR *agreement_propose(struct db *db, const struct agreement_wish *w, int64_t *side_id,
	enum agreement_refusal *refusal) CHECKED;
/* Another version from a day on; what runs stays until then. stations and name are not looked
 * at. */
NEOERR *agreement_adjust(struct db *db, int64_t side_id, const struct agreement_wish *w,
	enum agreement_refusal *refusal) CHECKED;
/* The other side's yes or no to what was proposed. member_tariff_id 0: as proposed. */
NEOERR *agreement_answer(struct db *db, int64_t side_id, bool yes, const char *answer,
	int64_t member_tariff_id, int64_t by, enum agreement_refusal *refusal) CHECKED;
enum agreement_move { AGREEMENT_PAUSE, AGREEMENT_RESUME, AGREEMENT_END };
NEOERR *agreement_move(struct db *db, int64_t side_id, enum agreement_move move, int64_t by,
	enum agreement_refusal *refusal) CHECKED;

/* ---- agreement_share.c: agreements at work */

/* The charge agreement in force for a pile and the provider whose member (or guest) asks; *found
 * false: none. member_tariff_id 0: the station's price. */
struct agreement_found {
	int64_t version_id, member_tariff_id;
	struct agreement_terms terms;
};
NEOERR *agreement_find(struct db *db, int64_t pile_id, int64_t member_provider_id, int64_t when,
	struct agreement_found *out, bool *found) CHECKED;
/* Keeps with a new session under which terms it begins. In a tx. */
NEOERR *agreement_keep(struct db *db, int64_t session_id, int64_t pile_id,
	int64_t member_provider_id, int64_t when) CHECKED;
/* The prices a guest's session is rated by (exchange.h): its station's with the terms it began
 * under. *changed false: the station's own. */
NEOERR *agreement_guest_tariff(struct db *db, int64_t session_id, const struct tariff *station,
	struct tariff *out, bool *changed) CHECKED;
/* What the owner is paid for a finished session of a partner's member; guests pay it themselves.
 * In the tx of the bill; again with each revision. */
NEOERR *agreement_share(struct db *db, int64_t session_id, const struct usage *usage,
	bool is_void) CHECKED;
/* The month before for each split and parking agreement whose bill day is `day` (00:00); *rows
 * counts rows written. The same day again: the same rows; a month whose bill is confirmed
 * (settlement.h) stays. */
NEOERR *agreement_bill_month(struct db *db, int64_t day, int64_t *rows) CHECKED;
/* One agreement's month anew. In a tx. */
NEOERR *agreement_due_again(struct db *db, int64_t agreement_id, int64_t from,
	int64_t to) CHECKED;

#endif
