/* settlement_internal.h - the orders behind a settlement bill: one statement a kind, from which its
 * figures, its days and its detail sheet are taken.
 * Owns nothing. Serves settlement_make.c, settlement_paper.c. */
#ifndef CHARGE_SETTLEMENT_INTERNAL_H
#define CHARGE_SETTLEMENT_INTERNAL_H

#include "charge/settlement.h"

#define DETAIL_COLUMNS \
	"select s.no, t.name station, s.started_at, s.ended_at, s.energy, s.energy_fee," \
	" s.service_fee, s.amount, s.refunded, "
#define OF_THE_DAYS \
	" s.ended_at >= ? and s.ended_at < ? and s.state = 'finished' and s.anomaly <> 'void'"
/* Everything at its stations; its part is what the plans give it. The index goes by the request: no
 * charge lasts longer than a month. */
#define PROPERTY_DETAIL \
	DETAIL_COLUMNS "(select coalesce(sum(p.amount - p.returned - p.back), 0) from split p where" \
	" p.session_id = s.id and p.party_kind = 'property' and p.party_owner = s.property_id) part" \
	" from session s join station t on t.id = s.station_id where s.property_id = ? and" \
	" s.requested_at >= ? and" OF_THE_DAYS
#define PARTY_DETAIL \
	DETAIL_COLUMNS "x.part from (select p.session_id, sum(p.amount - p.returned - p.back) part" \
	" from split p where p.provider_id = ? and p.party_kind = ? and p.party_owner = ? and" \
	" p.created_at >= ? group by p.session_id) x join session s on s.id = x.session_id join" \
	" station t on t.id = s.station_id where" OF_THE_DAYS
/* What its wallet paid, less what it got back. */
#define FLEET_DETAIL \
	DETAIL_COLUMNS "s.amount - s.refunded part from session s join station t on t.id =" \
	" s.station_id where s.fleet_id = ? and" OF_THE_DAYS
/* What agreement_share.c counts; the amount is of the month, not of an order. */
#define AGREEMENT_DETAIL \
	DETAIL_COLUMNS "0 part from agreement a join session s on s.provider_id = a.owner_id and" \
	" s.member_provider_id = a.partner_id and s.energy > 0 join station t on t.id =" \
	" s.station_id where a.id = ? and" OF_THE_DAYS " and s.ended_at >= a.from_day and s.ended_at" \
	" < a.to_day + interval 1 day and (a.all_stations or exists (select 1 from agreement_station" \
	" x where x.agreement_id = a.id and x.station_id = s.station_id)) and not exists (select 1" \
	" from agreement_pause z where z.agreement_id = a.id and z.from_at <= s.ended_at and" \
	" (z.to_at is null or z.to_at > s.ended_at))"

#define SETTLEMENT_ARGS 6
/* What the kind's statement asks for; how many. */
int settlement_args(const struct settlement_wish *w, struct arg out[SETTLEMENT_ARGS]);
/* A bill's row as the wish it was made by. */
NEOERR *settlement_get(struct db *db, int64_t id, struct settlement_wish *out) CHECKED;

#endif
