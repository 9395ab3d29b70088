/* fleet.h - fleets as payers: who may use the wallet and how much, its credit line, money given to
 * drivers and taken back (M17, M19-M22, W11).
 * Owns table fleet_member and what rules write of fleet. Serves starts, live charges, screens and
 * the driver's pages. */
#ifndef CHARGE_FLEET_H
#define CHARGE_FLEET_H

#include "charge/ledger.h"
#include "charge/session.h"

/* A fleet as one of its members sees it who wants to charge on its wallet at provider_id's. */
struct fleet_right {
	bool found;                          /* the fleet is there and he belongs to it */
	bool enabled;
	int64_t provider_id, credit;
	int64_t day_times, month_times, day_amount, month_amount;       /* limits, 0: none (M21) */
	int64_t used_day_times, used_month_times, used_day, used_month; /* without except_session */
};
/* Starts that failed count for nothing; running charges count with what they cost so far. */
NEOERR *fleet_right(struct db *db, int64_t fleet_id, int64_t member_id, int64_t except_session,
	struct fleet_right *out) CHECKED;
/* Yuan that the member may still spend of the fleet's wallet; INT64_MAX: no limit. Pure. */
int64_t fleet_right_left(const struct fleet_right *r);
/* A plan of the fleet asks: no limit of its member counts. Pure. */
void fleet_right_unlimited(struct fleet_right *r);
/* Why he may not start on it, START_ACCEPTED: he may. Pure. */
enum start_refusal fleet_right_judge(const struct fleet_right *r, int64_t provider_id);

/* V3, X3: what a member's charge costs for his fleet's sake, in hundredths of a percent of the
 * station's prices; 10000 and 10000: as everybody. */
#define FLEET_FULL_PRICE 10000
struct fleet_price { int64_t fleet_id, vehicle_id; int energy, service; };
struct fleet_price_wish {
	int64_t member_id, provider_id;      /* of the station */
	int64_t pays;                        /* the fleet whose wallet pays; 0: his own purse */
	bool plan;                           /* a charging plan asks: its cars are read later */
	const char *plate, *vin;             /* may be NULL or "" */
};
/* The fleet that pays, else the cheapest of his fleets here whose price is had with his own purse;
 * not one that checks vehicles for its price and does not know this one. fleet_id 0: none. */
NEOERR *fleet_price_for(struct db *db, const struct fleet_price_wish *w,
	struct fleet_price *out) CHECKED;
/* Those with a price that the member may have at the provider's stations, for him to read. */
struct fleet_offer {
	struct fleet_price price;
	enum price_pay pay;
	bool checked;                        /* its vehicles only */
	char name[241];
};
typedef NEOERR *(*fleet_offer_fn)(const struct fleet_offer *o, void *ctx);
NEOERR *fleet_each_offer(struct db *db, int64_t member_id, int64_t provider_id, fleet_offer_fn fn,
	void *ctx) CHECKED;

/* What a charge was promised, with the fleet's name. *found false: the station's price. */
NEOERR *fleet_price_of(struct db *db, int64_t session_id, struct fleet_offer *out,
	bool *found) CHECKED;

/* Fleets that the member may pay by at the provider's stations. */
struct fleet_view { int64_t id, free; char name[241]; };
typedef NEOERR *(*fleet_fn)(const struct fleet_view *f, void *ctx);
NEOERR *fleet_each_of_member(struct db *db, int64_t member_id, int64_t provider_id, fleet_fn fn,
	void *ctx) CHECKED;

/* In the caller's tx. Into the fleet: *id its fleet_member row; he is there already: that row. */
NEOERR *fleet_member_add(struct db *db, int64_t fleet_id, int64_t member_id, int64_t by,
	int64_t *id) CHECKED;
/* Out of it; the administrator stops being it. _leaves is that part alone, of a row that its caller
 * deletes. */
NEOERR *fleet_member_remove(struct db *db, int64_t row_id, int64_t by) CHECKED;
NEOERR *fleet_member_leaves(struct db *db, int64_t row_id, int64_t by) CHECKED;
/* Makes a member the administrator (0: nobody). *fits false: he does not belong to it. */
NEOERR *fleet_set_admin(struct db *db, int64_t fleet_id, int64_t member_id, int64_t by,
	bool *fits) CHECKED;
/* The fleet that the member administers, by its id; ERR_NOT_FOUND: he does not. */
NEOERR *fleet_administered(struct db *db, int64_t fleet_id, int64_t member_id) CHECKED;
/* The administrator's own password for confirming plans (Z3). */
NEOERR *fleet_set_confirm(struct db *db, int64_t fleet_id, const char *password) CHECKED;

/* W11. EQUAL: amount to each member; TOP_UP: each wallet's cash up to amount. member 0: all of
 * them. The whole of it must be in the fleet's cash, without credit, or nothing moves. In the
 * caller's tx; once: what makes it happen once. */
struct fleet_deal {
	int64_t fleet_id, member_id, amount;
	enum fleet_share share;
	const char *once, *note, *operator;
	int64_t by;
};
struct fleet_dealt { int64_t members, total, missing; };       /* missing > 0: nothing was moved */
NEOERR *fleet_allocate(struct db *db, const struct fleet_deal *d, struct fleet_dealt *out) CHECKED;
/* From the members' free cash, no more than what the fleet gave each and has not taken back;
 * amount 0: all of that. */
NEOERR *fleet_take_back(struct db *db, const struct fleet_deal *d, struct fleet_dealt *out) CHECKED;

#endif
