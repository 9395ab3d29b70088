/* session_judge.h - a request to charge or to book while it is judged: place, payer, tariff, money.
 * Owns nothing. Serves session_request.c, session_judge.c and reservation_book.c alone. */
#ifndef CHARGE_SESSION_JUDGE_H
#define CHARGE_SESSION_JUDGE_H

#include "charge/fleet.h"
#include "charge/session_internal.h"
#include "charge/tariff.h"
#include "charge/token.h"
#include "charge/vehicle.h"

struct place {
	int64_t pile_id, station_id, provider_id, property_id, area_id;
	bool found, connector_enabled, pile_enabled, station_enabled, plate_required, online, plugged;
	int number;
	enum connector_state state;
	bool own_only, pile_closed, bookable, named_only, starts_alone;
	bool bay_shut, bay_taken;            /* its bay is disabled; a car stands or waits there */
	char serial[41], kind[9], hours[241], operation_type[17];
};
struct payer {
	int64_t member_id, provider_id, card_id, card_member;
	int64_t credit;
	bool member_found, card_found, card_expired, card_fits, certified, several;
	struct token token;
	char phone[21], plate[13], status[13], card_status[13];
};
struct asking {
	const struct start_request *req;
	struct start_result *out;
	struct place place;
	struct payer payer;
	struct tariff tariff;
	struct fleet_right fleet;            /* with req->fleet_id */
	struct vehicle_verdict vehicle;      /* the same */
	struct fleet_price price;            /* what it is promised; fleet_id 0: the station's price */
	int64_t hold, held_cash, held_gift;
	int64_t reservation_id;              /* the own booking that is charged at; 0: none */
};

/* Locks connector, card, member; reads what is known of them. */
NEOERR *asking_lock(struct db *db, struct asking *a) CHECKED;
/* The first reason against it, START_ACCEPTED if there is none; then tariff and hold are set. */
NEOERR *asking_judge(struct db *db, struct asking *a, enum start_refusal *refusal) CHECKED;
/* The same for a booking (R1, P9): the place, the member, the tariff's terms, the fee. */
NEOERR *asking_judge_booking(struct db *db, struct asking *a,
	enum start_refusal *refusal) CHECKED;
struct purse asking_purse(const struct asking *a);
/* M17: how far its cash may go below zero; a card's never does. */
int64_t asking_credit(const struct asking *a);

#endif
